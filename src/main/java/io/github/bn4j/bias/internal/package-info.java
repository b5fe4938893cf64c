/** What the root's networks do with biases, for models: decide, take out, put back, tell. */
@NullMarked
package io.github.bn4j.bias.internal;

import org.jspecify.annotations.NullMarked;
