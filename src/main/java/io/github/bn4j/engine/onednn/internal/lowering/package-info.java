/** How the calls of a graph become steps: one lowering for each kind of op, and what keeps them within float32. */
@NullMarked
package io.github.bn4j.engine.onednn.internal.lowering;

import org.jspecify.annotations.NullMarked;
