/** The file of a model. */
@NullMarked
package io.github.bn4j.checkpoint.internal;

import org.jspecify.annotations.NullMarked;
