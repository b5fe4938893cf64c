/** How ONNX files become graphs. No API. */
@NullMarked
package io.github.bn4j.onnx.internal;

import org.jspecify.annotations.NullMarked;
