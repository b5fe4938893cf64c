package io.github.bn4j.check;

import static io.github.bn4j.check.PyTorchFixtures.assertSame;
import static io.github.bn4j.check.PyTorchFixtures.cases;
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
import io.github.bn4j.train.Loss;
import io.github.bn4j.train.Sgd;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Batch normalisation in every mode that PyTorch has; norm/pytorch/README.md says how the fixtures were made. */
class PyTorchBatchNormTest {

    @Test
    void knowsEveryMode() {
        // 3 shapes, affine or not, 3 running averages or none, training or evaluation.
        assertThat(cases()).hasSize(3 * 2 * 4 * 2);
    }

    static Stream<String> everyCase() {
        return cases().stream();
    }

    @ParameterizedTest
    @MethodSource("everyCase")
    void agreesInOutputsAndGradients(String name) {
        for (DataType type : List.of(DataType.DOUBLE, DataType.FLOAT)) {
            Case mode = Case.of(name);
            INDArray x = fixture(name, 1, "x");
            int batch = (int) x.size(0);
            Tracer tracer = new Tracer();
            Value unused = tracer.input("unused", Shape.of(1));
            Parameter given = tracer.scope().weight("x", Shape.of(x.shape()), Initializer.constant(0));
            Value y = tracer.scope().call(mode.layer(), tracer.scope().apply(new GivenInput(), unused, given));
            Value weights = tracer.input("weights", y.shape());
            tracer.output("loss", tracer.scope().apply(new WeightedSum(), y, weights));
            tracer.output("y", y);
            Graph graph = tracer.graph();
            Parameters parameters = Parameters.initial(graph.parameters(), 1, type);
            initialise(parameters, mode);
            parameters.get("x").assign(x);
            INDArray[] inputs = {
                Tensors.zeros(type, batch, 1),
                // The engine takes the mean over the examples.
                Tensors.dense(fixture(name, 1, "dy").mul(batch), type)
            };
            try (TrainingProgram program = Engine.fastest(type).training(graph, parameters, batch, 1)) {
                program.step(1, inputs);
                assertSame(program.outputs().get(0), fixture(name, 1, "y"), "y");
                assertSame(parameters.gradient("x"), fixture(name, 1, "dx"), "dx");
                if (mode.affine()) {
                    String layer = parameters
                            .names()
                            .get(1)
                            .substring(0, parameters.names().get(1).indexOf('.'));
                    assertSame(parameters.gradient(layer + ".gamma"), fixture(name, 1, "dgamma"), "dgamma");
                    assertSame(parameters.gradient(layer + ".beta"), fixture(name, 1, "dbeta"), "dbeta");
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("everyCase")
    void agreesInRunningAveragesAndPredictions(String name) {
        Case mode = Case.of(name);
        if (!mode.track()) {
            return;
        }
        for (DataType type : List.of(DataType.DOUBLE, DataType.FLOAT)) {
            INDArray first = fixture(name, 1, "x");
            Network net =
                    Network.input(example(first).dims()).then(mode.layer()).build(1, type);
            initialise(net.parameters(), mode);
            String layer = net.parameters()
                    .names()
                    .get(0)
                    .substring(0, net.parameters().names().get(0).indexOf('.'));
            for (int step = 1; step <= 2; step++) {
                INDArray x = fixture(name, step, "x");
                if (!mode.training()) {
                    Map<String, INDArray> input = Map.of("features", Tensors.dense(x, type));
                    assertSame(
                            net.model().predict(input).values().iterator().next(),
                            fixture(name, step, "y"),
                            "prediction");
                }
                Dataset data = Dataset.of(Tensors.dense(x, type), Tensors.dense(x, type));
                net.trainer()
                        .loss(Loss.meanSquaredError())
                        .optimizer(Sgd.of(Double.MIN_VALUE))
                        .batchSize((int) x.size(0))
                        .fit(data);
                assertSame(net.parameters().get(layer + ".runningMean"), fixture(name, step, "runningMean"), "mean");
                assertSame(
                        net.parameters().get(layer + ".runningVariance"),
                        fixture(name, step, "runningVariance"),
                        "variance");
            }
        }
    }
}
