/** Data sets: examples with labels, splits, batches, and the embedded digits. */
@NullMarked
package io.github.bn4j.data;

import org.jspecify.annotations.NullMarked;
