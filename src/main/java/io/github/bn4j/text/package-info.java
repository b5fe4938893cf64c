/** What people read, as values. */
@NullMarked
package io.github.bn4j.text;

import org.jspecify.annotations.NullMarked;
