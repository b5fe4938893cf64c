package io.github.bn4j.engine.onednn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bn4j.Bits;
import io.github.bn4j.Network;
import io.github.bn4j.engine.Engine;
import io.github.bn4j.engine.InferenceProgram;
import io.github.bn4j.engine.NeedsOneDnn;
import io.github.bn4j.engine.OneDnnOptions;
import io.github.bn4j.engine.TrainingProgram;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Op;
import io.github.bn4j.graph.Parameters;
import io.github.bn4j.graph.Tracer;
import io.github.bn4j.graph.Value;
import io.github.bn4j.internal.Tensors;
import io.github.bn4j.networks.Noise;
import io.github.bn4j.op.RandomOps;
import io.github.bn4j.op.SoftmaxCrossEntropy;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Arrays of the caller: wherever they lie they yield the same bits, they stay as they are, and each run reads them anew. */
@NeedsOneDnn
class GivenArraysTest {

    private static final int DRAWS = 2;

    /** Enough rows for two threads to share in, which divide neither them nor their numbers. */
    private static final int BATCH = 33;

    private static final long ROW = 61 * 17 * 16;

    private final Network net = Network.input(61, 17, 16)
            .batchNorm2d()
            .relu()
            .globalAvgPool2d()
            .dense(3)
            .build(1);

    static Stream<Class<? extends Op>> ops() {
        return RandomOps.ofAnyNumbers();
    }

    /* Elements of a vector from number offset on, which goes on behind them. */
    private static INDArray at(int offset, INDArray array) {
        INDArray vector =
                Tensors.zeros(DataType.FLOAT, offset + array.length() + 5).addi(77);
        INDArray view = vector.get(NDArrayIndex.interval(offset, offset + array.length()));
        view.assign(array.reshape('c', new long[] {array.length()}));
        return view.reshape('c', array.shape());
    }

    @ParameterizedTest
    @MethodSource("ops")
    void lieAnywhereAndStayWhateverOpComesFirst(Class<? extends Op> op) {
        for (int seed = 0; seed < DRAWS; seed++) {
            Random random = new Random(seed);
            RandomOps.Problem problem = RandomOps.draw(RandomOps.GENERATORS.get(op), random);
            Graph network = graph(problem);
            Graph graph = EngineComparison.withLoss(network);
            Parameters parameters = Parameters.initial(graph.parameters(), seed, DataType.FLOAT);
            List<INDArray> given = new ArrayList<>();
            for (Value input : graph.inputs().values()) {
                long[] dims = input.shape().batched(4);
                boolean label = problem.op() instanceof SoftmaxCrossEntropy && given.size() == 1;
                given.add(label ? Tensors.zeros(DataType.FLOAT, dims) : Noise.uniform(DataType.FLOAT, random, dims));
            }
            List<INDArray> expected = results(network, graph, parameters, given);
            for (int offset : new int[] {1, 4}) {
                List<INDArray> moved =
                        given.stream().map(array -> at(offset, array)).toList();
                List<INDArray> actual = results(network, graph, parameters, moved);
                for (int i = 0; i < expected.size(); i++) {
                    Bits.assertSame(actual.get(i), expected.get(i));
                }
                for (int i = 0; i < given.size(); i++) {
                    Bits.assertSame(moved.get(i), given.get(i));
                }
            }
        }
    }

    private static Graph graph(RandomOps.Problem problem) {
        Tracer tracer = new Tracer();
        List<Value> inputs = new ArrayList<>();
        problem.inputs().forEach(shape -> inputs.add(tracer.input("x" + inputs.size(), shape)));
        tracer.output("y", problem.apply(tracer.scope(), inputs));
        return tracer.graph();
    }

    private static List<INDArray> results(Graph network, Graph graph, Parameters parameters, List<INDArray> given) {
        INDArray[] all = given.toArray(INDArray[]::new);
        INDArray[] features = given.subList(0, network.inputs().size()).toArray(INDArray[]::new);
        try (TrainingProgram training = Engine.oneDnn().training(graph, parameters, 4, 1);
                InferenceProgram inference = Engine.oneDnn().inference(network, parameters, 4)) {
            List<INDArray> results = new ArrayList<>(inference.run(features));
            training.step(1, all);
            results.addAll(training.outputs());
            results.add(parameters.gradients().dup());
            return results;
        }
    }

    private INDArray images() {
        return Noise.normal(DataType.FLOAT, 5, BATCH, 61, 17, 16);
    }

    private TrainingProgram training(int threads) {
        return Engine.oneDnn(OneDnnOptions.defaults().threads(threads))
                .training(EngineComparison.withLoss(net.graph()), net.parameters(), BATCH, 1);
    }

    private InferenceProgram inference(int threads) {
        return Engine.oneDnn(OneDnnOptions.defaults().threads(threads)).inference(net.graph(), net.parameters(), BATCH);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void lieAnywhereWhenTheyAreLarge(int threads) {
        INDArray target = Noise.normal(DataType.FLOAT, 6, BATCH, 3);
        INDArray images = images();
        try (TrainingProgram training = training(threads);
                InferenceProgram inference = inference(threads)) {
            double loss = training.step(1, images, target);
            INDArray gradients = net.parameters().gradients().dup();
            INDArray outputs = inference.run(images).get(0);
            for (int offset : new int[] {1, 4, 16}) {
                INDArray moved = at(offset, images);
                assertThat(training.step(1, moved, at(offset, target))).isEqualTo(loss);
                Bits.assertSame(net.parameters().gradients(), gradients);
                Bits.assertSame(inference.run(moved).get(0), outputs);
                Bits.assertSame(moved, images);
            }
            float[] plain = images.data().asFloat();
            assertThat(inference.run(plain, BATCH, 61, 17, 16).get(0))
                    .isEqualTo(outputs.data().asFloat());
            assertThat(plain).isEqualTo(images.data().asFloat());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void areReadAnewInEachStep(int threads) {
        INDArray target = Noise.normal(DataType.FLOAT, 6, BATCH, 3);
        INDArray images = images();
        try (TrainingProgram training = training(threads);
                TrainingProgram other = training(threads)) {
            double before = training.step(1, images, target);
            for (long changed : new long[] {0, BATCH * ROW / 2, BATCH * ROW - 1}) {
                images.putScalar(changed, 40);
                double after = training.step(1, images, target);
                assertThat(after).isNotEqualTo(before).isEqualTo(other.step(1, images, target));
                before = after;
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void areRefusedWhereverTheyAreNotFinite(int threads) {
        INDArray target = Noise.normal(DataType.FLOAT, 6, BATCH, 3);
        INDArray images = images();
        long middle = BATCH * ROW / 2;
        try (TrainingProgram training = training(threads);
                InferenceProgram inference = inference(threads)) {
            double loss = training.step(1, images, target);
            INDArray outputs = inference.run(images).get(0);
            for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
                for (long place : new long[] {0, middle - 1, middle, BATCH * ROW - 1}) {
                    INDArray damaged = images.dup().putScalar(place, bad);
                    INDArray gradients = net.parameters().gradients().assign(7).dup();
                    String message = "network expects finite numbers in input \"features\" but got " + bad + " in row "
                            + place / ROW + "; fill in what is missing, or leave such rows out";
                    assertThatThrownBy(() -> training.step(1, damaged, target))
                            .isInstanceOf(IllegalArgumentException.class)
                            .hasMessage(message);
                    Bits.assertSame(net.parameters().gradients(), gradients);
                    assertThatThrownBy(() -> inference.run(damaged)).hasMessage(message);
                    assertThatThrownBy(() -> inference.run(damaged.data().asFloat(), BATCH, 61, 17, 16))
                            .hasMessage(message);
                }
            }
            assertThat(training.step(1, images, target)).isEqualTo(loss);
            Bits.assertSame(inference.run(images).get(0), outputs);
        }
    }
}
