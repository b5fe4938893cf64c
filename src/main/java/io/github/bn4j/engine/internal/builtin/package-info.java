/** The engines of the library, for {@link io.github.bn4j.engine.Engine} to find. */
@NullMarked
package io.github.bn4j.engine.internal.builtin;

import org.jspecify.annotations.NullMarked;
