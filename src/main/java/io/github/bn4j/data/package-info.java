/** Data sets: examples with labels, by name, from files or from arrays; splits, batches, preparation and augmentation. */
@NullMarked
package io.github.bn4j.data;

import org.jspecify.annotations.NullMarked;
