/** The ONNX format: networks for other runtimes. */
@NullMarked
package io.github.bn4j.onnx;

import org.jspecify.annotations.NullMarked;
