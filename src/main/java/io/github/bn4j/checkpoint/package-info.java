/** The file format: op graph, named tensors and named text sections in one safetensors file. */
@NullMarked
package io.github.bn4j.checkpoint;

import org.jspecify.annotations.NullMarked;
