package io.github.bn4j.engine.onednn.internal.lowering;

import io.github.bn4j.engine.onednn.internal.plan.Buffer;
import io.github.bn4j.graph.Node;
import io.github.bn4j.graph.RunningAverages;
import io.github.bn4j.graph.Value;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** How large the values of a program can be at most, so that it is known of each run whether all of them were finite. */
public final class ValueRanges {

    /* oneDNN's ReLU makes 0 of NaN, its max pooling passes over it, and other functions yield some number or other. But what comes in is
     * finite, and so are the parameters: NaN and infinity only come of numbers that float32 cannot hold. So it is enough to know
     * how large values can be before these calls: that of a linear map by the sum of its weights' sizes, that of a normalised
     * value by the number of those it was normalised with, and so on. That is a few products for each call, next to nothing
     * beside computing the values. Only where such a bound, which grows from layer to layer, says nothing, the values themselves
     * are looked at. If they are too large as well, the batch is left to reference arithmetic, which passes on NaN and infinity. */

    /** Sums of two such numbers are finite for certain, whatever rounding adds. */
    private static final double LIMIT = 0x1p126;

    /** Usual values and weights are below 2 to the power of these. */
    private static final int USUAL_VALUE = 10;

    private static final int USUAL_WEIGHT = 4;

    private final Compiler compiler;
    private final Set<Integer> needed = new HashSet<>();
    private final Map<Integer, double[]> sizes = new HashMap<>();
    private final List<Runnable> inputs = new ArrayList<>();
    private boolean finite = true;

    ValueRanges(Compiler compiler) {
        this.compiler = compiler;
    }

    /** Starts a run whose inputs are there. */
    public void begin() {
        finite = true;
        inputs.forEach(Runnable::run);
    }

    /** Whether all values of the run were finite where that could have been lost. */
    public boolean wereFinite() {
        return finite;
    }

    /** Finds out which values have to be known. */
    void plan(Iterable<Value> given, List<FusedCall> calls) {
        for (int i = calls.size() - 1; i >= 0; i--) {
            FusedCall call = calls.get(i);
            if (matters(call) && !isMeasured(call)) {
                call.node().inputs().forEach(value -> needed.add(value.id()));
            }
        }
        for (Value input : given) {
            if (needed.contains(input.id())) {
                Buffer x = compiler.value(input);
                double[] size = size(input);
                inputs.add(() -> size[0] = x.size(USUAL_VALUE));
            }
        }
    }

    private boolean matters(FusedCall call) {
        return hides(call) || needed.contains(call.output().id());
    }

    /** Whether a call may make a finite number of NaN. Loops in Java do not. */
    private boolean hides(FusedCall call) {
        return (call.activation() != null && !isSmall(call))
                || Bounds.of(call.op()).filter(Bounds.Bound::hides).isPresent();
    }

    /** Whether what a call yields is looked at, and not bounded by what comes in. */
    private boolean isMeasured(FusedCall call) {
        return normalisesByBatch(call)
                || (compiler.training() && isBoundedBy(Bounds.Source.WEIGHTS, call) && outputs(call) <= weights(call))
                || Bounds.of(call.op()).isEmpty();
    }

    private boolean isSmall(FusedCall call) {
        return isBoundedBy(Bounds.Source.STATISTICS, call) && SmallBatchNormalization.takes(call, compiler);
    }

    private boolean normalisesByBatch(FusedCall call) {
        return compiler.training()
                && isBoundedBy(Bounds.Source.STATISTICS, call)
                && call.op()
                        .normalization()
                        .filter(by -> !by.statistics().areRunning())
                        .isPresent();
    }

    private static boolean isBoundedBy(Bounds.Source source, FusedCall call) {
        return Bounds.of(call.op()).filter(bound -> bound.source() == source).isPresent();
    }

    private long outputs(FusedCall call) {
        return compiler.batch() * call.output().shape().size();
    }

    private static long weights(FusedCall call) {
        return call.parameter(0).shape().size();
    }

    private double[] size(Value value) {
        return sizes.computeIfAbsent(value.id(), id -> new double[1]);
    }

    /** Adds the step that bounds what a call is about to compute. */
    void before(FusedCall call) {
        if (!matters(call) || isMeasured(call)) {
            return;
        }
        List<Buffer> buffers =
                call.node().inputs().stream().map(compiler::value).toList();
        List<double[]> given = call.node().inputs().stream().map(this::size).toList();
        double[] result = size(call.output());
        Bounds.Rule rule = rule(call, given);
        compiler.plan()
                .run(
                        () -> {
                            double inside = rule.inside().getAsDouble();
                            if (!(inside < LIMIT)) {
                                for (int i = 0; i < given.size(); i++) {
                                    given.get(i)[0] = buffers.get(i).size(USUAL_VALUE);
                                }
                                inside = rule.inside().getAsDouble();
                                finite &= inside < LIMIT;
                            }
                            result[0] = rule.result().getAsDouble();
                        },
                        buffers.toArray(Buffer[]::new));
    }

    private Bounds.Rule rule(FusedCall call, List<double[]> given) {
        Bounds.Bound bound = Bounds.of(call.op()).orElseThrow();
        if (bound.rule() != null) {
            return bound.rule().rule(call, given);
        }
        double[] x = given.get(0);
        double[] map = bound.source() == Bounds.Source.STATISTICS
                ? byRunningAverages(call)
                : compiler.training() ? roughly(call) : exactly(call);
        // In bfloat16 the largest float32 numbers are infinite, those that are multiplied as well.
        return new Bounds.Rule(
                () -> Math.max(Math.max(map[0], x[0]), map[0] * x[0] + map[1]), () -> map[0] * x[0] + map[1]);
    }

    /** The largest sum of sizes of weights that a result is made with, and the largest bias; in a prediction, they stay. */
    private double[] exactly(FusedCall call) {
        double[] map = new double[2];
        Buffer weight = compiler.parameter(call.parameter(0));
        Buffer bias = bias(call);
        Runnable measure = () -> {
            map[0] = largestSum(weight.floats(), call);
            map[1] = bias == null ? 0 : bias.size(USUAL_WEIGHT);
        };
        compiler.plan().prepare(() -> compiler.plan().run(measure));
        return map;
    }

    private static double largestSum(FloatBuffer weight, FusedCall call) {
        long[] dims = call.parameter(0).shape().dims();
        boolean transposed = isInputsFirst(call);
        int first = (int) dims[0];
        int second = (int) dims[1];
        int taps = weight.limit() / first / second;
        double[] sums = new double[transposed ? second : first];
        float[] row = new float[taps];
        for (int i = 0; i < first; i++) {
            for (int j = 0; j < second; j++) {
                weight.get((i * second + j) * taps, row);
                double sum = 0;
                for (float value : row) {
                    sum += Math.abs(value);
                }
                sums[transposed ? j : i] += sum;
            }
        }
        double largest = 0;
        for (double sum : sums) {
            largest = Math.max(largest, sum);
        }
        return largest;
    }

    /** A bound of {@link #exactly} that a training can find in each step: how many weights, times the largest. */
    private double[] roughly(FusedCall call) {
        double[] map = new double[2];
        Buffer weight = compiler.parameter(call.parameter(0));
        Buffer bias = bias(call);
        long[] dims = call.parameter(0).shape().dims();
        double addends = (double) weights(call) / (isInputsFirst(call) ? dims[1] : dims[0]);
        compiler.plan().run(() -> {
            map[0] = addends * weight.size(USUAL_WEIGHT);
            map[1] = bias == null ? 0 : bias.size(USUAL_WEIGHT);
        });
        return map;
    }

    private static boolean isInputsFirst(FusedCall call) {
        return call.node().linearMap().orElseThrow().inputFirst();
    }

    private @Nullable Buffer bias(FusedCall call) {
        Node bias = call.bias();
        return bias == null ? null : compiler.parameter(bias.parameters().get(0));
    }

    private double[] byRunningAverages(FusedCall call) {
        double epsilon = call.op().normalization().orElseThrow().epsilon();
        double[] map = new double[2];
        Buffer mean = compiler.parameter(call.node().parameter(RunningAverages.MEAN));
        Buffer variance = compiler.parameter(call.node().parameter(RunningAverages.VARIANCE));
        Buffer gamma = call.node().scale().map(compiler::parameter).orElse(null);
        Buffer beta = call.node().shift().map(compiler::parameter).orElse(null);
        Runnable measure = () -> {
            map[0] = 0;
            map[1] = 0;
            for (int c = 0; c < mean.floats().limit(); c++) {
                double scale = (gamma == null ? 1 : Math.abs(gamma.floats().get(c)))
                        / Math.sqrt(variance.floats().get(c) + epsilon);
                double shift = beta == null ? 0 : Math.abs(beta.floats().get(c));
                // oneDNN subtracts first, or folds the mean into the shift.
                map[0] = Math.max(map[0], Math.max(1, scale));
                map[1] = Math.max(map[1], Math.abs(mean.floats().get(c)) * Math.max(1, scale) + shift);
            }
        };
        if (compiler.training()) {
            compiler.plan().run(measure);
        } else {
            compiler.plan().prepare(() -> compiler.plan().run(measure));
        }
        return map;
    }

    /**
     * Adds the step that looks at what a call has computed, where that is not bounded.
     *
     * @param byReference whether it was computed by reference arithmetic, of which nothing is known
     */
    void after(FusedCall call, boolean byReference) {
        if (!matters(call) || !(byReference || isMeasured(call))) {
            return;
        }
        double[] result = size(call.output());
        if (!byReference && normalisesByBatch(call)) {
            normalised(call, result);
            return;
        }
        Buffer y = compiler.float32(call.output());
        compiler.plan()
                .run(
                        () -> {
                            result[0] = y.size(USUAL_VALUE);
                            finite &= result[0] < LIMIT;
                        },
                        y);
    }

    /* Of n numbers none is farther from their mean than √n deviations; and mean and variance are finite only if all of them are. */
    private void normalised(FusedCall call, double[] result) {
        Buffer mean = compiler.external(compiler.measured(call.node()).mean());
        Buffer variance = compiler.external(compiler.measured(call.node()).variance());
        Buffer gamma = call.node().scale().map(compiler::parameter).orElse(null);
        Buffer beta = call.node().shift().map(compiler::parameter).orElse(null);
        double count = compiler.measured(call.node()).count();
        compiler.plan().run(() -> {
            finite &= mean.size(USUAL_VALUE) < LIMIT && variance.size(USUAL_VALUE) < LIMIT;
            double scale = gamma == null ? 1 : gamma.size(USUAL_WEIGHT);
            double shift = beta == null ? 0 : beta.size(USUAL_WEIGHT);
            result[0] = Math.sqrt(count) * scale + shift;
            finite &= result[0] < LIMIT;
        });
    }
}
