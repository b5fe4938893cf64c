/** The contract kit: checks that hold for every layer and op, ours and yours, without a test framework. */
@NullMarked
package io.github.bn4j.check;

import org.jspecify.annotations.NullMarked;
