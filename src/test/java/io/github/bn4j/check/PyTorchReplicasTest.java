package io.github.bn4j.check;

import static io.github.bn4j.check.PyTorchFixtures.assertSame;
import static io.github.bn4j.check.PyTorchFixtures.example;
import static io.github.bn4j.check.PyTorchFixtures.fixture;
import static io.github.bn4j.check.PyTorchFixtures.initialise;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.bn4j.Network;
import io.github.bn4j.check.PyTorchFixtures.Case;
import io.github.bn4j.data.Dataset;
import io.github.bn4j.engine.Engine;
import io.github.bn4j.engine.TrainingProgram;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Initializer;
import io.github.bn4j.graph.Parameter;
import io.github.bn4j.graph.Parameters;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.Tracer;
import io.github.bn4j.graph.Value;
import io.github.bn4j.internal.Tensors;
import io.github.bn4j.op.MatrixMultiply;
import io.github.bn4j.op.Reshaping;
import io.github.bn4j.train.Loss;
import io.github.bn4j.train.Sgd;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Synchronised batch normalisation over uneven parts of a batch against PyTorch, to 1e-12 in float64, and in float32 to 1e-5 of
 * the largest element of a tensor.
 *
 * <p>The fixtures are PyTorch's BatchNorm on the whole batch: that is what SyncBatchNorm stands for, and what PyTorch's own
 * tests compare it with. SyncBatchNorm itself needs GPUs.
 */
class PyTorchReplicasTest {

    private static final List<DataType> TYPES = List.of(DataType.DOUBLE, DataType.FLOAT);

    /** Every mode that normalises by the batch, in several splits: the batches have 6 examples, or 4. */
    static Stream<Arguments> splits() {
        return PyTorchFixtures.cases().stream()
                .filter(name -> Case.of(name).measures())
                .flatMap(name -> sizes((int) fixture(name, 1, "x").size(0)).map(sizes -> Arguments.of(name, sizes)));
    }

    private static Stream<int[]> sizes(int batch) {
        return batch == 6
                ? Stream.of(new int[] {1, 5}, new int[] {4, 2}, new int[] {1, 2, 3}, new int[] {3, 1, 1, 1})
                : Stream.of(new int[] {1, 3}, new int[] {3, 1}, new int[] {1, 2, 1}, new int[] {1, 1, 2});
    }

    @Test
    void seesEverySplit() {
        // 3 shapes, affine or not; 3 running averages in training, and none in training and evaluation; 4 splits.
        assertThat(splits()).hasSize(3 * 2 * 5 * 4);
    }

    private static int batch(int... sizes) {
        return IntStream.of(sizes).sum();
    }

    /* Example n of the input is one-hot, and its product with a weight is row n of the transposed weight: the gradient of the
     * weight is that of the whole batch by its examples, whoever has which. */
    @ParameterizedTest
    @MethodSource("splits")
    void giveOutputsAndGradientsOfTheWholeBatch(String name, int... sizes) {
        for (DataType type : TYPES) {
            Case mode = Case.of(name);
            INDArray x = fixture(name, 1, "x");
            int batch = batch(sizes);
            Shape example = example(x);
            Tracer tracer = new Tracer();
            Value number = tracer.input("number", Shape.of(batch));
            Parameter given = tracer.scope().weight("x", Shape.of(example.size(), batch), Initializer.constant(0));
            Value features = tracer.scope().apply(new MatrixMultiply(), number, given);
            Value y = tracer.scope().call(mode.layer(), tracer.scope().apply(new Reshaping(example), features));
            Value weights = tracer.input("weights", y.shape());
            tracer.output("loss", tracer.scope().apply(new WeightedSum(), y, weights));
            tracer.output("y", y);
            Graph graph = tracer.graph();
            Parameters parameters = Parameters.initial(graph.parameters(), 1, type);
            initialise(parameters, mode);
            parameters.get("x").assign(x.reshape('c', batch, example.size()).transpose());
            INDArray[] inputs = {
                Tensors.dense(Nd4j.eye(batch), type),
                // The engine takes the mean over the examples.
                Tensors.dense(fixture(name, 1, "dy").mul(batch), type)
            };
            try (TrainingProgram program = Engine.replicas(sizes).training(graph, parameters, batch, 1)) {
                program.step(1, inputs);
                assertSame(program.outputs().get(0), fixture(name, 1, "y"), "y");
                INDArray dx = parameters.gradient("x").transpose().reshape('c', x.shape());
                assertSame(dx, fixture(name, 1, "dx"), "dx");
                if (mode.affine()) {
                    String layer = name.startsWith("x4") ? "batchnorm2d_1" : "batchnorm1d_1";
                    assertSame(parameters.gradient(layer + ".gamma"), fixture(name, 1, "dgamma"), "dgamma");
                    assertSame(parameters.gradient(layer + ".beta"), fixture(name, 1, "dbeta"), "dbeta");
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("splits")
    void updateRunningAveragesAsTheWholeBatch(String name, int... sizes) {
        Case mode = Case.of(name);
        if (!mode.track()) {
            return;
        }
        for (DataType type : TYPES) {
            Network net = Network.input(example(fixture(name, 1, "x")).dims())
                    .then(mode.layer())
                    .build(1, type)
                    .on(Engine.replicas(sizes));
            initialise(net.parameters(), mode);
            String layer = name.startsWith("x4") ? "batchnorm2d_1" : "batchnorm1d_1";
            for (int step = 1; step <= 2; step++) {
                INDArray x = Tensors.dense(fixture(name, step, "x"), type);
                net.trainer()
                        .loss(Loss.meanSquaredError())
                        .optimizer(Sgd.of(Double.MIN_VALUE))
                        .batchSize(batch(sizes))
                        .fit(Dataset.of(x, x));
                assertSame(net.parameters().get(layer + ".runningMean"), fixture(name, step, "runningMean"), "mean");
                assertSame(
                        net.parameters().get(layer + ".runningVariance"),
                        fixture(name, step, "runningVariance"),
                        "variance");
            }
        }
    }
}
