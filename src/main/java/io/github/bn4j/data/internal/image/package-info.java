/** Pixels from files of images, and the folders that these are in. */
@NullMarked
package io.github.bn4j.data.internal.image;

import org.jspecify.annotations.NullMarked;
