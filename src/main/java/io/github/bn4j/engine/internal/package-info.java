/** What rooms above run on engines and users do not. */
@NullMarked
package io.github.bn4j.engine.internal;

import org.jspecify.annotations.NullMarked;
