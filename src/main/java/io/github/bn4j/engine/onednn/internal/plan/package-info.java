/** The steps of a program, the memory that their tensors share, and the threads that run them. */
@NullMarked
package io.github.bn4j.engine.onednn.internal.plan;

import org.jspecify.annotations.NullMarked;
