/**
 * The op vocabulary: few primitives, one file each, with shape rule, reference arithmetic and effect on a shift. An
 * op is written to a file as it is, component by component: changing one is told in docs/files.md.
 */
@NullMarked
package io.github.bn4j.op;

import org.jspecify.annotations.NullMarked;
