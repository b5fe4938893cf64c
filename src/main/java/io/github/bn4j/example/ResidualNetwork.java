package io.github.bn4j.example;

import io.github.bn4j.Network;
import io.github.bn4j.data.Digits;
import io.github.bn4j.data.Split;
import io.github.bn4j.layer.BatchNorm2d;
import io.github.bn4j.layer.Padding;
import io.github.bn4j.layer.Sequence;
import io.github.bn4j.train.Adam;
import io.github.bn4j.train.Loss;
import java.util.Locale;

/**
 * A small residual network (He et al. 2016, figure 4e: full pre-activation). Batch norm stands in front of the
 * convolutions, and the sums go on without one, so whether a bias is needed depends on the whole path.
 */
public final class ResidualNetwork {

    private ResidualNetwork() {}

    /** Takes no arguments. */
    public static void main(String[] arguments) {
        Split digits = Digits.load().split(0.8, 42);
        Network net = Network.input(1, 8, 8)
                .conv2d(16, 3, Padding.SAME)
                .maxPool2d(2)
                .residual(block -> preActivated(block, 16))
                .residual(block -> preActivated(block, 16))
                .batchNorm2d()
                .relu()
                .flatten()
                .dense(10)
                .build(42);
        System.out.println(net.explainBias());
        net.trainer()
                .optimizer(Adam.of(3e-3))
                .loss(Loss.softmaxCrossEntropy())
                .epochs(6)
                .batchSize(32)
                .fit(digits.train());
        System.out.printf(
                Locale.ROOT,
                "test accuracy: %.2f%n",
                net.evaluate(digits.test()).accuracy());
    }

    /** The second norm starts with gamma 0 before the last convolution: at first, the block is the identity. */
    private static Sequence preActivated(Sequence block, int filters) {
        return block.batchNorm2d()
                .relu()
                .conv2d(filters, 3, Padding.SAME)
                .then(BatchNorm2d.of().initialGamma(0))
                .relu()
                .conv2d(filters, 3, Padding.SAME);
    }
}
