/** What a user types first: describe a network, build it, train it, ask it. */
@NullMarked
package io.github.bn4j;

import org.jspecify.annotations.NullMarked;
