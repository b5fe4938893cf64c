/** The rows of a DataFrame as examples of a network. */
@NullMarked
package io.github.bn4j.spark.internal.frame;

import org.jspecify.annotations.NullMarked;
