package io.github.bn4j.op;

import static io.github.bn4j.internal.Checks.checkArgument;
import static java.util.Objects.requireNonNull;

import io.github.bn4j.graph.Call;
import io.github.bn4j.graph.Gradients;
import io.github.bn4j.graph.Op;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.ShapeException;
import io.github.bn4j.graph.Shift;
import io.github.bn4j.graph.ShiftEffect;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * Batch normalisation of each channel: {@code y = gamma (x − mean) / √(variance + epsilon) + beta}, where mean and biased
 * variance are taken over the batch and all positions (Ioffe and Szegedy 2015, Batch Normalization, algorithm 1), or, in
 * predictions, are the running averages (section 3.1). {@link Statistics} says which they are in training.
 *
 * <p>Input {@code [channels, …]}. Parameters, each {@code [channels]}: gamma if {@code scale}, beta if {@code shift},
 * running mean, running variance; then, if {@code newWeight} is 0, the number of updates {@code [1]}. The arithmetic never
 * changes the running averages: a training step reports what it measured, and the trainer commits it.
 *
 * @param epsilon added to the variance
 * @param scale whether there is a gamma
 * @param shift whether there is a beta
 * @param statistics what training normalises with
 * @param ghostSize examples per ghost batch of {@link Statistics#GHOST}, else 0
 * @param maxScale largest correction of the scale by {@link Statistics#RENORM}, at least 1, else 0
 * @param maxShift largest correction of the shift by {@link Statistics#RENORM}, at least 0, else 0
 * @param updateRunning whether training updates the running averages
 * @param trainAffine whether gamma and beta are trained
 * @param newWeight weight of the new value in the running averages; 0 weighs all values alike, which needs their number
 * @param unbiased whether the running variance averages {@code n / (n − 1)} times the biased batch variance
 */
public record BatchNormalization(
        double epsilon,
        boolean scale,
        boolean shift,
        Statistics statistics,
        int ghostSize,
        double maxScale,
        double maxShift,
        boolean updateRunning,
        boolean trainAffine,
        double newWeight,
        boolean unbiased)
        implements Op {

    /** What training normalises with. A prediction always takes the running averages. */
    public enum Statistics {
        /** Mean and variance of the batch. */
        BATCH,
        /**
         * Mean and variance of each ghost batch, {@code ghostSize} neighbouring examples; what is left over joins the
         * last one (Hoffer et al. 2017, Train longer, generalize better, algorithm 1).
         */
        GHOST,
        /**
         * Mean and variance of the batch, corrected by {@code r = σ_batch / σ_running} clipped to {@code [1 / maxScale,
         * maxScale]} and {@code d = (mean_batch − mean_running) / σ_running} clipped to {@code [−maxShift, maxShift]}, both
         * constants for the gradient: {@code x̂ r + d} (Ioffe 2017, Batch Renormalization, algorithm 1).
         */
        RENORM,
        /** The running averages, in training too. */
        RUNNING
    }

    /* The batch is seen as [batch, channels, positions]. Two passes: the mean, which ND4J sums naively in float32, is
     * refined by the mean of what it leaves, then the variance is the mean square of the centred values. Means are taken
     * over positions first and examples second, which keeps the partial sums short. Ghost batches are such batches one
     * after another; for all other statistics the batch is the only one. */

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
        checkArgument(
                statistics == Statistics.GHOST ? ghostSize >= 1 : ghostSize == 0,
                "BatchNormalization expects ghost batches of at least 1 example with GHOST, else 0, but got %s with %s",
                ghostSize,
                statistics);
        checkArgument(
                statistics == Statistics.RENORM ? maxScale >= 1 && maxShift >= 0 : maxScale == 0 && maxShift == 0,
                "BatchNormalization expects corrections of at least 1 and 0 with RENORM, else 0 and 0, but got %s and %s"
                        + " with %s",
                maxScale,
                maxShift,
                statistics);
    }

    @Override
    public Shape outputShape(List<Shape> inputs, List<Shape> parameters) {
        Shape x = inputs.get(0);
        if (x.rank() < 1) {
            throw ShapeException.expected("input [channels, …]", x);
        }
        Shape perChannel = Shape.of(x.dim(0));
        for (int i = 0; i < parameters.size(); i++) {
            Shape expected = cumulative() && i == runningMean() + 2 ? Shape.of(1) : perChannel;
            if (!parameters.get(i).equals(expected)) {
                throw ShapeException.expected("parameters " + expected + " for input " + x, parameters.get(i));
            }
        }
        return x;
    }

    @Override
    public void checkTraining(List<Shape> inputs, long batch) {
        Shape x = inputs.get(0);
        long smallest = statistics == Statistics.GHOST ? Math.min(batch, ghostSize) : batch;
        if (measures() && smallest * x.size() == x.dim(0)) {
            throw ShapeException.expected(
                    "more than one value per channel in training",
                    Arrays.toString(x.batched(smallest)),
                    statistics == Statistics.RUNNING
                            ? "use updateRunning(false), or a larger batch"
                            : smallest < batch
                                    ? "use larger ghost batches"
                                    : "use a larger batch, or TailBatch.DROP or TailBatch.MERGE if this is the last one"
                                            + " of an epoch");
        }
    }

    @Override
    public INDArray forward(Call call) {
        INDArray x = positions(call.input(0));
        INDArray normalised;
        if (call.training() && statistics != Statistics.RUNNING) {
            normalised = statistics == Statistics.RENORM ? corrected(x, call) : measured(x, call);
        } else {
            INDArray inverse = inverse(call.parameter(runningMean() + 1));
            normalised = x.sub(row(call.parameter(runningMean()))).muli(row(inverse));
            call.keep(normalised, inverse);
            if (call.training() && updateRunning) {
                Moments moments = Moments.of(x);
                call.statistics(moments.mean, moments.variance);
            }
        }
        INDArray y = normalised;
        if (scale) {
            y = y.mul(row(call.parameter(0)));
        }
        if (shift) {
            y = y.add(row(call.parameter(shiftParameter())));
        }
        return y.reshape('c', call.input(0).shape());
    }

    private INDArray measured(INDArray x, Call call) {
        List<INDArray> kept = new ArrayList<>();
        INDArray normalised = x;
        INDArray mean = null;
        INDArray variance = null;
        List<long[]> ghosts = ghosts(x.size(0));
        INDArray whole = x;
        if (ghosts.size() > 1) {
            whole = Views.readable(x);
            normalised = x.ulike();
        }
        for (long[] ghost : ghosts) {
            Moments moments = Moments.of(examples(whole, ghost));
            kept.add(inverse(moments.variance));
            INDArray values = moments.centred.muli(row(kept.get(kept.size() - 1)));
            if (ghosts.size() == 1) {
                normalised = values;
            } else {
                examples(normalised, ghost).assign(values);
            }
            double share = (double) (ghost[1] - ghost[0]) / x.size(0);
            mean = mean == null ? moments.mean.mul(share) : mean.addi(moments.mean.mul(share));
            variance = variance == null ? moments.variance.mul(share) : variance.addi(moments.variance.mul(share));
        }
        kept.add(0, normalised);
        call.keep(kept.toArray(INDArray[]::new));
        call.statistics(requireNonNull(mean), requireNonNull(variance));
        return normalised;
    }

    private INDArray corrected(INDArray x, Call call) {
        Moments moments = Moments.of(x);
        INDArray inverse = inverse(moments.variance);
        INDArray runningInverse = inverse(call.parameter(runningMean() + 1));
        INDArray r = clip(runningInverse.div(inverse), 1 / maxScale, maxScale);
        INDArray d = clip(moments.mean.sub(call.parameter(runningMean())).muli(runningInverse), -maxShift, maxShift);
        INDArray normalised = moments.centred.muli(row(inverse));
        call.keep(normalised, inverse, r, d);
        call.statistics(moments.mean, moments.variance);
        return normalised.mul(row(r)).addi(row(d));
    }

    private static INDArray clip(INDArray values, double low, double high) {
        return Transforms.max(Transforms.min(values, high, false), low, false);
    }

    @Override
    public Gradients backward(Call call, INDArray gradient) {
        INDArray dy = positions(gradient);
        INDArray normalised = call.kept(0);
        boolean renorm = statistics == Statistics.RENORM;
        INDArray seen = renorm ? normalised.mul(row(call.kept(2))).addi(row(call.kept(3))) : normalised;
        INDArray dGamma = dy.mul(seen).sum(2).sum(0);
        INDArray dBeta = dy.sum(2).sum(0);
        INDArray dNormalised = scale ? dy.mul(row(call.parameter(0))) : dy.dup('c');
        if (renorm) {
            dNormalised.muli(row(call.kept(2)));
        }
        INDArray dx = statistics == Statistics.RUNNING
                ? dNormalised.muli(row(call.kept(1)))
                : throughMoments(call, dNormalised, normalised);
        List<INDArray> parameters = new ArrayList<>();
        if (scale && trainAffine) {
            parameters.add(dGamma);
        }
        if (shift && trainAffine) {
            parameters.add(dBeta);
        }
        return new Gradients(List.of(dx.reshape('c', gradient.shape())), parameters);
    }

    private INDArray throughMoments(Call call, INDArray dNormalised, INDArray normalised) {
        List<long[]> ghosts = ghosts(dNormalised.size(0));
        if (ghosts.size() == 1) {
            return throughMoments(dNormalised, normalised, call.kept(1));
        }
        INDArray dx = dNormalised.ulike();
        for (int i = 0; i < ghosts.size(); i++) {
            long[] ghost = ghosts.get(i);
            examples(dx, ghost)
                    .assign(throughMoments(
                            examples(dNormalised, ghost), examples(normalised, ghost), call.kept(1 + i)));
        }
        return dx;
    }

    // Ioffe and Szegedy 2015, section 3, the gradients of algorithm 1, simplified.
    private static INDArray throughMoments(INDArray dNormalised, INDArray normalised, INDArray inverse) {
        INDArray slope = Moments.mean(dNormalised.mul(normalised));
        return dNormalised
                .sub(row(Moments.mean(dNormalised)))
                .subi(normalised.mul(row(slope)))
                .muli(row(inverse));
    }

    /** First and last + 1 example of each batch that has statistics of its own. */
    private List<long[]> ghosts(long batch) {
        long count = statistics == Statistics.GHOST ? Math.max(1, batch / ghostSize) : 1;
        List<long[]> ghosts = new ArrayList<>();
        for (long i = 0; i < count; i++) {
            ghosts.add(new long[] {i * ghostSize, i + 1 == count ? batch : (i + 1) * ghostSize});
        }
        return ghosts;
    }

    /** Mean and biased variance of each channel, and what is left of the values without the mean. */
    private record Moments(INDArray mean, INDArray variance, INDArray centred) {

        static Moments of(INDArray x) {
            INDArray rough = mean(x);
            INDArray centred = x.sub(row(rough));
            INDArray rest = mean(centred);
            centred.subi(row(rest));
            return new Moments(rough.add(rest), mean(centred.mul(centred)), centred);
        }

        static INDArray mean(INDArray x) {
            return x.mean(2).mean(0);
        }
    }

    private INDArray inverse(INDArray variance) {
        return Transforms.sqrt(variance.add(epsilon), false).rdivi(1.0);
    }

    /** The index of the running mean among the parameters; the running variance follows it. */
    public int runningMean() {
        return (scale ? 1 : 0) + (shift ? 1 : 0);
    }

    /** Whether the running averages weigh all values alike; then their number follows the running variance. */
    public boolean cumulative() {
        return newWeight == 0;
    }

    /** How many parts of a batch of {@code examples} have a mean and variance of their own. */
    public int ghostBatches(long examples) {
        return ghosts(examples).size();
    }

    /** Whether a training step measures mean and variance of the batch: to normalise with, or for the running averages. */
    public boolean measures() {
        return statistics != Statistics.RUNNING || updateRunning;
    }

    /** The same that normalises with other statistics in training. */
    public BatchNormalization statistics(Statistics changed, int ghost, double largestScale, double largestShift) {
        return new BatchNormalization(
                epsilon,
                scale,
                shift,
                changed,
                ghost,
                largestScale,
                largestShift,
                updateRunning,
                trainAffine,
                newWeight,
                unbiased);
    }

    /** The same that updates its running averages in training, or leaves them. */
    public BatchNormalization updateRunning(boolean update) {
        return new BatchNormalization(
                epsilon,
                scale,
                shift,
                statistics,
                ghostSize,
                maxScale,
                maxShift,
                update,
                trainAffine,
                newWeight,
                unbiased);
    }

    /** The same that trains gamma and beta, or leaves them; the roles of the parameters have to follow. */
    public BatchNormalization trainAffine(boolean train) {
        return new BatchNormalization(
                epsilon,
                scale,
                shift,
                statistics,
                ghostSize,
                maxScale,
                maxShift,
                updateRunning,
                train,
                newWeight,
                unbiased);
    }

    /** The same that takes the running averages in training too, and does not update them. */
    public BatchNormalization frozen() {
        return statistics(Statistics.RUNNING, 0, 0, 0).updateRunning(false);
    }

    private static INDArray positions(INDArray x) {
        return x.reshape('c', x.size(0), x.size(1), x.length() / x.size(0) / x.size(1));
    }

    private static INDArray examples(INDArray x, long[] ghost) {
        return ghost[1] - ghost[0] == x.size(0) ? x : Views.interval(x, 0, ghost[0], ghost[1]);
    }

    private static INDArray row(INDArray perChannel) {
        return perChannel.reshape(1, perChannel.length(), 1);
    }

    @Override
    public int shiftParameter() {
        return shift ? (scale ? 1 : 0) : -1;
    }

    @Override
    public ShiftEffect shiftEffect(int input, Shift state, List<Shape> inputs, List<Shape> parameters) {
        boolean wholeChannels = state != Shift.PER_POSITION;
        return switch (statistics) {
            case RUNNING ->
                ShiftEffect.yields(
                        wholeChannels ? Shift.PER_CHANNEL : state,
                        "normalises with running statistics, a fixed scale and shift that cancels nothing");
            case RENORM ->
                ShiftEffect.blocks("corrects the batch by the running statistics, which do not move with a constant");
            case BATCH, GHOST ->
                wholeChannels
                        ? ShiftEffect.absorbs(
                                statistics == Statistics.GHOST
                                        ? "subtracts the mean of the ghost batch from each channel"
                                        : "subtracts the mean of the batch from each channel")
                        : ShiftEffect.blocks(
                                "has one mean per channel, which does not cancel a shift that differs by position");
        };
    }
}
