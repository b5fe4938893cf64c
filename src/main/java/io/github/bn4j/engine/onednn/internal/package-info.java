/** What the engine shows to those who choose one. */
@NullMarked
package io.github.bn4j.engine.onednn.internal;

import org.jspecify.annotations.NullMarked;
