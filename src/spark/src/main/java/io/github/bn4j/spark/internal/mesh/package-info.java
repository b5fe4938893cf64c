/** The network over which the workers of a training add up what each of them has. */
@NullMarked
package io.github.bn4j.spark.internal.mesh;

import org.jspecify.annotations.NullMarked;
