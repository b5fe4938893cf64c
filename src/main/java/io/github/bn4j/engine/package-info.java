/** Compiles graphs to programs and runs them. */
@NullMarked
package io.github.bn4j.engine;

import org.jspecify.annotations.NullMarked;
