/** Ops' own arithmetic, which every engine falls back on: one call, and the walk over a graph. */
@NullMarked
package io.github.bn4j.engine.internal.reference;

import org.jspecify.annotations.NullMarked;
