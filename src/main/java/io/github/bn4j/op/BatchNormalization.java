package io.github.bn4j.op;

import static io.github.bn4j.internal.Checks.checkArgument;

import io.github.bn4j.graph.Call;
import io.github.bn4j.graph.Gradients;
import io.github.bn4j.graph.Op;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.ShapeException;
import io.github.bn4j.graph.Shift;
import io.github.bn4j.graph.ShiftEffect;
import java.util.ArrayList;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * Batch normalisation of each channel: {@code y = gamma (x − mean) / √(variance + epsilon) + beta}, where mean and biased
 * variance are taken over the batch and all positions (Ioffe and Szegedy 2015, Batch Normalization, algorithm 1), or, in
 * predictions, are the running averages (section 3.1).
 *
 * <p>Input {@code [channels, …]}. Parameters, each {@code [channels]}: gamma if {@code scale}, beta if {@code shift},
 * running mean, running variance. The arithmetic never changes the running averages: a training step reports what it
 * measured, and the trainer commits it.
 *
 * @param epsilon added to the variance
 * @param scale whether there is a gamma
 * @param shift whether there is a beta
 * @param batchStatistics whether training normalises with the statistics of the batch; false uses the running averages
 * @param updateRunning whether training updates the running averages
 * @param trainAffine whether gamma and beta are trained
 * @param newWeight weight of the new value in the running averages
 * @param unbiased whether the running variance averages {@code n / (n − 1)} times the biased batch variance
 */
public record BatchNormalization(
        double epsilon,
        boolean scale,
        boolean shift,
        boolean batchStatistics,
        boolean updateRunning,
        boolean trainAffine,
        double newWeight,
        boolean unbiased)
        implements Op {

    /* The batch is seen as [batch, channels, positions]. Two passes: the mean, which ND4J sums naively in float32, is
     * refined by the mean of what it leaves, then the variance is the mean square of the centred values. Means are taken
     * over positions first and examples second, which keeps the partial sums short. */

    /** Checks the numbers. */
    public BatchNormalization {
        checkArgument(
                epsilon >= 0 && Double.isFinite(epsilon),
                "BatchNormalization expects epsilon of at least 0 but got %s",
                epsilon);
        checkArgument(
                newWeight >= 0 && newWeight <= 1,
                "BatchNormalization expects a running-average weight from 0 to 1 but got %s",
                newWeight);
    }

    @Override
    public Shape outputShape(List<Shape> inputs, List<Shape> parameters) {
        Shape x = inputs.get(0);
        if (x.rank() < 1) {
            throw ShapeException.expected("input [channels, …]", x);
        }
        Shape perChannel = Shape.of(x.dim(0));
        for (Shape parameter : parameters) {
            if (!parameter.equals(perChannel)) {
                throw ShapeException.expected("parameters " + perChannel + " for input " + x, parameter);
            }
        }
        return x;
    }

    @Override
    public void checkTraining(List<Shape> inputs, long batch) {
        Shape x = inputs.get(0);
        if (batchStatistics && batch * x.size() == x.dim(0)) {
            throw ShapeException.expected(
                    "more than one value per channel in training",
                    java.util.Arrays.toString(x.batched(batch)),
                    "use a larger batch, or TailBatch.DROP or TailBatch.MERGE if this is the last one of an epoch");
        }
    }

    @Override
    public INDArray forward(Call call) {
        INDArray x = positions(call.input(0));
        boolean measured = call.training() && batchStatistics;
        INDArray centred;
        INDArray variance;
        if (measured) {
            INDArray rough = mean(x);
            centred = x.sub(row(rough));
            INDArray rest = mean(centred);
            centred.subi(row(rest));
            INDArray mean = rough.add(rest);
            variance = mean(centred.mul(centred));
            call.statistics(mean, variance);
        } else {
            centred = x.sub(row(call.parameter(runningMean())));
            variance = call.parameter(runningMean() + 1);
        }
        INDArray inverse = Transforms.sqrt(variance.add(epsilon), false).rdivi(1.0);
        INDArray normalised = centred.muli(row(inverse));
        call.keep(normalised, inverse);
        INDArray y = normalised;
        if (scale) {
            y = y.mul(row(call.parameter(0)));
        }
        if (shift) {
            y = y.add(row(call.parameter(scale ? 1 : 0)));
        }
        return y.reshape('c', call.input(0).shape());
    }

    @Override
    public Gradients backward(Call call, INDArray gradient) {
        INDArray dy = positions(gradient);
        INDArray normalised = call.kept(0);
        INDArray inverse = call.kept(1);
        INDArray dGamma = dy.mul(normalised).sum(2).sum(0);
        INDArray dBeta = dy.sum(2).sum(0);
        INDArray dx;
        if (batchStatistics) {
            double count = (double) dy.length() / dy.size(1);
            dx = dy.sub(row(dBeta.div(count))).subi(normalised.mul(row(dGamma.div(count))));
        } else {
            dx = dy.dup('c');
        }
        dx.muli(row(scale ? inverse.mul(call.parameter(0)) : inverse));
        List<INDArray> parameters = new ArrayList<>();
        if (scale && trainAffine) {
            parameters.add(dGamma);
        }
        if (shift && trainAffine) {
            parameters.add(dBeta);
        }
        return new Gradients(List.of(dx.reshape('c', gradient.shape())), parameters);
    }

    /** The index of the running mean among the parameters; the running variance follows it. */
    public int runningMean() {
        return (scale ? 1 : 0) + (shift ? 1 : 0);
    }

    private static INDArray positions(INDArray x) {
        return x.reshape('c', x.size(0), x.size(1), x.length() / x.size(0) / x.size(1));
    }

    private static INDArray mean(INDArray x) {
        return x.mean(2).mean(0);
    }

    private static INDArray row(INDArray perChannel) {
        return perChannel.reshape(1, perChannel.length(), 1);
    }

    @Override
    public ShiftEffect shiftEffect(int input, Shift state, List<Shape> inputs) {
        if (!batchStatistics) {
            return ShiftEffect.yields(
                    state, "normalises with running statistics, a fixed scale and shift that cancels nothing");
        }
        return state == Shift.PER_CHANNEL
                ? ShiftEffect.absorbs("subtracts the mean of the batch from each channel")
                : ShiftEffect.blocks(
                        "has one mean per channel, which does not cancel a shift that differs by position");
    }
}
