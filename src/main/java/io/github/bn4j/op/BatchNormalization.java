package io.github.bn4j.op;

import static io.github.bn4j.internal.Checks.checkArgument;
import static io.github.bn4j.internal.Ranges.checkEpsilon;
import static java.util.Objects.requireNonNull;

import io.github.bn4j.graph.Call;
import io.github.bn4j.graph.Gradients;
import io.github.bn4j.graph.Measured;
import io.github.bn4j.graph.Op;
import io.github.bn4j.graph.Operands;
import io.github.bn4j.graph.ScaleEffect;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.ShapeException;
import io.github.bn4j.graph.Shift;
import io.github.bn4j.graph.ShiftEffect;
import io.github.bn4j.internal.Sums;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * Batch normalisation of each channel: {@code y = gamma (x − mean) / √(variance + epsilon) + beta}, where mean and biased
 * variance are taken over the batch and all positions (Ioffe and Szegedy 2015, Batch Normalization, algorithm 1), or, in
 * predictions, are the running averages (section 3.1). {@link Statistics} says which they are in training.
 *
 * <p>A second input, if there is one, weighs the values: mean {@code Σ w x / Σ w} and variance {@code Σ w (x − mean)² / Σ w},
 * so that a mask of zeros and ones leaves positions out. It has one weight per example, {@code []} or {@code [1]}, or one
 * per position, which all channels share: the shape of the input without its channels, or with 1 for them. All positions
 * are normalised, those of weight 0 too, and their gradients count like all others. Weights are data: no gradient goes
 * through them, and predictions do not look at them.
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
 * @param unbiased whether the running variance averages {@code n / (n − 1)} times the biased batch variance; with weights,
 *     {@code n = Σ w}, as for values that occur {@code w} times, which has to be above 1
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

    /* The batch is seen as [batch, channels, positions], weights as [batch, 1, positions]. Ghost batches are such batches one
     * after another; for all other statistics the batch is the only one. */

    /** Checks the numbers. */
    public BatchNormalization {
        checkEpsilon("BatchNormalization", epsilon);
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
    public Optional<Operands> operands() {
        return Optional.of(
                trainAffine
                        ? Operands.of(1, 2)
                                .trainable(Affine.names(scale, shift))
                                .state(averages())
                        : Operands.of(1, 2)
                                .state(Stream.concat(Stream.of(Affine.names(scale, shift)), Stream.of(averages()))
                                        .toArray(String[]::new)));
    }

    @Override
    public Shape outputShape(List<Shape> inputs, List<Shape> parameters) {
        Shape x = inputs.get(0);
        if (x.rank() < 1) {
            throw ShapeException.expected("input [channels, …]", x);
        }
        if (inputs.size() > 1 && !weighs(inputs.get(1), x)) {
            throw ShapeException.expected(
                    "weights [], [1] or one per position of " + x + ", the same for all channels,", inputs.get(1));
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

    private String[] averages() {
        return cumulative()
                ? new String[] {"runningMean", "runningVariance", "count"}
                : new String[] {"runningMean", "runningVariance"};
    }

    private static boolean weighs(Shape weights, Shape x) {
        long[] positions = Arrays.copyOfRange(x.dims(), 1, x.rank());
        return (weights.size() == 1 && weights.rank() <= 1)
                || weights.equals(Shape.of(positions))
                || weights.equals(x.with(0, 1));
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
                report(BatchMoments.of(x, Weights.of(call)).merged(call), call);
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
        double count = 0;
        List<long[]> ghosts = ghosts(x.size(0));
        INDArray whole = x;
        if (ghosts.size() > 1) {
            whole = Views.readable(x);
            normalised = x.ulike();
        }
        Weights all = Weights.of(call);
        for (long[] ghost : ghosts) {
            Weights weights = all.examples(ghost);
            BatchMoments moments =
                    BatchMoments.of(examples(whole, ghost), weights).merged(call);
            kept.add(inverse(moments.variance()));
            INDArray values = moments.centred().muli(row(kept.get(kept.size() - 1)));
            if (ghosts.size() == 1) {
                normalised = values;
            } else {
                examples(normalised, ghost).assign(values);
            }
            double share = ghosts.size() == 1 ? 1 : weights.count() / all.count();
            mean = mean == null
                    ? moments.mean().mul(share)
                    : mean.addi(moments.mean().mul(share));
            variance = variance == null
                    ? moments.variance().mul(share)
                    : variance.addi(moments.variance().mul(share));
            count += moments.count() / ghosts.size();
        }
        kept.add(0, normalised);
        call.keep(kept.toArray(INDArray[]::new));
        report(new BatchMoments(requireNonNull(mean), requireNonNull(variance), normalised, count), call);
        return normalised;
    }

    private INDArray corrected(INDArray x, Call call) {
        BatchMoments moments = BatchMoments.of(x, Weights.of(call)).merged(call);
        INDArray inverse = inverse(moments.variance());
        INDArray runningInverse = inverse(call.parameter(runningMean() + 1));
        INDArray r = clip(runningInverse.div(inverse), 1 / maxScale, maxScale);
        INDArray d = clip(moments.mean().sub(call.parameter(runningMean())).muli(runningInverse), -maxShift, maxShift);
        INDArray normalised = moments.centred().muli(row(inverse));
        call.keep(normalised, inverse, r, d);
        report(moments, call);
        return normalised.mul(row(r)).addi(row(d));
    }

    private void report(BatchMoments moments, Call call) {
        checkArgument(
                !updateRunning || !unbiased || moments.count() > 1,
                "layer \"%s\" expects weights with a sum above 1 for an unbiased running variance but got %s;"
                        + " use RunningVariance.BIASED, or weights that count values",
                call.layer(),
                moments.count());
        call.statistics(moments.mean(), moments.variance(), moments.count());
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
        INDArray dGamma = Sums.ofChannels(dy.mul(seen));
        INDArray dBeta = Sums.ofChannels(dy);
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
        List<INDArray> inputs = new ArrayList<>(List.of(dx.reshape('c', gradient.shape())));
        if (call.inputs() > 1) {
            inputs.add(call.input(1).like());
        }
        return new Gradients(inputs, parameters);
    }

    private INDArray throughMoments(Call call, INDArray dNormalised, INDArray normalised) {
        List<long[]> ghosts = ghosts(dNormalised.size(0));
        Weights weights = Weights.of(call);
        if (ghosts.size() == 1) {
            return BatchMoments.backward(call, dNormalised, normalised, call.kept(1), weights);
        }
        INDArray dx = dNormalised.ulike();
        for (int i = 0; i < ghosts.size(); i++) {
            long[] ghost = ghosts.get(i);
            examples(dx, ghost)
                    .assign(BatchMoments.backward(
                            call,
                            examples(dNormalised, ghost),
                            examples(normalised, ghost),
                            call.kept(1 + i),
                            weights.examples(ghost)));
        }
        return dx;
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
        return switched(update, trainAffine);
    }

    /** The same that trains gamma and beta, or leaves them; the roles of the parameters have to follow. */
    public BatchNormalization trainAffine(boolean train) {
        return switched(updateRunning, train);
    }

    private BatchNormalization switched(boolean update, boolean train) {
        return new BatchNormalization(
                epsilon, scale, shift, statistics, ghostSize, maxScale, maxShift, update, train, newWeight, unbiased);
    }

    /** The same that takes the running averages in training too, and does not update them. */
    public BatchNormalization frozen() {
        return statistics(Statistics.RUNNING, 0, 0, 0).updateRunning(false);
    }

    @Override
    public void update(Measured measured, List<INDArray> parameters) {
        if (updateRunning) {
            RunningAverages.update(this, measured, parameters);
        }
    }

    static INDArray positions(INDArray x) {
        return x.reshape('c', x.size(0), x.size(1), x.length() / x.size(0) / x.size(1));
    }

    static INDArray examples(INDArray x, long[] ghost) {
        return ghost[1] - ghost[0] == x.size(0) ? x : Views.interval(x, 0, ghost[0], ghost[1]);
    }

    static INDArray row(INDArray perChannel) {
        return perChannel.reshape(1, perChannel.length(), 1);
    }

    @Override
    public int shiftParameter() {
        return shift ? (scale ? 1 : 0) : -1;
    }

    @Override
    public ScaleEffect scaleEffect(int input) {
        boolean divides = statistics == Statistics.BATCH || statistics == Statistics.GHOST;
        return input == 0 && divides ? ScaleEffect.ABSORBED : ScaleEffect.BLOCKED;
    }

    @Override
    public ShiftEffect shiftEffect(int input, Shift state, List<Shape> inputs, List<Shape> parameters) {
        if (input == 1) {
            return measures()
                    ? ShiftEffect.blocks("weighs the values by it")
                    : ShiftEffect.absorbs("normalises with running statistics, whatever the weights");
        }
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
