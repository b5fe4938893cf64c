/** What kernels of notebooks find in the jar; nothing else loads it. */
@NullMarked
package io.github.bn4j.plot.internal.notebook;

import org.jspecify.annotations.NullMarked;
