package io.github.bn4j.example;

import io.github.bn4j.Network;
import io.github.bn4j.check.LayerCheck;
import io.github.bn4j.data.Digits;
import io.github.bn4j.data.Split;
import io.github.bn4j.graph.Layer;
import io.github.bn4j.graph.Scope;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.Value;
import io.github.bn4j.layer.Dense;
import io.github.bn4j.layer.GlobalAvgPool2d;
import io.github.bn4j.layer.Padding;
import io.github.bn4j.layer.Sequence;
import io.github.bn4j.op.Multiplication;
import io.github.bn4j.train.Adam;
import io.github.bn4j.train.Loss;
import java.util.Locale;

/** A layer of your own, made of layers and ops that are there. */
public final class CustomLayer {

    private CustomLayer() {}

    /**
     * Squeeze and excitation (Hu et al. 2018, section 3): scales each channel by a factor that depends on the means of all.
     * Input and output {@code [channels, height, width]}; learns two dense layers.
     *
     * @param reduction how many times narrower the layer between is
     */
    public record SqueezeExcitation(int reduction) implements Layer {

        @Override
        public Value trace(Scope scope, Value x) {
            int channels = (int) x.shape().dim(0);
            Sequence gate = Sequence.of()
                    .then(GlobalAvgPool2d.of())
                    .then(Dense.of(channels / reduction))
                    .relu()
                    .then(Dense.of(channels))
                    .sigmoid()
                    .reshape(channels, 1, 1);
            return scope.apply(new Multiplication(), x, scope.call("gate", gate, x));
        }
    }

    /** Takes no arguments. */
    public static void main(String[] arguments) {
        System.out.println("violations: " + LayerCheck.violations(new SqueezeExcitation(2), Shape.of(4, 3, 3)));
        Split digits = Digits.load().split(0.8, 42);
        Network net = Network.input(1, 8, 8)
                .conv2d(16, 3, Padding.SAME)
                .batchNorm2d()
                .relu()
                .then(new SqueezeExcitation(4))
                .conv2d(16, 3, Padding.SAME)
                .batchNorm2d()
                .relu()
                .globalAvgPool2d()
                .dense(10)
                .build(42);
        System.out.println(net.explainBias());
        net.trainer()
                .optimizer(Adam.of(1e-2))
                .loss(Loss.softmaxCrossEntropy())
                .epochs(6)
                .fit(digits.train());
        System.out.printf(
                Locale.ROOT,
                "test accuracy: %.2f%n",
                net.evaluate(digits.test()).accuracy());
    }
}
