package io.github.bn4j.example;

import io.github.bn4j.Network;
import io.github.bn4j.data.Digits;
import io.github.bn4j.data.Split;
import io.github.bn4j.graph.Layer;
import io.github.bn4j.graph.Statistics;
import io.github.bn4j.layer.BatchNorm2d;
import io.github.bn4j.layer.GroupNorm;
import io.github.bn4j.layer.Padding;
import io.github.bn4j.train.Adam;
import io.github.bn4j.train.Loss;
import java.util.Locale;

/**
 * Batches of 4, from first to last: what normalises with so few examples, and how far its training mode is from its
 * predictions. Ghost batches are a remedy for large batches; here they show what still smaller ones do.
 */
public final class SmallBatches {

    private SmallBatches() {}

    /** Takes no arguments. */
    public static void main(String[] arguments) {
        Split digits = Digits.load().split(0.2, 42);
        System.out.println("batches of               train loss  test accuracy");
        row("32  batch norm", 32, BatchNorm2d.of(), digits);
        row(" 4  batch norm", 4, BatchNorm2d.of(), digits);
        row(" 4  ghost batches of 2", 4, BatchNorm2d.of().statistics(Statistics.ghost(2)), digits);
        row(" 4  renormalisation", 4, BatchNorm2d.of().statistics(Statistics.renorm(3, 5)), digits);
        row(" 4  group norm", 4, GroupNorm.of(4), digits);
    }

    private static void row(String name, int batchSize, Layer norm, Split digits) {
        Network net = Network.input(1, 8, 8)
                .conv2d(8, 3, Padding.SAME)
                .maxPool2d(2)
                .then(norm)
                .relu()
                .conv2d(16, 3, Padding.SAME)
                .then("second", norm)
                .relu()
                .globalAvgPool2d()
                .dense(10)
                .build(42);
        double loss = net.trainer()
                .optimizer(Adam.of(3e-3 * Math.sqrt(batchSize)))
                .loss(Loss.softmaxCrossEntropy())
                .epochs(5)
                .batchSize(batchSize)
                .fit(digits.train())
                .last()
                .trainLoss();
        double accuracy = net.evaluate(digits.test()).accuracy();
        System.out.printf(Locale.ROOT, "%-24s %10.2f %14.2f%n", name, loss, accuracy);
    }
}
