package io.github.bn4j.onnx.internal;

import io.github.bn4j.layer.Clip;
import io.github.bn4j.layer.Elu;
import io.github.bn4j.layer.Gelu;
import io.github.bn4j.layer.HardSigmoid;
import io.github.bn4j.layer.HardSwish;
import io.github.bn4j.layer.LeakyRelu;
import io.github.bn4j.layer.Relu;
import io.github.bn4j.layer.Sigmoid;
import io.github.bn4j.layer.Silu;
import io.github.bn4j.layer.Softplus;
import io.github.bn4j.layer.Tanh;
import io.github.bn4j.op.function.ClippedLine;
import io.github.bn4j.op.function.Clipping;
import io.github.bn4j.op.function.ElementwiseFunction;
import io.github.bn4j.op.function.ExponentialLinear;
import io.github.bn4j.op.function.LeakyRectifier;
import io.github.bn4j.op.function.StandardFunction;

/** What tables call functions of single elements: as the layers of the library, where there is one. */
final class Functions {

    private Functions() {}

    static String description(ElementwiseFunction function) {
        Object layer = function;
        if (function instanceof StandardFunction standard) {
            layer = switch (standard) {
                case RELU -> Relu.of();
                case GELU -> Gelu.of();
                case SILU -> Silu.of();
                case HARD_SWISH -> HardSwish.of();
                case SIGMOID -> Sigmoid.of();
                case TANH -> Tanh.of();
                case SOFTPLUS -> Softplus.of();
                default -> function;
            };
        } else if (function instanceof LeakyRectifier leaky) {
            layer = new LeakyRelu(leaky.slope());
        } else if (function instanceof ExponentialLinear elu) {
            layer = Elu.of().alpha(elu.alpha());
        } else if (function instanceof Clipping clipping
                && Double.isFinite(clipping.lower())
                && Double.isFinite(clipping.upper())) {
            layer = Clip.of(clipping.lower(), clipping.upper());
        } else if (function.equals(ClippedLine.SIXTH)) {
            layer = HardSigmoid.of();
        }
        return layer.toString();
    }
}
