/** Progress on a terminal. */
@NullMarked
package io.github.bn4j.console;

import org.jspecify.annotations.NullMarked;
