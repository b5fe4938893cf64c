package io.github.bn4j.engine;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bn4j.Network;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Parameters;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.Statistics;
import io.github.bn4j.graph.Tracer;
import io.github.bn4j.graph.Value;
import io.github.bn4j.internal.Tensors;
import io.github.bn4j.layer.BatchNorm1d;
import io.github.bn4j.layer.BatchNorm2d;
import io.github.bn4j.layer.Padding;
import io.github.bn4j.networks.RealisticNetwork;
import io.github.bn4j.op.MeanSquaredError;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Steps on shards of a batch: what they ask of each other, how they end, and which mistakes would be seen. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class ShardsTest {

    private static final Engine FAST = Engine.fastest(DataType.FLOAT);
    private static final int BATCH = 12;
    private static final int NORMS = 3;

    static Stream<Engine> engines() {
        return Stream.of(Engine.nd4j(), FAST);
    }

    /** Three batch normalisations, one of them on plain features. */
    private static Network net(Statistics statistics, DataType type) {
        return Network.input(2, 6, 5)
                .conv2d(19, 3, Padding.SAME)
                .then(BatchNorm2d.of().statistics(statistics))
                .relu()
                .conv2d(7, 3, Padding.SAME)
                .then(BatchNorm2d.of().statistics(statistics))
                .relu()
                .flatten()
                .dense(11)
                .then(BatchNorm1d.of().statistics(statistics))
                .relu()
                .dense(3)
                .build(4, type);
    }

    private static Graph withLoss(Network net) {
        Tracer tracer = new Tracer(net.graph());
        Value output = net.graph().outputs().values().iterator().next();
        Value loss = tracer.scope().apply(new MeanSquaredError(), output, tracer.input("target", output.shape()));
        Map<String, Value> wanted = new LinkedHashMap<>();
        wanted.put("loss", loss);
        wanted.put("output", output);
        return tracer.graph().withOutputs(wanted);
    }

    private static INDArray noise(DataType type, long seed, long... shape) {
        Random random = new Random(seed);
        double[] values = new double[(int) Shape.of(shape).size()];
        Arrays.setAll(values, i -> random.nextGaussian());
        return Tensors.of(type, values, shape);
    }

    private static List<INDArray> inputs(DataType type, int batch) {
        return List.of(noise(type, 1, batch, 2, 6, 5), noise(type, 2, batch, 3));
    }

    private static Map<String, double[]> step(Engine engine, Statistics statistics, DataType type) {
        Network net = net(statistics, type);
        return Results.training(engine, withLoss(net), net.parameters(), BATCH, inputs(type, BATCH));
    }

    /** The largest error of a tensor, in units of its largest element. */
    private static double error(Map<String, double[]> actual, Map<String, double[]> expected) {
        assertThat(actual).containsOnlyKeys(expected.keySet());
        double worst = 0;
        for (Map.Entry<String, double[]> entry : expected.entrySet()) {
            double[] values = requireNonNull(actual.get(entry.getKey()));
            double largest =
                    Arrays.stream(entry.getValue()).map(Math::abs).max().orElse(0);
            for (int i = 0; i < values.length; i++) {
                worst = Math.max(worst, Math.abs(values[i] - entry.getValue()[i]) / Math.max(largest, 1e-3));
            }
        }
        return worst;
    }

    @ParameterizedTest
    @MethodSource("engines")
    void asksForTwoSumsPerNormAndOneForTheStep(Engine engine) {
        AtomicInteger[] calls = {new AtomicInteger(), new AtomicInteger(), new AtomicInteger()};
        int[] numbers = new int[1];
        Sharded sharded = Sharded.of(engine, 7, 0, 5)
                .through(own -> DisturbedCollective.of(own, (rank, call, values) -> {
                    calls[rank].incrementAndGet();
                    if (rank == 0) {
                        numbers[0] += values.remaining();
                    }
                }));
        Network net = net(Statistics.batch(), DataType.FLOAT);
        INDArray[] inputs = inputs(DataType.FLOAT, BATCH).toArray(INDArray[]::new);
        try (TrainingProgram program = sharded.training(withLoss(net), net.parameters(), BATCH, 1)) {
            program.step(1, inputs);
            program.step(2, inputs);
        }
        // Reference arithmetic asks for the squares about the mean when it knows the mean, and sends its counts.
        boolean isReference = engine == Engine.nd4j();
        int perStep = (isReference ? 3 : 2) * NORMS + 1;
        assertThat(calls).allMatch(count -> count.get() == 2 * perStep);
        int channels = 19 + 7 + 11;
        int perNorm = isReference ? 4 * channels + NORMS * 2 : 4 * channels;
        assertThat(numbers[0])
                .isEqualTo(2 * (perNorm + (int) net.parameters().gradients().length() + 2));
    }

    @ParameterizedTest
    @MethodSource("engines")
    void doesNotMindWhoComesFirst(Engine engine) {
        Map<String, double[]> expected = step(Sharded.of(engine, 4, 1, 7), Statistics.batch(), DataType.FLOAT);
        for (int seed = 0; seed < 3; seed++) {
            int own = seed;
            Sharded late = Sharded.of(engine, 4, 1, 7)
                    .through(one -> DisturbedCollective.of(one, DisturbedCollective.late(own, 5)));
            step(late, Statistics.batch(), DataType.FLOAT)
                    .forEach((name, values) -> assertThat(values).as(name).isEqualTo(expected.get(name)));
        }
    }

    @ParameterizedTest
    @MethodSource("engines")
    void endsForAllWhereOneFails(Engine engine) {
        // The first sum, one of the backward pass, and the one at the end of a step.
        for (int call : new int[] {0, 5, 6}) {
            List<Collective> collectives = Collective.threads(3);
            IllegalStateException cause = new IllegalStateException("no more");
            Network net = net(Statistics.batch(), DataType.FLOAT);
            List<Throwable> ends = new ArrayList<>();
            List<Thread> threads = new ArrayList<>();
            for (Collective one : collectives) {
                Collective own = DisturbedCollective.of(one, DisturbedCollective.failing(1, call, cause));
                Thread thread = new Thread(() -> {
                    Parameters store = net.parameters().to(DataType.FLOAT);
                    try (TrainingProgram program = engine.training(withLoss(net), store, Shard.even(own, BATCH), 1)) {
                        program.step(1, inputs(DataType.FLOAT, 4).toArray(INDArray[]::new));
                    } catch (RuntimeException failure) {
                        synchronized (ends) {
                            ends.add(failure);
                        }
                    }
                });
                thread.start();
                threads.add(thread);
            }
            threads.forEach(ShardsTest::join);
            assertThat(ends).hasSize(3).contains(cause);
            assertThat(ends).filteredOn(end -> end != cause).allSatisfy(end -> assertThat(end)
                    .isInstanceOf(CollectiveException.class)
                    .hasMessage("collective expects every rank to ask for the same sums but got rank 1, which"
                            + " has failed: no more")
                    .hasCause(cause));
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** A sum that brings so many times what it should. */
    private static DisturbedCollective.Disturbance scaled(boolean floats, double... factors) {
        return (rank, call, values) -> {
            if (values instanceof FloatBuffer some && floats) {
                for (int i = some.position(); i < some.limit(); i++) {
                    some.put(i, (float) (some.get(i) * factors[rank]));
                }
            }
            if (values instanceof DoubleBuffer some && !floats) {
                for (int i = some.position(); i < some.limit(); i++) {
                    some.put(i, some.get(i) * factors[rank]);
                }
            }
        };
    }

    /** What a shard of 9 examples and one of 3 bring where both count alike. */
    private static final double[] ALIKE = {12.0 / (2 * 9), 12.0 / (2 * 3)};

    @Test
    void seesStatisticsThatAreNotShared() {
        assertDiffers(Sharded.of(FAST, 9, 3).shards(shard -> shard.groups(1)));
    }

    @Test
    void seesMeansOfMeans() {
        assertDiffers(Sharded.of(FAST, 9, 3).through(own -> DisturbedCollective.of(own, scaled(false, ALIKE))));
    }

    @Test
    void seesGradientsDividedByTheNumbersOfShards() {
        assertDiffers(Sharded.of(FAST, 9, 3).through(own -> DisturbedCollective.of(own, scaled(true, ALIKE))));
    }

    @Test
    void seesCountsOfOneShard() {
        assertDiffers(Sharded.of(new CountingItsOwn(FAST), 6, 6));
    }

    private static void assertDiffers(Engine wrong) {
        Map<String, double[]> expected = step(FAST, Statistics.batch(), DataType.FLOAT);
        assertThat(error(step(Sharded.of(FAST, 9, 3), Statistics.batch(), DataType.FLOAT), expected))
                .isLessThan(1e-5);
        assertThat(error(step(wrong, Statistics.batch(), DataType.FLOAT), expected))
                .isGreaterThan(1e-3);
    }

    /** Running variances would be made unbiased by the number of values of a shard. */
    private record CountingItsOwn(Engine engine) implements Engine {

        @Override
        public TrainingProgram training(Graph graph, Parameters parameters, int batch, long seed) {
            throw new AssertionError();
        }

        @Override
        public TrainingProgram training(Graph graph, Parameters parameters, Shard shard, long seed) {
            TrainingProgram program = engine.training(graph, parameters, shard, seed);
            return new TrainingProgram() {
                @Override
                public double step(long step, INDArray... inputs) {
                    return program.step(step, inputs);
                }

                @Override
                public List<INDArray> outputs() {
                    return program.outputs();
                }

                @Override
                public List<BatchStatistics> statistics() {
                    return program.statistics().stream()
                            .map(all -> new BatchStatistics(
                                    all.node(), all.mean(), all.variance(), all.count() * shard.size() / shard.batch()))
                            .toList();
                }

                @Override
                public void close() {
                    program.close();
                }
            };
        }

        @Override
        public InferenceProgram inference(Graph graph, Parameters parameters, int batch) {
            throw new AssertionError();
        }

        @Override
        public String name() {
            return engine.name();
        }
    }

    @Test
    void groupsAreGhostBatches() {
        Engine pairs = Sharded.of(Engine.nd4j(), 2, 2, 3, 1, 0, 4).shards(shard -> shard.groups(2));
        Map<String, double[]> expected = step(Engine.nd4j(), Statistics.ghost(4), DataType.DOUBLE);
        assertThat(error(step(pairs, Statistics.batch(), DataType.DOUBLE), expected))
                .isLessThan(1e-12);
        Engine fast = Sharded.of(FAST, 2, 2, 3, 1, 0, 4).shards(shard -> shard.groups(2));
        Map<String, double[]> expectedFast = step(FAST, Statistics.ghost(4), DataType.FLOAT);
        assertThat(error(step(fast, Statistics.batch(), DataType.FLOAT), expectedFast))
                .isLessThan(1e-5);
        Engine single = Sharded.of(FAST, 4, 4, 4).shards(shard -> shard.groups(1));
        assertThat(error(step(single, Statistics.batch(), DataType.FLOAT), expectedFast))
                .isLessThan(1e-5);
    }

    @ParameterizedTest
    @MethodSource("engines")
    void leavesOutGroupsWithoutExamples(Engine engine) {
        Map<String, double[]> expected = step(engine, Statistics.batch(), DataType.FLOAT);
        Engine pairs = Sharded.of(engine, 5, 7, 0, 0).shards(shard -> shard.groups(2));
        assertThat(error(step(pairs, Statistics.batch(), DataType.FLOAT), expected))
                .isLessThan(1e-5);
    }

    @Test
    void leavesStepsThatAreNotFiniteToReferenceArithmeticAlike() {
        Network net = net(Statistics.batch(), DataType.FLOAT);
        INDArray[] inputs = inputs(DataType.FLOAT, BATCH).toArray(INDArray[]::new);
        INDArray weight = net.parameters().get("conv2d_1.weight");
        float before = weight.getFloat(0);
        try (TrainingProgram sharded = Sharded.of(FAST, 4, 0, 8).training(withLoss(net), net.parameters(), BATCH, 1);
                TrainingProgram whole = Engine.nd4j().training(withLoss(net), net.parameters(), BATCH, 1)) {
            double loss = sharded.step(1, inputs);
            weight.putScalar(0, Float.POSITIVE_INFINITY);
            assertThat(sharded.step(2, inputs)).isNaN();
            assertThat(whole.step(2, inputs)).isNaN();
            assertThat(net.parameters().gradients().isNaN().any()).isTrue();
            weight.putScalar(0, before);
            assertThat(sharded.step(1, inputs)).isEqualTo(loss);
        }
    }

    @Test
    void waitsForOthersWithoutHoldingTheCores() {
        Engine two = Engine.oneDnn(OneDnnOptions.defaults().threads(2));
        Engine one = Engine.oneDnn(OneDnnOptions.defaults().threads(1));
        Map<String, double[]> expected = step(one, Statistics.batch(), DataType.FLOAT);
        for (Engine engine : List.of(two, one)) {
            assertThat(error(step(Sharded.of(engine, 3, 5, 4), Statistics.batch(), DataType.FLOAT), expected))
                    .isLessThan(1e-5);
        }
    }

    @ParameterizedTest
    @MethodSource("engines")
    void compilesForBatchesOfSeveralSizes(Engine engine) {
        Network net = net(Statistics.batch(), DataType.FLOAT);
        Graph graph = withLoss(net);
        Engine sharded = Sharded.of(engine, "even", batch -> new int[] {(batch + 2) / 3, (batch + 1) / 3, batch / 3});
        INDArray[] many = inputs(DataType.FLOAT, BATCH).toArray(INDArray[]::new);
        INDArray[] few = inputs(DataType.FLOAT, 2).toArray(INDArray[]::new);
        try (TrainingProgram whole = engine.training(graph, net.parameters(), 2, 1);
                TrainingProgram full = sharded.training(graph, net.parameters(), BATCH, 1);
                TrainingProgram tail = sharded.training(graph, net.parameters(), 2, 1)) {
            full.step(1, many);
            double loss = tail.step(2, few);
            full.step(3, many);
            assertThat(loss).isCloseTo(whole.step(2, few), org.assertj.core.data.Offset.offset(1e-5));
        }
    }

    @Test
    void refusesWhatNoShardCanDo() {
        Network net = Network.input(3).batchNorm1d().build(1, DataType.FLOAT);
        Graph graph = withLoss(net);
        String single =
                "layer \"batchnorm1d_1\" BatchNorm1d() expects more than one value per channel in training but got"
                        + " [1, 3]; use a larger batch, or TailBatch.DROP or TailBatch.MERGE if this is the last one of an epoch";
        for (Engine engine : List.of(Engine.nd4j(), FAST)) {
            assertThatThrownBy(() -> Sharded.of(engine, 0, 1).training(graph, net.parameters(), 1, 1))
                    .hasMessage(single);
            // All refuse it, also those whose own group is large enough.
            assertThatThrownBy(() -> engine.training(
                            graph,
                            net.parameters(),
                            Shard.of(Collective.threads(2).get(0), 5, 1).groups(1),
                            1))
                    .hasMessage(single);
            Network ghosts = Network.input(3)
                    .then(BatchNorm1d.of().statistics(Statistics.ghost(2)))
                    .build(1, DataType.FLOAT);
            assertThatThrownBy(() -> Sharded.of(engine, 4, 4).training(withLoss(ghosts), ghosts.parameters(), 8, 1))
                    .hasMessage(
                            "layer \"batchnorm1d_1\" expects to see its ghost batches whole but got parts of a batch; use"
                                    + " Statistics.batch(), or train on whole batches");
        }
    }

    private static boolean hasNoGhosts(long seed) {
        return RealisticNetwork.draw(seed).withLoss().nodes().stream()
                .flatMap(node -> node.op().normalization().stream())
                .noneMatch(norm -> norm.statistics() instanceof Statistics.Ghost);
    }

    /** Networks like those that people train, others every day. */
    @Test
    void agreesOnDrawnNetworks() {
        LocalDate day = LocalDate.now(ZoneOffset.UTC);
        long today = ((day.getYear() * 100L + day.getMonthValue()) * 100 + day.getDayOfMonth()) * 10_000;
        Comparison comparison = new Comparison(
                Accuracy.FLOAT32,
                List.of(
                        Sharded.of(Engine.nd4j(), "2", batch -> new int[] {batch / 3, batch - batch / 3}),
                        Sharded.of(FAST, "3", batch -> new int[] {batch / 2, 0, batch - batch / 2})));
        comparison.run(LongStream.range(today, today + 12).filter(ShardsTest::hasNoGhosts));
        assertThat(comparison.failures()).isEmpty();
    }

    @Test
    @NeedsBfloat16
    void agreesOnDrawnNetworksInMixedPrecision() {
        Engine mixed = FAST.precision(Precision.MIXED);
        Comparison comparison = new Comparison(Accuracy.BFLOAT16, List.of(Sharded.of(mixed, "3", batch ->
                new int[] {batch / 2, 0, batch - batch / 2})));
        comparison.run(LongStream.range(0, 12).filter(ShardsTest::hasNoGhosts));
        assertThat(comparison.failures()).isEmpty();
    }
}
