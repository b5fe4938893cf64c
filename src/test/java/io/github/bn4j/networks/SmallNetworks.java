package io.github.bn4j.networks;

import io.github.bn4j.Network;
import io.github.bn4j.layer.BatchNorm1d;
import io.github.bn4j.layer.Padding;
import io.github.bn4j.layer.RunningAverage;
import org.nd4j.linalg.api.buffer.DataType;

/** Networks on the digits that take a step in next to no time. */
public final class SmallNetworks {

    private SmallNetworks() {}

    /** One hidden layer, of a number of units that is no multiple of 8, with batch norm. */
    public static Network dense(DataType type) {
        return Network.input(1, 8, 8)
                .flatten()
                .dense(21)
                .batchNorm1d()
                .relu()
                .dense(10)
                .build(7, type);
    }

    /** In float32. */
    public static Network dense() {
        return dense(DataType.FLOAT);
    }

    /** A convolution, dropout, and running averages that count their updates. */
    public static Network convolutional(DataType type) {
        return Network.input(1, 8, 8)
                .conv2d(6, 3, Padding.SAME)
                .batchNorm2d()
                .relu()
                .dropout(0.2)
                .flatten()
                .dense(20)
                .then(BatchNorm1d.of().runningAverage(RunningAverage.cumulative()))
                .relu()
                .dense(10)
                .build(7, type);
    }
}
