package io.github.bn4j.op;

import static io.github.bn4j.internal.Checks.checkArgument;

import io.github.bn4j.graph.Call;
import io.github.bn4j.graph.RunningAverages;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/** One way to normalise a batch {@code [batch, channels, positions]}, without gamma and beta. */
sealed interface Normalizer permits ByRunning, ByBlocks, ByRenorm {

    /** The normalised batch. Keeps what the other two need, and reports what was measured. */
    INDArray forward(INDArray x, Call call);

    /** What {@link #forward} yielded. */
    default INDArray output(Call call) {
        return call.kept(0);
    }

    /**
     * The gradient by the batch.
     *
     * @param dNormalised the gradient by what {@link #forward} yielded. Modified.
     */
    INDArray backward(Call call, INDArray dNormalised);

    /** {@code 1 / √(variance + epsilon)}. */
    static INDArray inverse(INDArray variance, double epsilon) {
        return Transforms.sqrt(variance.add(epsilon), false).rdivi(1.0);
    }

    /** Tells the running averages. */
    static void report(BatchMoments moments, RunningAverages averages, Call call) {
        checkArgument(
                !averages.update() || !averages.unbiased() || moments.count() > 1,
                "layer \"%s\" expects weights with a sum above 1 for an unbiased running variance but got %s;"
                        + " use RunningVariance.BIASED, or weights that count values",
                call.layer(),
                moments.count());
        call.statistics(moments.mean(), moments.variance(), moments.count());
    }
}
