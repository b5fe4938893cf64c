/** Training: losses, optimisers, the loop and its history. */
@NullMarked
package io.github.bn4j.train;

import org.jspecify.annotations.NullMarked;
