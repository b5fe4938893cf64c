/** Data sets that are known by name: where they are on this computer, and how they get there. */
@NullMarked
package io.github.bn4j.data.internal.download;

import org.jspecify.annotations.NullMarked;
