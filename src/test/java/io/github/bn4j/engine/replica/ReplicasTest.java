package io.github.bn4j.engine.replica;

import static io.github.bn4j.TensorAssert.assertParameters;
import static io.github.bn4j.TensorAssert.assertTensor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bn4j.Bits;
import io.github.bn4j.GraphBuilder;
import io.github.bn4j.Network;
import io.github.bn4j.data.Dataset;
import io.github.bn4j.data.TailBatch;
import io.github.bn4j.engine.BatchStatistics;
import io.github.bn4j.engine.CollectiveException;
import io.github.bn4j.engine.Engine;
import io.github.bn4j.engine.Sharded;
import io.github.bn4j.engine.TrainingProgram;
import io.github.bn4j.graph.Call;
import io.github.bn4j.graph.Gradients;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Op;
import io.github.bn4j.graph.Parameters;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.Statistics;
import io.github.bn4j.graph.Tracer;
import io.github.bn4j.graph.Value;
import io.github.bn4j.internal.Tensors;
import io.github.bn4j.layer.BatchNorm1d;
import io.github.bn4j.layer.BatchNorm2d;
import io.github.bn4j.layer.Conv2d;
import io.github.bn4j.layer.Dense;
import io.github.bn4j.layer.Dropout;
import io.github.bn4j.layer.Flatten;
import io.github.bn4j.layer.Padding;
import io.github.bn4j.layer.Relu;
import io.github.bn4j.layer.RunningAverage;
import io.github.bn4j.layer.SpatialDropout2d;
import io.github.bn4j.op.MeanSquaredError;
import io.github.bn4j.train.Loss;
import io.github.bn4j.train.Sgd;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Parts of a batch, run at once or in turn, give what the whole batch gives. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class ReplicasTest {

    private static final int BATCH = 8;

    /** The same batch in parts of these sizes, or of the one size in turn. */
    static Stream<Arguments> engines() {
        return Stream.of(
                        Engine.replicas(1),
                        Engine.replicas(2),
                        Engine.replicas(3),
                        Engine.replicas(20),
                        Engine.replicas(3, Engine.oneDnn()),
                        Engine.replicas(new int[] {1, 6, 1}),
                        Sharded.of(Engine.nd4j(), 0, 5, 1, 2),
                        Sharded.of(Engine.nd4j(), 8, 0),
                        ReplicaEngine.inTurn(3),
                        ReplicaEngine.inTurn(1))
                .map(Arguments::of);
    }

    private static INDArray noise(long seed, long... shape) {
        Random random = new Random(seed);
        double[] values = new double[(int) Shape.of(shape).size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextGaussian() + 3;
        }
        return Tensors.of(DataType.DOUBLE, values, shape);
    }

    /** Every kind of normalisation that parts can share, weights among them, one layer used twice, and dropout. */
    private static Network net() {
        GraphBuilder g = new GraphBuilder();
        Value mask = g.input("mask", 4, 4);
        Value x = g.call(Conv2d.of(3, 3).padding(Padding.SAME), g.input("image", 2, 4, 4));
        x = g.call(Relu.of(), g.call(BatchNorm2d.of(), x, mask));
        BatchNorm2d shared = BatchNorm2d.of().runningAverage(RunningAverage.cumulative());
        Conv2d twice = Conv2d.of(3, 1);
        Value y = g.call(SpatialDropout2d.of(0.3), g.call(shared, g.call(twice, x)));
        y = g.add(x, g.call(shared, g.call(twice, y)));
        y = g.call(BatchNorm2d.of().statistics(Statistics.renorm(1.2, 0.3)), y);
        y = g.call(BatchNorm2d.of().statistics(Statistics.running()), y);
        y = g.call(Dropout.of(0.4), g.call(Dense.of(5), g.call(Flatten.of(), y)));
        return g.build(3, DataType.DOUBLE, g.call(Dense.of(2), g.call(BatchNorm1d.of(), y)));
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

    private static INDArray[] inputs() {
        INDArray mask = Tensors.zeros(DataType.DOUBLE, BATCH, 4, 4).addi(1);
        // The whole first example, which is a part of its own in some splits, is masked.
        for (int i = 0; i < 16; i++) {
            mask.putScalar(new int[] {0, i / 4, i % 4}, 0);
            mask.putScalar(new int[] {3, i / 4, i % 4}, i % 3);
        }
        return new INDArray[] {mask, noise(1, BATCH, 2, 4, 4), noise(2, BATCH, 2)};
    }

    private static Map<String, double[]> step(Engine engine, Parameters parameters, Graph graph, INDArray... inputs) {
        try (TrainingProgram program = engine.training(graph, parameters, BATCH, 5)) {
            program.step(1, inputs);
            Map<String, double[]> results = new LinkedHashMap<>();
            results.put("loss", new double[] {program.step(2, inputs)});
            results.put("output", program.outputs().get(0).data().asDouble());
            for (BatchStatistics measured : program.statistics()) {
                String name = measured.node().toString();
                results.put("mean of " + name, measured.mean().dup().data().asDouble());
                results.put(
                        "variance of " + name, measured.variance().dup().data().asDouble());
                results.put("count of " + name, new double[] {measured.count()});
            }
            results.put("gradients", parameters.gradients().dup().data().asDouble());
            return results;
        }
    }

    @ParameterizedTest
    @MethodSource("engines")
    void giveWhatTheWholeBatchGives(Engine engine) {
        Network net = net();
        Graph graph = withLoss(net);
        Map<String, double[]> whole = step(Engine.nd4j(), net.parameters(), graph, inputs());
        Map<String, double[]> parts = step(engine, net.parameters(), graph, inputs());
        assertThat(parts).containsOnlyKeys(whole.keySet());
        assertThat(whole).hasSize(2 + 3 * 6 + 1);
        whole.forEach((name, expected) -> {
            double scale =
                    Math.max(1, Arrays.stream(expected).map(Math::abs).max().orElse(1));
            for (int i = 0; i < expected.length; i++) {
                assertThat(Math.abs(parts.get(name)[i] - expected[i]) / scale)
                        .as("%s, element %s", name, i)
                        .isLessThanOrEqualTo(1e-12);
            }
        });
    }

    @ParameterizedTest
    @MethodSource("engines")
    void giveTheSameBitsInEachRun(Engine engine) {
        Network net = net();
        Graph graph = withLoss(net);
        Map<String, double[]> first = step(engine, net.parameters(), graph, inputs());
        for (int run = 0; run < 2; run++) {
            step(engine, net.parameters(), graph, inputs())
                    .forEach((name, values) -> assertThat(values).as(name).isEqualTo(first.get(name)));
        }
    }

    @Test
    void trainANetworkLikeTheReferenceEngine() {
        Network net = net();
        Network other = net().on(Engine.replicas(3));
        INDArray[] inputs = inputs();
        Dataset data = Dataset.of(Map.of("mask", inputs[0], "image", inputs[1]), Map.of("target", inputs[2]));
        for (Network one : List.of(net, other)) {
            one.trainer()
                    .optimizer(Sgd.of(0.01).momentum(0.9))
                    .loss(Loss.meanSquaredError())
                    .batchSize(7)
                    .tail(TailBatch.MERGE)
                    .epochs(3)
                    .fit(data);
        }
        assertParameters(other, net, 1e-12);
        Map<String, INDArray> features = Map.of("mask", inputs[0], "image", inputs[1]);
        assertTensor(other.predict(features)).isCloseTo(net.predict(features), 1e-11);
        assertThat(other.summary()).endsWith("engine ND4J in 3 replicas");
        assertThat(Engine.replicas(new int[] {1, 2})).hasToString("ND4J in replicas of [1, 2]");
    }

    /** Fails, or asks for a sum, only where a part has the example that starts with a given number. */
    record Tripping(double trigger, boolean fails) implements Op {

        @Override
        public Shape outputShape(List<Shape> inputs, List<Shape> parameters) {
            return inputs.get(0);
        }

        @Override
        public INDArray forward(Call call) {
            for (int i = 0; i < call.batch(); i++) {
                if (call.input(0).getDouble(i, 0) == trigger) {
                    if (fails) {
                        throw new IllegalArgumentException("tripped");
                    }
                    call.sum(call.input(0).sum(0));
                }
            }
            return call.input(0);
        }

        @Override
        public Gradients backward(Call call, INDArray dy) {
            return Gradients.of(dy);
        }
    }

    private static Network tripping(boolean fails) {
        return Network.input(3)
                .batchNorm1d()
                .then(Dense.of(3))
                .then((scope, x) -> scope.apply(new Tripping(0, fails), x))
                .batchNorm1d()
                .build(1, DataType.DOUBLE);
    }

    /** Outputs of the dense layer that are 0 for the last example only. */
    private static INDArray[] tripping(Network net, boolean trips) {
        net.parameters().get("dense_1.weight").assign(0);
        net.parameters().get("dense_1.weight").putScalar(0, 1);
        INDArray x = noise(4, BATCH, 3);
        if (trips) {
            double[] centred = {1, -1, 1, -1, 2, -1, -1, 0};
            for (int i = 0; i < BATCH; i++) {
                x.putScalar(new int[] {i, 0}, centred[i]);
            }
        }
        return new INDArray[] {x, noise(5, BATCH, 3)};
    }

    @ParameterizedTest
    @MethodSource("engines")
    void endTogetherIfOneFails(Engine engine) {
        Network net = tripping(true);
        try (TrainingProgram program = engine.training(withLoss(net), net.parameters(), BATCH, 1)) {
            assertThatThrownBy(() -> program.step(1, tripping(net, true)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("tripped");
            if (!(engine instanceof Sharded)) {
                // And go on.
                assertThat(program.step(2, tripping(net, false))).isFinite();
            }
        }
    }

    @Test
    void refuseSumsThatNotAllAskFor() {
        Network net = tripping(false);
        for (Engine engine : List.of(Engine.replicas(2), ReplicaEngine.inTurn(4))) {
            try (TrainingProgram program = engine.training(withLoss(net), net.parameters(), BATCH, 1)) {
                assertThatThrownBy(() -> program.step(1, tripping(net, true)))
                        .isInstanceOf(CollectiveException.class)
                        .hasMessage("collective expects every rank to ask for the same sums but got 4 doubles of rank 0"
                                + " and 3 doubles of rank 1");
                assertThat(program.step(2, tripping(net, false))).isFinite();
            }
        }
    }

    @Test
    void refuseWhatTheyCannotDo() {
        assertThatThrownBy(() -> Engine.replicas(0)).hasMessage("Engine.replicas expects at least 1 replica but got 0");
        assertThatThrownBy(() -> Engine.replicas(new int[] {2, 0}))
                .hasMessage("Engine.replicas expects at least 1 example for each replica but got [2, 0]");
        Network net = Network.input(3)
                .then(BatchNorm1d.of().statistics(Statistics.ghost(2)))
                .build(1, DataType.DOUBLE);
        Dataset data = Dataset.of(noise(1, 8, 3), noise(2, 8, 3));
        assertThatThrownBy(() -> net.on(Engine.replicas(2))
                        .trainer()
                        .loss(Loss.meanSquaredError())
                        .fit(data))
                .hasMessage(
                        "layer \"batchnorm1d_1\" expects to see its ghost batches whole but got parts of a batch; use"
                                + " Statistics.batch(), or train on whole batches");
        assertThatThrownBy(() -> net.on(Engine.replicas(new int[] {2, 3}))
                        .trainer()
                        .loss(Loss.meanSquaredError())
                        .fit(data))
                .hasMessage(
                        "Engine.replicas of [2, 3] examples expects batches of 5 but got 8; use TailBatch.DROP, or give"
                                + " the number of replicas only");
    }

    @Test
    void runReplicasOfOneExampleButNotABatchOfOne() {
        Network net = Network.input(3).batchNorm1d().build(1, DataType.DOUBLE).on(Engine.replicas(2));
        Dataset two = Dataset.of(noise(1, 2, 3), noise(2, 2, 3));
        Bits.assertSame(net.parameters().get("batchnorm1d_1.runningMean"), Tensors.zeros(DataType.DOUBLE, 3));
        net.trainer().loss(Loss.meanSquaredError()).fit(two);
        assertThat(net.parameters().get("batchnorm1d_1.runningMean")).isNotEqualTo(Tensors.zeros(DataType.DOUBLE, 3));
        assertThatThrownBy(() -> net.trainer().loss(Loss.meanSquaredError()).fit(two.slice(0, 1)))
                .hasMessage(
                        "layer \"batchnorm1d_1\" BatchNorm1d() expects more than one value per channel in training but"
                                + " got [1, 3]; use a larger batch, or TailBatch.DROP or TailBatch.MERGE if this is the last one"
                                + " of an epoch");
    }
}
