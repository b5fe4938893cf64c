/** Graphs and programs that yield what is inside a network. */
@NullMarked
package io.github.bn4j.inside.internal;

import org.jspecify.annotations.NullMarked;
