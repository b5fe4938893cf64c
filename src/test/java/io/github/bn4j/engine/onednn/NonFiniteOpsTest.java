package io.github.bn4j.engine.onednn;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bn4j.engine.Engine;
import io.github.bn4j.engine.InferenceProgram;
import io.github.bn4j.engine.NeedsOneDnn;
import io.github.bn4j.engine.Precision;
import io.github.bn4j.engine.TrainingProgram;
import io.github.bn4j.graph.Call;
import io.github.bn4j.graph.Gradients;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Op;
import io.github.bn4j.graph.Parameters;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.Tracer;
import io.github.bn4j.graph.Value;
import io.github.bn4j.internal.Tensors;
import io.github.bn4j.networks.Noise;
import io.github.bn4j.op.RandomOps;
import io.github.bn4j.op.SoftmaxCrossEntropy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What every op of the library makes of NaN and infinity, on both engines. */
@NeedsOneDnn
class NonFiniteOpsTest {

    private static final int DRAWS = 6;
    private static final int BATCH = 4;

    /** Of somebody else: yields one element of its own. */
    private record Spoiler(int index, double value) implements Op {

        @Override
        public Shape outputShape(List<Shape> inputs, List<Shape> parameters) {
            return inputs.get(0);
        }

        @Override
        public INDArray forward(Call call) {
            double[] values = Tensors.copy(call.input(0)).data().asDouble();
            values[index] = value;
            return Tensors.of(DataType.FLOAT, values, call.input(0).shape());
        }

        @Override
        public Gradients backward(Call call, INDArray dy) {
            return Gradients.of(dy);
        }
    }

    static Stream<Class<? extends Op>> ops() {
        return RandomOps.ofAnyNumbers();
    }

    @ParameterizedTest
    @MethodSource("ops")
    void passesOnNanToAllThatDependsOnItAndAgreesAboutInfinity(Class<? extends Op> op) {
        for (int seed = 0; seed < DRAWS; seed++) {
            Random random = new Random(seed);
            RandomOps.Problem problem = RandomOps.draw(RandomOps.GENERATORS.get(op), random);
            int index = random.nextInt(BATCH * (int) problem.inputs().get(0).size());
            for (boolean training : new boolean[] {false, true}) {
                double[] small = run(Engine.nd4j(), problem, new Spoiler(index, 0.25), training, seed);
                double[] large = run(Engine.nd4j(), problem, new Spoiler(index, 100), training, seed);
                double[] low = run(Engine.nd4j(), problem, new Spoiler(index, -100), training, seed);
                double[] nan = run(Engine.nd4j(), problem, new Spoiler(index, Double.NaN), training, seed);
                for (int i = 0; i < nan.length; i++) {
                    boolean depends = small[i] != large[i] || small[i] != low[i];
                    assertThat(Double.isNaN(nan[i]) || !depends)
                            .as("element %s of %s, seed %s: %s", i, problem, seed, nan[i])
                            .isTrue();
                }
                for (double value : new double[] {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY}) {
                    double[] expected = run(Engine.nd4j(), problem, new Spoiler(index, value), training, seed);
                    for (Map.Entry<Engine, Double> engine : engines().entrySet()) {
                        double[] actual = run(engine.getKey(), problem, new Spoiler(index, value), training, seed);
                        for (int i = 0; i < expected.length; i++) {
                            boolean same = Double.isFinite(expected[i])
                                    ? Math.abs(expected[i] - actual[i])
                                            < engine.getValue() * (1 + Math.abs(expected[i]))
                                    : Double.compare(expected[i], actual[i]) == 0;
                            assertThat(same)
                                    .as(
                                            "element %s of %s at %s, seed %s on %s: %s for %s",
                                            i, problem, value, seed, engine.getKey(), actual[i], expected[i])
                                    .isTrue();
                        }
                    }
                }
            }
        }
    }

    /* With what they may err by. */
    private static Map<Engine, Double> engines() {
        return Precision.fastest().mixed()
                ? Map.of(Engine.oneDnn(), 1e-4, Engine.oneDnn().precision(Precision.MIXED), 0.02)
                : Map.of(Engine.oneDnn(), 1e-4);
    }

    private static double[] run(Engine engine, RandomOps.Problem problem, Spoiler spoiler, boolean training, int seed) {
        Tracer tracer = new Tracer();
        List<Value> inputs = new ArrayList<>();
        for (Shape shape : problem.inputs()) {
            Value x = tracer.input("x" + inputs.size(), shape);
            inputs.add(inputs.isEmpty() ? tracer.scope().apply(spoiler, List.of(x), List.of()) : x);
        }
        tracer.output("y", problem.apply(tracer.scope(), inputs));
        Graph graph = training ? EngineComparison.withLoss(tracer.graph()) : tracer.graph();
        Parameters store = Parameters.initial(graph.parameters(), seed, DataType.FLOAT);
        Random random = new Random(seed);
        List<INDArray> given = new ArrayList<>();
        for (Value input : graph.inputs().values()) {
            boolean label = problem.op() instanceof SoftmaxCrossEntropy && given.size() == 1;
            long[] dims = input.shape().batched(BATCH);
            given.add(label ? Tensors.zeros(DataType.FLOAT, dims) : Noise.uniform(DataType.FLOAT, random, dims));
        }
        INDArray[] arrays = given.toArray(INDArray[]::new);
        if (training) {
            try (TrainingProgram program = engine.training(graph, store, BATCH, 1)) {
                program.step(1, arrays);
                return program.outputs().get(0).dup('c').data().asDouble();
            }
        }
        try (InferenceProgram program = engine.inference(graph, store, BATCH)) {
            return program.run(arrays).get(0).dup('c').data().asDouble();
        }
    }
}
