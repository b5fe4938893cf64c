/** Jobs of Spark in which all workers of a training take part at the same time. */
@NullMarked
package io.github.bn4j.spark.internal.job;

import org.jspecify.annotations.NullMarked;
