/** Trainings for TensorBoard. */
@NullMarked
package io.github.bn4j.tensorboard;

import org.jspecify.annotations.NullMarked;
