package io.github.bn4j.engine;

import io.github.bn4j.ChildProcess;
import io.github.bn4j.Network;
import io.github.bn4j.data.Dataset;
import io.github.bn4j.data.Digits;
import io.github.bn4j.layer.Padding;
import io.github.bn4j.train.Adam;
import io.github.bn4j.train.Epoch;
import io.github.bn4j.train.Loss;
import java.util.List;

/** Started by {@link NativesTest} in a JVM of its own: trains a network and says by what and how well. */
final class TrainDigits {

    private TrainDigits() {}

    public static void main(String[] arguments) {
        Dataset digits = Digits.load().slice(0, 320);
        Network net = Network.input(1, 8, 8)
                .conv2d(8, 3, Padding.SAME)
                .batchNorm2d()
                .relu()
                .maxPool2d(2)
                .flatten()
                .dense(10)
                .build(42);
        List<Epoch> epochs = net.trainer()
                .optimizer(Adam.of(1e-2))
                .loss(Loss.softmaxCrossEntropy())
                .epochs(5)
                .batchSize(32)
                .fit(digits)
                .epochs();
        boolean better = epochs.get(4).trainLoss() < epochs.get(0).trainLoss() / 2;
        ChildProcess.print("trained " + (better ? "well" : "badly") + " on " + net.engine());
    }
}
