/** Networks on their way to other JVMs, and what they say there of the rows of a DataFrame. */
@NullMarked
package io.github.bn4j.spark.internal.inference;

import org.jspecify.annotations.NullMarked;
