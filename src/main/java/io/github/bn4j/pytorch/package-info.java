/** Weights from PyTorch and back: state dicts in files, by the names of their modules. */
@NullMarked
package io.github.bn4j.pytorch;

import org.jspecify.annotations.NullMarked;
