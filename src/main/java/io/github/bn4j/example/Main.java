package io.github.bn4j.example;

import io.github.bn4j.Network;
import io.github.bn4j.console.Progress;
import io.github.bn4j.data.Dataset;
import io.github.bn4j.data.Digits;
import io.github.bn4j.data.Split;
import io.github.bn4j.layer.Padding;
import io.github.bn4j.train.Adam;
import io.github.bn4j.train.Loss;
import java.util.Locale;

/** Trains the network of the README on the embedded digits and reports its biases and its accuracy. */
public final class Main {

    private Main() {}

    /** Takes no arguments. */
    public static void main(String[] arguments) {
        Dataset digits = Digits.load();
        Split split = digits.split(0.8, 42);
        Network net = Network.input(1, 8, 8)
                .conv2d(16, 3, Padding.SAME)
                .batchNorm2d()
                .relu()
                .conv2d(32, 3, Padding.SAME)
                .batchNorm2d()
                .relu()
                .maxPool2d(2)
                .flatten()
                .dense(64)
                .batchNorm1d()
                .relu()
                .dense(10)
                .build(42);
        System.out.println(net.summary());
        System.out.println();
        System.out.println(net.explainBias());
        System.out.println();
        net.trainer()
                .optimizer(Adam.of(1e-3))
                .loss(Loss.softmaxCrossEntropy())
                .epochs(15)
                .batchSize(32)
                .listener(Progress.show())
                .fit(split.train(), split.test());
        System.out.printf(
                Locale.ROOT, "test accuracy: %.4f%n", net.evaluate(split.test()).accuracy());
    }
}
