/** What estimators and models of spark.ml are made of. */
@NullMarked
package io.github.bn4j.spark.internal.ml;

import org.jspecify.annotations.NullMarked;
