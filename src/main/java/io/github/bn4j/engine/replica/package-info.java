/** Engines that train on parts of each batch as if they were one: at once in threads, or in turn in the memory of one. */
@NullMarked
package io.github.bn4j.engine.replica;

import org.jspecify.annotations.NullMarked;
