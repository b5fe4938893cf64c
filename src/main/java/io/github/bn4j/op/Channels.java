package io.github.bn4j.op;

import org.nd4j.linalg.api.ndarray.INDArray;

/** A batch seen as {@code [batch, channels, positions]}. */
final class Channels {

    private Channels() {}

    /** The view of {@code [batch, channels, …]}. */
    static INDArray of(INDArray x) {
        return x.reshape('c', x.size(0), x.size(1), x.length() / x.size(0) / x.size(1));
    }

    /** One number per channel as {@code [1, channels, 1]}, which broadcasts. */
    static INDArray row(INDArray perChannel) {
        return perChannel.reshape(1, perChannel.length(), 1);
    }

    /** The examples from {@code range[0]} to before {@code range[1]}. */
    static INDArray examples(INDArray x, long... range) {
        return range[1] - range[0] == x.size(0) ? x : Views.interval(x, 0, range[0], range[1]);
    }
}
