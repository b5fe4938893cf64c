/** Functions of one number that {@code op.Elementwise} applies to each element; anybody may add one. */
@NullMarked
package io.github.bn4j.op.function;

import org.jspecify.annotations.NullMarked;
