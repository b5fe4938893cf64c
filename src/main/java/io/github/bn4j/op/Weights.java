package io.github.bn4j.op;

import static io.github.bn4j.internal.Checks.checkArgument;

import io.github.bn4j.graph.Call;
import io.github.bn4j.internal.Sums;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What each value of a batch {@code [batch, channels, positions]} counts in the statistics of its channel.
 *
 * @param weights {@code [batch, 1, positions]} or {@code [batch, 1, 1]}; null where all weigh alike
 * @param count sum of the weights of the values of one channel; their number where all weigh alike
 * @param positions number of positions
 */
record Weights(@Nullable INDArray weights, double count, long positions) {

    /** Those that a batch normalisation is given as its second input; without one, all values weigh alike. */
    static Weights of(Call call) {
        INDArray x = call.input(0);
        long positions = x.length() / x.size(0) / x.size(1);
        if (call.inputs() == 1) {
            return new Weights(null, (double) x.size(0) * positions, positions);
        }
        INDArray given = call.input(1);
        INDArray weights = given.reshape('c', x.size(0), 1, given.length() / x.size(0));
        double smallest = weights.minNumber().doubleValue();
        checkArgument(smallest >= 0, "layer \"%s\" expects weights of at least 0 but got %s", call.layer(), smallest);
        return of(Views.readable(weights), positions);
    }

    private static Weights of(INDArray weights, long positions) {
        double count = weights.sumNumber().doubleValue() * positions / weights.size(2);
        return new Weights(weights, count, positions);
    }

    /** Those of a range of the examples. */
    Weights examples(long[] range) {
        return weights == null
                ? new Weights(null, (double) (range[1] - range[0]) * positions, positions)
                : of(Channels.examples(weights, range), positions);
    }

    /** The mean of each channel. */
    INDArray mean(INDArray values) {
        return weights == null
                ? Sums.ofChannels(values).divi(count)
                : Sums.ofChannels(values.mul(weights)).divi(count == 0 ? 1 : count);
    }

    /** Each value times its weight. Modified. */
    INDArray times(INDArray values) {
        return weights == null ? values : values.muli(weights);
    }
}
