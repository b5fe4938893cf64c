/** How something is computed where there are several ways: by a rule, or by timing. */
@NullMarked
package io.github.bn4j.engine.onednn.internal.choice;

import org.jspecify.annotations.NullMarked;
