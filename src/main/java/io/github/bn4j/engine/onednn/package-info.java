/** The fast engine: graphs as programs of oneDNN primitives. */
@NullMarked
package io.github.bn4j.engine.onednn;

import org.jspecify.annotations.NullMarked;
