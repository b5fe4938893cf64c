/**
 * The op vocabulary: few primitives, one file each, with shape rule, reference arithmetic and effect on a shift. Fields
 * are plain numbers, so that every op can be written to a file as it is.
 */
@NullMarked
package io.github.bn4j.op;

import org.jspecify.annotations.NullMarked;
