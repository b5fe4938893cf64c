/** The contract kit: checks of layers and ops, ours and yours, without a test framework. */
@NullMarked
package io.github.bn4j.check;

import org.jspecify.annotations.NullMarked;
