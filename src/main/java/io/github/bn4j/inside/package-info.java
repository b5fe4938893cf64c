/** What is inside a network: activations, gradients, which parts of an example a score comes from, and how all that changes in a training. */
@NullMarked
package io.github.bn4j.inside;

import org.jspecify.annotations.NullMarked;
