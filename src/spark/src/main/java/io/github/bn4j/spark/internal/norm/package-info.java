/** What comes to batch normalisations, measured where the rows of a DataFrame are. */
@NullMarked
package io.github.bn4j.spark.internal.norm;

import org.jspecify.annotations.NullMarked;
