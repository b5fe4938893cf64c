package io.github.bn4j.engine;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.bn4j.Network;
import io.github.bn4j.NetworkBuilder;
import io.github.bn4j.data.Dataset;
import io.github.bn4j.internal.Floats;
import io.github.bn4j.internal.Tensors;
import io.github.bn4j.layer.Dropout;
import io.github.bn4j.layer.Padding;
import io.github.bn4j.layer.SpatialDropout2d;
import io.github.bn4j.train.Adam;
import io.github.bn4j.train.Epoch;
import io.github.bn4j.train.Loss;
import io.github.bn4j.train.Optimizer;
import io.github.bn4j.train.Sgd;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;

/** Trainings on shards are those of one machine: 50 steps of several networks, cut in many ways. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class SynchronisedTest {

    private static final Engine FAST = Engine.fastest(DataType.FLOAT);
    private static final int BATCH = 12;
    private static final int BATCHES = 5;
    private static final int EPOCHS = 10;

    /** A network, and the examples that it is trained on. */
    private record Case(String name, long[] shape, Function<NetworkBuilder, NetworkBuilder> layers, double offset) {

        Network network(DataType type) {
            return layers.apply(shape.length == 1 ? Network.input(shape[0]) : Network.input(shape))
                    .dense(3)
                    .build(5, type);
        }

        Dataset data(DataType type) {
            int examples = BATCH * BATCHES;
            int size = (int) Arrays.stream(shape).reduce(1, (a, b) -> a * b);
            Random random = new Random(11);
            double[] values = new double[examples * size];
            double[] labels = new double[examples];
            for (int i = 0; i < examples; i++) {
                labels[i] = random.nextInt(3);
                for (int k = 0; k < size; k++) {
                    values[i * size + k] = random.nextGaussian() + (k % 3 == labels[i] ? 1 : 0) + offset;
                }
            }
            long[] dims = new long[shape.length + 1];
            dims[0] = examples;
            System.arraycopy(shape, 0, dims, 1, shape.length);
            return Dataset.of(Tensors.of(type, values, dims), Tensors.of(type, labels, examples));
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private static NetworkBuilder dense(NetworkBuilder builder, int layers) {
        NetworkBuilder built = builder;
        for (int i = 0; i < layers; i++) {
            built = built.dense(11).batchNorm1d().relu();
        }
        return built;
    }

    /* Twenty plain layers behind each other, each normalised, have gradients that explode (Yang et al. 2019, A Mean Field Theory of Batch
     * Normalization): within 50 steps, one rounding more in float32 becomes another network. With a path around each, and without kinks,
     * roundings stay roundings. */
    private static NetworkBuilder manyDense(NetworkBuilder builder) {
        NetworkBuilder built = builder.dense(11).batchNorm1d();
        for (int i = 1; i < 20; i++) {
            built = built.residual(b -> b.dense(11).batchNorm1d().tanh());
        }
        return built;
    }

    private static NetworkBuilder manyConvolutions(NetworkBuilder builder) {
        NetworkBuilder built = builder.conv2d(11, 3, Padding.SAME).batchNorm2d();
        for (int i = 1; i < 20; i++) {
            built = built.residual(
                    b -> b.conv2d(11, 3, Padding.SAME).batchNorm2d().tanh());
        }
        return built.flatten();
    }

    private static NetworkBuilder convolutions(NetworkBuilder builder, int layers) {
        NetworkBuilder built = builder;
        for (int i = 0; i < layers; i++) {
            built = built.conv2d(5, 3, Padding.SAME).batchNorm2d().relu();
        }
        return built.flatten();
    }

    private static NetworkBuilder residual(NetworkBuilder builder) {
        return builder.conv2d(19, 3, Padding.SAME)
                .batchNorm2d()
                .relu()
                .residual(b -> b.conv2d(19, 3, Padding.SAME)
                        .batchNorm2d()
                        .relu()
                        .conv2d(19, 3, Padding.SAME)
                        .batchNorm2d())
                .relu()
                .flatten();
    }

    private static NetworkBuilder dropout(NetworkBuilder builder) {
        return builder.conv2d(6, 3, Padding.SAME)
                .batchNorm2d()
                .relu()
                .then(SpatialDropout2d.of(0.2))
                .flatten()
                .dense(17)
                .batchNorm1d()
                .relu()
                .then(Dropout.of(0.3));
    }

    private static final long[] IMAGE = {2, 6, 5};
    private static final Case DENSE = new Case("1 dense layer", new long[] {13}, b -> dense(b, 1), 0);
    private static final Case THREE_DENSE = new Case("3 dense layers", new long[] {13}, b -> dense(b, 3), 0);
    private static final Case TWENTY_DENSE =
            new Case("20 dense layers", new long[] {13}, SynchronisedTest::manyDense, 0);
    private static final Case CONVOLUTION = new Case("1 convolution", IMAGE, b -> convolutions(b, 1), 0);
    private static final Case THREE_CONVOLUTIONS = new Case("3 convolutions", IMAGE, b -> convolutions(b, 3), 0);
    private static final Case TWENTY_CONVOLUTIONS =
            new Case("20 convolutions", new long[] {2, 4, 3}, SynchronisedTest::manyConvolutions, 0);
    private static final Case RESIDUAL = new Case("residual", IMAGE, SynchronisedTest::residual, 0);
    private static final Case DROPOUT = new Case("dropout", IMAGE, SynchronisedTest::dropout, 0);
    private static final Case FAR = new Case("far from 0", IMAGE, b -> convolutions(b.batchNorm2d(), 2), 1e4);

    /** In 1 to 4 shards: equal, uneven, of a single example, empty. */
    private static final int[][] CUTS = {
        {12}, {6, 6}, {4, 4, 4}, {3, 3, 3, 3}, {7, 5}, {11, 1}, {1, 10, 1}, {12, 0}, {0, 5, 7}, {0, 6, 0, 6}
    };

    private static final int[] CUT = {4, 0, 7, 1};

    private static Map<String, double[]> train(Case which, DataType type, Engine engine, Optimizer optimizer) {
        Network net = which.network(type).on(engine);
        List<Epoch> epochs = net.trainer()
                .optimizer(optimizer)
                .loss(Loss.softmaxCrossEntropy())
                .batchSize(BATCH)
                .epochs(EPOCHS)
                .fit(which.data(type))
                .epochs();
        Map<String, double[]> results = new LinkedHashMap<>();
        results.put("loss", epochs.stream().mapToDouble(Epoch::trainLoss).toArray());
        net.parameters()
                .names()
                .forEach(
                        name -> results.put(name, Floats.values(net.parameters().get(name))));
        return results;
    }

    /** The largest error of any tensor, in units of its largest element. */
    private static double error(Map<String, double[]> actual, Map<String, double[]> expected) {
        assertThat(actual).containsOnlyKeys(expected.keySet());
        double worst = 0;
        for (Map.Entry<String, double[]> entry : expected.entrySet()) {
            double[] wanted = entry.getValue();
            double[] values = requireNonNull(actual.get(entry.getKey()));
            double largest = Arrays.stream(wanted).map(Math::abs).max().orElse(0);
            for (int i = 0; i < wanted.length; i++) {
                worst = Math.max(worst, Math.abs(values[i] - wanted[i]) / largest);
            }
        }
        return worst;
    }

    static Stream<Arguments> cases() {
        return Stream.concat(
                Arrays.stream(CUTS).map(cut -> Arguments.of(THREE_CONVOLUTIONS, cut)),
                Stream.of(
                                DENSE,
                                THREE_DENSE,
                                TWENTY_DENSE,
                                CONVOLUTION,
                                THREE_CONVOLUTIONS,
                                TWENTY_CONVOLUTIONS,
                                RESIDUAL,
                                DROPOUT,
                                FAR)
                        .map(each -> Arguments.of(each, CUT)));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void trainsLikeOneMachineInFloat64(Case which, int[] cut) {
        Optimizer optimizer = Adam.of(1e-3);
        Map<String, double[]> expected = train(which, DataType.DOUBLE, Engine.nd4j(), optimizer);
        Map<String, double[]> actual = train(which, DataType.DOUBLE, Sharded.of(Engine.nd4j(), cut), optimizer);
        // Of numbers about 1e4, float64 leaves four digits less of what is normalised.
        assertThat(error(actual, expected)).isLessThanOrEqualTo(which == FAR ? 1e-10 : 1e-12);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void trainsLikeOneMachineInFloat32(Case which, int[] cut) {
        Optimizer optimizer = Sgd.of(0.005).momentum(0.9);
        Map<String, double[]> expected = train(which, DataType.FLOAT, FAST, optimizer);
        Map<String, double[]> actual = train(which, DataType.FLOAT, Sharded.of(FAST, cut), optimizer);
        assertThat(error(actual, expected)).isLessThanOrEqualTo(1e-5);
    }
}
