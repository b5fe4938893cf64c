/** Files as they lie on a disk: packed or not, in archives, and larger than the memory. */
@NullMarked
package io.github.bn4j.data.internal.file;

import org.jspecify.annotations.NullMarked;
