/** Which biases batch normalisation makes pointless, and why. */
@NullMarked
package io.github.bn4j.bias;

import org.jspecify.annotations.NullMarked;
