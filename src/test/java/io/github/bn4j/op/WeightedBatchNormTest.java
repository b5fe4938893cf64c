package io.github.bn4j.op;

import static io.github.bn4j.TensorAssert.assertParameters;
import static io.github.bn4j.TensorAssert.assertTensor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.bn4j.Bits;
import io.github.bn4j.GraphBuilder;
import io.github.bn4j.Network;
import io.github.bn4j.check.GradientCheck;
import io.github.bn4j.data.Dataset;
import io.github.bn4j.engine.Engine;
import io.github.bn4j.graph.Layer;
import io.github.bn4j.graph.RunningAverages;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.ShapeException;
import io.github.bn4j.graph.Statistics;
import io.github.bn4j.graph.Value;
import io.github.bn4j.internal.Tensors;
import io.github.bn4j.layer.BatchNorm1d;
import io.github.bn4j.layer.BatchNorm2d;
import io.github.bn4j.layer.Conv2d;
import io.github.bn4j.layer.Dense;
import io.github.bn4j.layer.Flatten;
import io.github.bn4j.layer.Padding;
import io.github.bn4j.layer.Relu;
import io.github.bn4j.layer.RunningAverage;
import io.github.bn4j.layer.RunningVariance;
import io.github.bn4j.train.Loss;
import io.github.bn4j.train.Sgd;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Batch normalisation whose mean and variance count some values more than others, or not at all. */
class WeightedBatchNormTest {

    private static final double EPSILON = 1e-3;
    private static final List<Statistics> STATISTICS =
            List.of(Statistics.batch(), Statistics.ghost(3), Statistics.renorm(2, 0.5), Statistics.running());

    @TempDir
    Path folder;

    private static BatchNormalization op(Statistics statistics) {
        return new BatchNormalization(EPSILON, false, false, statistics, new RunningAverages(0.1, true, true), true);
    }

    /** The statistics of the batch, ghost batches and renorm, with every shape that weights can have. */
    static Stream<Arguments> problems() {
        List<Arguments> problems = new ArrayList<>();
        for (Statistics statistics : STATISTICS) {
            problems.add(Arguments.of(statistics, Shape.of(3), Shape.of()));
            problems.add(Arguments.of(statistics, Shape.of(3), Shape.of(1)));
            problems.add(Arguments.of(statistics, Shape.of(2, 4), Shape.of()));
            problems.add(Arguments.of(statistics, Shape.of(2, 4), Shape.of(1)));
            problems.add(Arguments.of(statistics, Shape.of(2, 4), Shape.of(4)));
            problems.add(Arguments.of(statistics, Shape.of(2, 4), Shape.of(1, 4)));
            problems.add(Arguments.of(statistics, Shape.of(3, 2, 4), Shape.of(2, 4)));
            problems.add(Arguments.of(statistics, Shape.of(3, 2, 4), Shape.of(1, 2, 4)));
            problems.add(Arguments.of(statistics, Shape.of(1, 1, 5), Shape.of()));
        }
        return problems.stream();
    }

    private static INDArray weights(Random random, Shape shape, long batch) {
        double[] values = random.doubles(batch * shape.size(), 0, 3).toArray();
        for (int i = 1; i < values.length; i += 3) {
            values[i] = 0;
        }
        return Tensors.of(DataType.DOUBLE, values, shape.batched(batch));
    }

    @ParameterizedTest
    @MethodSource("problems")
    void normalisesLikeANaiveLoop(Statistics statistics, Shape shape, Shape weighting) {
        long batch = 7;
        Random random = new Random(shape.hashCode() + weighting.hashCode());
        INDArray x = OpRun.random(random, shape.batched(batch)).addi(2);
        INDArray w = weights(random, weighting, batch);
        double runningMean = 1.7;
        double runningVariance = 0.6;
        long channels = shape.dim(0);
        INDArray y = OpRun.train(
                op(statistics),
                1,
                1,
                List.of(x, w),
                Tensors.zeros(DataType.DOUBLE, channels).addi(runningMean),
                Tensors.zeros(DataType.DOUBLE, channels).addi(runningVariance));
        double[] values = x.data().asDouble();
        double[] weight = w.data().asDouble();
        int positions = (int) (shape.size() / channels);
        int alike = (int) (batch * positions / weight.length);
        OpRun.assertElements(y, index -> {
            long from = statistics instanceof Statistics.Ghost && index[0] >= 3 ? 3 : 0;
            long to = statistics instanceof Statistics.Ghost && index[0] < 3 ? 3 : batch;
            double sum = 0;
            double mean = 0;
            double variance = 0;
            for (int pass = 0; pass < 2; pass++) {
                for (long n = from; n < to; n++) {
                    for (int p = 0; p < positions; p++) {
                        double value = values[(int) ((n * channels + index[1]) * positions + p)];
                        double own = weight[(int) ((n * positions + p) / alike)];
                        if (pass == 0) {
                            sum += own;
                            mean += own * value;
                        } else {
                            variance += own * (value - mean) * (value - mean) / sum;
                        }
                    }
                }
                mean = pass == 0 ? mean / sum : mean;
            }
            double sigma = Math.sqrt(variance + EPSILON);
            double running = Math.sqrt(runningVariance + EPSILON);
            double r = Math.max(0.5, Math.min(2, sigma / running));
            double d = Math.max(-0.5, Math.min(0.5, (mean - runningMean) / running));
            if (statistics.areRunning()) {
                return (x.getDouble(index) - runningMean) / running;
            }
            double normalised = (x.getDouble(index) - mean) / sigma;
            return statistics instanceof Statistics.Renorm ? normalised * r + d : normalised;
        });
    }

    @ParameterizedTest
    @MethodSource("problems")
    void hasTheGradientsOfCentralDifferences(Statistics statistics, Shape shape, Shape weighting) {
        INDArray w = weights(new Random(5), weighting, 6);
        FixedWeights fixed =
                new FixedWeights(Arrays.stream(w.data().asDouble()).boxed().toList(), weighting);
        BatchNorm1d plain = BatchNorm1d.of().epsilon(EPSILON);
        // Both corrections of renorm at their bounds, where they are constants for central differences too.
        BatchNorm1d norm = plain.statistics(
                statistics instanceof Statistics.Renorm ? Statistics.renorm(1.0001, 1e-4) : statistics);
        Layer layer = (scope, x) -> {
            Value weight = scope.apply(fixed, x);
            return shape.rank() == 3
                    ? scope.call(new BatchNorm2d(norm.norm()), x, weight)
                    : scope.call(norm, x, weight);
        };
        assertThat(GradientCheck.largestError(layer, shape, 6, 3)).isLessThan(1e-6);
    }

    private static Network sequences(BatchNorm1d norm) {
        GraphBuilder g = new GraphBuilder();
        Value x = g.input("x", 2, 5);
        Value mask = g.input("mask", 5);
        return g.build(1, DataType.DOUBLE, g.call(norm, x, mask));
    }

    private static void fit(Network net, Map<String, INDArray> inputs, int batchSize) {
        INDArray x = inputs.values().iterator().next();
        net.trainer()
                .optimizer(Sgd.of(1e-9))
                .loss(Loss.meanSquaredError())
                .batchSize(batchSize)
                .fit(Dataset.of(
                        inputs,
                        Map.of(
                                "target",
                                Tensors.zeros(
                                        net.parameters().type(), inputs.get("x").shape()))));
        assertThat(x.size(0)).isEqualTo(batchSize);
    }

    @Test
    void measuresWhatIsLeftWithoutTheMaskedPositions() {
        INDArray x = OpRun.random(new Random(1), 3, 2, 5);
        int[] lengths = {5, 2, 3};
        double[] mask = new double[15];
        List<List<Double>> left = List.of(new ArrayList<>(), new ArrayList<>());
        for (int n = 0; n < 3; n++) {
            for (int p = 0; p < lengths[n]; p++) {
                mask[n * 5 + p] = 1;
                left.get(0).add(x.getDouble(n, 0, p));
                left.get(1).add(x.getDouble(n, 1, p));
            }
        }
        BatchNorm1d norm = BatchNorm1d.of().runningAverage(RunningAverage.newWeight(1));
        Network net = sequences(norm);
        fit(net, Map.of("x", x, "mask", Tensors.of(DataType.DOUBLE, mask, 3, 5)), 3);
        for (int c = 0; c < 2; c++) {
            double mean = left.get(c).stream().mapToDouble(v -> v).average().orElseThrow();
            double squares = left.get(c).stream()
                    .mapToDouble(v -> (v - mean) * (v - mean))
                    .sum();
            assertThat(net.parameters().get("batchnorm1d_1.runningMean").getDouble(c))
                    .isCloseTo(mean, within(1e-12));
            assertThat(net.parameters().get("batchnorm1d_1.runningVariance").getDouble(c))
                    .isCloseTo(squares / (10 - 1), within(1e-12));
        }
    }

    @Test
    void takesWholeWeightsAsRepetitions() {
        INDArray x = OpRun.random(new Random(2), 3, 2, 5);
        INDArray repeated = Tensors.zeros(DataType.DOUBLE, 6, 2, 5);
        int[] origin = {0, 1, 1, 2, 2, 2};
        for (int n = 0; n < 6; n++) {
            for (int c = 0; c < 2; c++) {
                for (int p = 0; p < 5; p++) {
                    repeated.putScalar(new int[] {n, c, p}, x.getDouble(origin[n], c, p));
                }
            }
        }
        for (RunningVariance variance : RunningVariance.values()) {
            BatchNorm1d norm = BatchNorm1d.of().runningVariance(variance);
            Network weighted = sequences(norm);
            Network plain = sequences(norm);
            INDArray counts = Tensors.zeros(DataType.DOUBLE, 3, 5);
            for (int n = 0; n < 3; n++) {
                counts.getRow(n).assign(n + 1);
            }
            fit(weighted, Map.of("x", x, "mask", counts), 3);
            fit(
                    plain,
                    Map.of(
                            "x",
                            repeated,
                            "mask",
                            Tensors.zeros(DataType.DOUBLE, 6, 5).addi(1)),
                    6);
            assertTensor(weighted.parameters().state())
                    .isCloseTo(plain.parameters().state(), 1e-12);
        }
    }

    /** Padded images: a convolution, a normalisation that does not count the padding, and a dense layer. */
    private static Network images(DataType type) {
        GraphBuilder g = new GraphBuilder();
        Value x = g.input("x", 2, 4, 4);
        Value mask = g.input("mask", 4, 4);
        Value features = g.call(Conv2d.of(3, 3).padding(Padding.SAME), x);
        Value y = g.call(Relu.of(), g.call(BatchNorm2d.of(), features, mask));
        return g.build(
                4,
                type,
                g.call(Dense.of(3), g.call(Flatten.of(), g.call(BatchNorm2d.of(), g.call(Conv2d.of(2, 1), y), mask))));
    }

    private static Dataset padded(DataType type, int count) {
        Random random = new Random(8);
        double[] mask = new double[count * 16];
        for (int i = 0; i < mask.length; i++) {
            mask[i] = i % 4 < 2 + i / 16 % 3 ? 1 : 0;
        }
        INDArray x = OpRun.random(random, count, 2, 4, 4).addi(1);
        return Dataset.of(
                Map.of("x", x.castTo(type), "mask", Tensors.of(type, mask, count, 4, 4)),
                Map.of("target", OpRun.random(random, count, 3).castTo(type)));
    }

    private static void train(Network net) {
        net.trainer()
                .optimizer(Sgd.of(0.05).momentum(0.9))
                .loss(Loss.meanSquaredError())
                .batchSize(5)
                .epochs(3)
                .fit(padded(net.parameters().type(), 12));
    }

    @Test
    void trainsAlikeOnBothEnginesAndFromAFile() {
        Network reference = images(DataType.DOUBLE);
        Network fast = images(DataType.FLOAT);
        train(reference);
        train(fast);
        assertParameters(fast, reference, 1e-4);
        assertThat(reference.explainBias().absent()).containsExactlyInAnyOrder("conv2d_1.bias", "conv2d_2.bias");
        assertThat(reference.proveBias().agrees()).isTrue();

        reference.save(folder.resolve("masked.safetensors"));
        Network again = Network.load(folder.resolve("masked.safetensors"));
        train(again);
        train(reference);
        for (String name : reference.parameters().names()) {
            Bits.assertSame(again.parameters().get(name), reference.parameters().get(name));
        }
    }

    @Test
    void absorbsBiasesOfOldWeights() {
        Network old = images(DataType.DOUBLE).materializeBias();
        train(old);
        old.parameters().get("conv2d_1.bias").addi(3);
        old.parameters().get("conv2d_2.bias").subi(2);
        Network without = old.absorbBias();
        assertThat(without.parameters().has("conv2d_1.bias")).isFalse();
        Dataset data = padded(DataType.DOUBLE, 12);
        assertTensor(without.predict(data.inputs())).isCloseTo(old.predict(data.inputs()), 1e-12);
    }

    @Test
    void foldsRecalibratesAndReports() {
        for (Engine engine : List.of(Engine.nd4j(), Engine.fastest(DataType.FLOAT))) {
            Network net = images(DataType.FLOAT).on(engine);
            train(net);
            Dataset data = padded(DataType.FLOAT, 12);
            assertThat(net.fold(data.inputs()).relativeError()).isLessThan(1e-5);
            assertThat(net.fold().network().graph().inputs()).containsOnlyKeys("x", "mask");
            assertThat(net.batchNormReport(data).norms()).hasSize(2);
            // 12 · 16 positions, of which 2, 3 and 4 in 4 are not masked.
            assertThat(net.recalibrate(data).changes()).allMatch(change -> change.count() == 12 * 16 * 3 / 4);
        }
    }

    @Test
    void recalibratesToWhatATrainingStepMeasures() {
        Network net = images(DataType.DOUBLE);
        Dataset data = padded(DataType.DOUBLE, 12);
        Network one = images(DataType.DOUBLE);
        one.trainer()
                .optimizer(Sgd.of(1e-12))
                .loss(Loss.meanSquaredError())
                .batchSize(12)
                .fit(data);
        net.recalibrate(data);
        // The step went from mean 0 and variance 1 a tenth of the way to what the first normalisation measured.
        INDArray mean = one.parameters().get("batchnorm2d_1.runningMean").mul(10);
        INDArray variance =
                one.parameters().get("batchnorm2d_1.runningVariance").sub(0.9).muli(10);
        assertTensor(net.parameters().get("batchnorm2d_1.runningMean")).isCloseTo(mean, 1e-12);
        assertTensor(net.parameters().get("batchnorm2d_1.runningVariance")).isCloseTo(variance, 1e-12);
    }

    @Test
    void refusesWeightsThatDoNotFit() {
        GraphBuilder g = new GraphBuilder();
        Value x = g.input("x", 2, 5);
        assertThatThrownBy(() -> g.call(BatchNorm1d.of(), x, g.input("perChannel", 2, 5)))
                .isInstanceOf(ShapeException.class)
                .hasMessage(
                        "layer \"batchnorm1d_1\" BatchNorm1d() expects weights [], [1] or one per position of [2, 5],"
                                + " the same for all channels, but got [2, 5] from input \"x\"");
        assertThatThrownBy(() -> g.call(BatchNorm1d.of(), x, g.input("a"), g.input("b")))
                .hasMessage("layer \"batchnorm1d_2\" BatchNorm1d() expects an input, and weights or none but got"
                        + " [[2, 5], [], []] from input \"x\"");
        assertThatThrownBy(() -> g.call(Dense.of(3), g.input("c", 2), g.input("d")))
                .hasMessage("layer \"dense_1\" Dense(3) expects one input but got [[2], []] from input \"c\"");

        INDArray ones = Tensors.zeros(DataType.DOUBLE, 3, 2, 5).addi(1);
        INDArray mask = Tensors.zeros(DataType.DOUBLE, 3, 5);
        Network net = sequences(BatchNorm1d.of());
        assertThatThrownBy(() -> fit(net, Map.of("x", ones, "mask", mask), 3))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("layer \"batchnorm1d_1\" expects a weight above 0 in each batch but got a sum of 0.0; leave"
                        + " out examples that are masked altogether, or use larger batches");
        assertThatThrownBy(() -> fit(net, Map.of("x", ones, "mask", mask.sub(1)), 3))
                .hasMessage("layer \"batchnorm1d_1\" expects weights of at least 0 but got -1.0");
        assertThatThrownBy(() -> fit(net, Map.of("x", ones, "mask", mask.add(1.0 / 16)), 3))
                .hasMessage(
                        "layer \"batchnorm1d_1\" expects weights with a sum above 1 for an unbiased running variance"
                                + " but got 0.9375; use RunningVariance.BIASED, or weights that count values");
        fit(
                sequences(BatchNorm1d.of().runningVariance(RunningVariance.BIASED)),
                Map.of("x", ones, "mask", mask.add(1.0 / 16)),
                3);
    }
}
