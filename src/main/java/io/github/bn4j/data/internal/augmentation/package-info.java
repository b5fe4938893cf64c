/** The random changes that Augmentation offers by name. */
@NullMarked
package io.github.bn4j.data.internal.augmentation;

import org.jspecify.annotations.NullMarked;
