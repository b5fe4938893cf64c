/** What a step takes on many workers, from what is measured on a few. */
@NullMarked
package io.github.bn4j.spark.scaling;

import org.jspecify.annotations.NullMarked;
