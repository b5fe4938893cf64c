package io.github.bn4j.op;

import static io.github.bn4j.internal.Ranges.checkEpsilon;

import io.github.bn4j.graph.Call;
import io.github.bn4j.graph.FormerComponents;
import io.github.bn4j.graph.Gradients;
import io.github.bn4j.graph.Normalization;
import io.github.bn4j.graph.Op;
import io.github.bn4j.graph.Operands;
import io.github.bn4j.graph.RunningAverages;
import io.github.bn4j.graph.ScaleAndShift;
import io.github.bn4j.graph.ScaleEffect;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.ShapeException;
import io.github.bn4j.graph.Shift;
import io.github.bn4j.graph.ShiftEffect;
import io.github.bn4j.graph.Statistics;
import io.github.bn4j.internal.Sums;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.nd4j.linalg.api.ndarray.INDArray;

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
 * running mean, running variance; then, if all values weigh alike, the number of updates {@code [1]}. The arithmetic never
 * changes the running averages: a training step reports what it measured, and the trainer commits it.
 *
 * @param epsilon added to the variance
 * @param scale whether there is a gamma
 * @param shift whether there is a beta
 * @param statistics what training normalises with
 * @param averages how the running averages follow
 * @param trainAffine whether gamma and beta are trained
 */
public record BatchNormalization(
        double epsilon,
        boolean scale,
        boolean shift,
        Statistics statistics,
        RunningAverages averages,
        boolean trainAffine)
        implements Op {

    /** Refuses an epsilon that is no number of at least 0. */
    public BatchNormalization {
        checkEpsilon("BatchNormalization", epsilon);
    }

    @FormerComponents({
        "epsilon",
        "scale",
        "shift",
        "statistics",
        "ghostSize",
        "maxScale",
        "maxShift",
        "updateRunning",
        "trainAffine",
        "newWeight",
        "unbiased"
    })
    static BatchNormalization of(
            double epsilon,
            boolean scale,
            boolean shift,
            String statistics,
            int ghostSize,
            double maxScale,
            double maxShift,
            boolean updateRunning,
            boolean trainAffine,
            double newWeight,
            boolean unbiased) {
        return new BatchNormalization(
                epsilon,
                scale,
                shift,
                former(statistics, ghostSize, maxScale, maxShift),
                new RunningAverages(newWeight, unbiased, updateRunning),
                trainAffine);
    }

    private static Statistics former(String name, int ghostSize, double maxScale, double maxShift) {
        return switch (name) {
            case "BATCH" -> Statistics.batch();
            case "GHOST" -> Statistics.ghost(ghostSize);
            case "RENORM" -> Statistics.renorm(maxScale, maxShift);
            case "RUNNING" -> Statistics.running();
            default ->
                throw new IllegalArgumentException("BatchNormalization expects BATCH, GHOST, RENORM or RUNNING but got "
                        + name + "; take another copy of the file");
        };
    }

    @Override
    public Optional<Operands> operands() {
        String[] affine = Affine.names(scale, shift);
        String[] state = averages.names();
        return Optional.of(
                trainAffine
                        ? Operands.of(1, 2).trainable(affine).state(state)
                        : Operands.of(1, 2)
                                .state(Stream.concat(Stream.of(affine), Stream.of(state))
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
        int perCall = averages.cumulative() ? parameters.size() - 1 : parameters.size();
        for (int i = 0; i < parameters.size(); i++) {
            Shape expected = i < perCall ? perChannel : Shape.of(1);
            if (!parameters.get(i).equals(expected)) {
                throw ShapeException.expected("parameters " + expected + " for input " + x, parameters.get(i));
            }
        }
        return x;
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
        long smallest = statistics.block(Math.toIntExact(batch));
        if (measures() && smallest * x.size() == x.dim(0)) {
            throw ShapeException.expected(
                    "more than one value per channel in training",
                    Arrays.toString(x.batched(smallest)),
                    statistics.areRunning()
                            ? "use updateRunning(false), or a larger batch"
                            : smallest < batch
                                    ? "use larger ghost batches"
                                    : "use a larger batch, or TailBatch.DROP or TailBatch.MERGE if this is the last one"
                                            + " of an epoch");
        }
    }

    @Override
    public INDArray forward(Call call) {
        INDArray y = normalizer(call.training()).forward(Channels.of(call.input(0)), call);
        if (scale) {
            y = y.mul(Channels.row(call.parameter(Affine.GAMMA)));
        }
        if (shift) {
            y = y.add(Channels.row(call.parameter(Affine.BETA)));
        }
        return y.reshape('c', call.input(0).shape());
    }

    @Override
    public Gradients backward(Call call, INDArray gradient) {
        Normalizer normalizer = normalizer(true);
        INDArray dy = Channels.of(gradient);
        List<INDArray> parameters = new ArrayList<>();
        if (scale && trainAffine) {
            parameters.add(Sums.ofChannels(dy.mul(normalizer.output(call))));
        }
        if (shift && trainAffine) {
            parameters.add(Sums.ofChannels(dy));
        }
        INDArray dNormalised = scale ? dy.mul(Channels.row(call.parameter(Affine.GAMMA))) : dy.dup('c');
        INDArray dx = normalizer.backward(call, dNormalised);
        List<INDArray> inputs = new ArrayList<>(List.of(dx.reshape('c', gradient.shape())));
        if (call.inputs() > 1) {
            inputs.add(call.input(1).like());
        }
        return new Gradients(inputs, parameters);
    }

    private Normalizer normalizer(boolean training) {
        if (!training || statistics.areRunning()) {
            return new ByRunning(epsilon, averages);
        }
        return statistics instanceof Statistics.Renorm renorm
                ? new ByRenorm(epsilon, averages, renorm)
                : new ByBlocks(epsilon, averages, statistics);
    }

    /** Whether a training step measures mean and variance of the batch: to normalise with, or for the running averages. */
    public boolean measures() {
        return switches().measures();
    }

    @Override
    public Optional<Normalization> normalization() {
        return Optional.of(switches());
    }

    private Normalization switches() {
        return new Normalization(epsilon, statistics, averages, trainAffine);
    }

    @Override
    public BatchNormalization normalization(Normalization changed) {
        return new BatchNormalization(
                changed.epsilon(), scale, shift, changed.statistics(), changed.averages(), changed.trainAffine());
    }

    @Override
    public Optional<String> shiftParameter() {
        return Affine.shift(shift);
    }

    @Override
    public Optional<String> scaleParameter() {
        return Affine.scale(scale);
    }

    @Override
    public Optional<ScaleAndShift.Rule> scaleAndShift(List<Shape> inputs, List<Shape> parameters) {
        return Optional.of(this::inPrediction);
    }

    /* scale = gamma / √(runningVariance + epsilon), shift = beta − scale runningMean. */
    private ScaleAndShift inPrediction(int channels, Function<String, double[]> values) {
        ScaleAndShift identity = ScaleAndShift.identity(channels);
        double[] factor = scale ? values.apply(Affine.GAMMA) : identity.scale();
        double[] summand = shift ? values.apply(Affine.BETA) : identity.shift();
        double[] mean = values.apply(RunningAverages.MEAN);
        double[] variance = values.apply(RunningAverages.VARIANCE);
        for (int c = 0; c < channels; c++) {
            factor[c] /= Math.sqrt(variance[c] + epsilon);
            summand[c] -= factor[c] * mean[c];
        }
        return new ScaleAndShift(factor, summand);
    }

    @Override
    public ScaleEffect scaleEffect(int input) {
        boolean divides = statistics instanceof Statistics.Batch || statistics instanceof Statistics.Ghost;
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
        if (statistics.areRunning()) {
            return ShiftEffect.yields(
                    wholeChannels ? Shift.PER_CHANNEL : state,
                    "normalises with running statistics, a fixed scale and shift that cancels nothing");
        }
        if (statistics instanceof Statistics.Renorm) {
            return ShiftEffect.blocks(
                    "corrects the batch by the running statistics, which do not move with a constant");
        }
        String whose = statistics instanceof Statistics.Ghost ? "ghost batch" : "batch";
        return wholeChannels
                ? ShiftEffect.absorbs("subtracts the mean of the " + whose + " from each channel")
                : ShiftEffect.blocks(
                        "has one mean per channel, which does not cancel a shift that differs by position");
    }
}
