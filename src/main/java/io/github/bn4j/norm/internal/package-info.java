/** What the root's networks do with batch normalisations, for models. */
@NullMarked
package io.github.bn4j.norm.internal;

import org.jspecify.annotations.NullMarked;
