/** Batch normalisation on a trained network. */
@NullMarked
package io.github.bn4j.norm;

import org.jspecify.annotations.NullMarked;
