/** Programs for {@code spark-submit}, and a script for JShell beside them. */
@NullMarked
package io.github.bn4j.spark.example;

import org.jspecify.annotations.NullMarked;
