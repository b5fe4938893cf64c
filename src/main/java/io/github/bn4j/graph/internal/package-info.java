/** What rooms above do with graphs and users do not. */
@NullMarked
package io.github.bn4j.graph.internal;

import org.jspecify.annotations.NullMarked;
