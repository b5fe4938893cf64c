package io.github.bn4j.op;

import static io.github.bn4j.internal.Checks.checkArgument;
import static io.github.bn4j.op.Channels.row;

import io.github.bn4j.graph.Call;
import io.github.bn4j.internal.Floats;
import io.github.bn4j.internal.Moments;
import io.github.bn4j.internal.Sums;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Mean and biased variance of each channel of a batch {@code [batch, channels, positions]}.
 *
 * @param mean {@code [channels]}
 * @param variance {@code [channels]}
 * @param centred the values without their mean
 * @param count number of values per channel, or sum of their weights
 */
record BatchMoments(INDArray mean, INDArray variance, INDArray centred, double count) {

    static BatchMoments of(INDArray x, Weights weights) {
        Centred centred = Centred.of(x, values -> row(weights.mean(values)));
        return new BatchMoments(
                centred.mean().reshape(x.size(1)),
                centred.variance().reshape(x.size(1)),
                centred.values(),
                weights.count());
    }

    /**
     * Those of all parts of the batch.
     *
     * @throws IllegalArgumentException if all weights are 0
     */
    BatchMoments merged(Call call) {
        BatchMoments all = call.isPart() ? mergedParts(call) : this;
        checkArgument(
                all.count > 0,
                "layer \"%s\" expects a weight above 0 in each batch but got a sum of %s; leave out examples that are masked"
                        + " altogether, or use larger batches",
                call.layer(),
                all.count);
        return all;
    }

    private BatchMoments mergedParts(Call call) {
        Moments moments = new Moments((int) mean.length());
        moments.add(count, Floats.values(mean), Floats.values(variance));
        moments.merge(own -> Floats.values(call.sum(Nd4j.createFromArray(own))));
        INDArray common = Nd4j.createFromArray(moments.means()).castTo(mean.dataType());
        return new BatchMoments(
                common,
                Nd4j.createFromArray(moments.variances()).castTo(mean.dataType()),
                centred.addi(row(mean.sub(common))),
                moments.sum());
    }

    /**
     * The gradient by the values from that by the normalised values (Ioffe and Szegedy 2015, section 3, simplified). With
     * weights, value i has the share {@code w_i / Σ w} in mean and variance instead of {@code 1 / n}.
     *
     * @param inverse {@code 1 / √(variance + epsilon)}
     */
    static INDArray backward(Call call, INDArray dNormalised, INDArray normalised, INDArray inverse, Weights weights) {
        INDArray slope = Sums.ofChannels(dNormalised.mul(normalised));
        INDArray level = Sums.ofChannels(dNormalised);
        double count = weights.count();
        if (call.isPart()) {
            INDArray sums = call.sum(pack(count, slope, level));
            count = sums.getDouble(0);
            slope = unpack(sums, 0, slope.length());
            level = unpack(sums, 1, level.length());
        }
        slope.divi(count);
        level.divi(count);
        INDArray common = weights.times(normalised.mul(row(slope)).addi(row(level)));
        return dNormalised.sub(common).muli(row(inverse));
    }

    /** A number and vectors of one number per channel, to be added up in one go. */
    private static INDArray pack(double number, INDArray... vectors) {
        INDArray packed = Nd4j.create(vectors[0].dataType(), 1 + vectors.length * vectors[0].length());
        packed.putScalar(0, number);
        for (int i = 0; i < vectors.length; i++) {
            vector(packed, i, vectors[i].length()).assign(vectors[i]);
        }
        return packed;
    }

    private static INDArray unpack(INDArray packed, int index, long channels) {
        return vector(packed, index, channels).dup();
    }

    private static INDArray vector(INDArray packed, int index, long channels) {
        return Views.interval(packed, 0, 1 + index * channels, 1 + (index + 1) * channels);
    }
}
