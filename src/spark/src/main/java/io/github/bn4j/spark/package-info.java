/** Training and inference on Apache Spark. */
@NullMarked
package io.github.bn4j.spark;

import org.jspecify.annotations.NullMarked;
