/** What a training on Spark does besides running jobs: data, states, checks. */
@NullMarked
package io.github.bn4j.spark.internal.train;

import org.jspecify.annotations.NullMarked;
