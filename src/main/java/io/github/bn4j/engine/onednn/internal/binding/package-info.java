/** oneDNN's C library: its engine, layouts of tensors, primitives, and how many threads they have. */
@NullMarked
package io.github.bn4j.engine.onednn.internal.binding;

import org.jspecify.annotations.NullMarked;
