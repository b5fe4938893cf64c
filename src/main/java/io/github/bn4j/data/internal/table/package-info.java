/** Tables: their text, what their columns mean, and the numbers that values become. */
@NullMarked
package io.github.bn4j.data.internal.table;

import org.jspecify.annotations.NullMarked;
