/**
 * The built-in layers, one file each: immutable records of hyper-parameters that trace ops. They see exactly what a
 * layer of another package sees. Every setting returns a new layer and leaves this one as it is.
 */
@NullMarked
package io.github.bn4j.layer;

import org.jspecify.annotations.NullMarked;
