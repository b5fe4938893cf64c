package io.github.bn4j.inside;

import static io.github.bn4j.TensorAssert.assertTensor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.bn4j.GraphBuilder;
import io.github.bn4j.Network;
import io.github.bn4j.data.Dataset;
import io.github.bn4j.engine.Engine;
import io.github.bn4j.engine.NeedsOneDnn;
import io.github.bn4j.graph.Value;
import io.github.bn4j.layer.Dense;
import io.github.bn4j.layer.Embedding;
import io.github.bn4j.networks.Noise;
import io.github.bn4j.train.Loss;
import io.github.bn4j.train.Sgd;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Gradients of a loss against PyTorch's, against differences, and against what a training step does. */
class LossGradientsTest {

    private static final Loss LOSS = Loss.softmaxCrossEntropy();

    private static void compare(LossGradients gradients, String expected, double tolerance) {
        assertThat(gradients.loss()).isCloseTo(PyTorchValues.number(expected, "loss"), within(tolerance));
        assertTensor(gradients.input().castTo(DataType.DOUBLE))
                .isCloseTo(PyTorchValues.array(expected, "input"), tolerance);
        assertThat(gradients.parameters()).hasSize(8);
        gradients.parameters().forEach((name, gradient) -> assertTensor(gradient.castTo(DataType.DOUBLE))
                .as(name)
                .isCloseTo(PyTorchValues.array(expected, PyTorchValues.torchName(name)), tolerance));
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void areThoseOfPyTorch(Mode mode) {
        Network net = PyTorchValues.network(DataType.DOUBLE);
        String expected = mode == Mode.TRAINING ? "gradients_train" : "gradients_eval";

        compare(
                net.gradients(PyTorchValues.array("x"), PyTorchValues.array("y"), LOSS, mode),
                expected,
                PyTorchValues.TOLERANCE);
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    @NeedsOneDnn
    void areTheSameOnTheFastEngine(Mode mode) {
        Network net = PyTorchValues.network(DataType.FLOAT).on(Engine.oneDnn());
        String expected = mode == Mode.TRAINING ? "gradients_train" : "gradients_eval";

        compare(net.gradients(PyTorchValues.array("x"), PyTorchValues.array("y"), LOSS, mode), expected, 2e-5);
    }

    @Test
    void areThoseOfPredictionsUnlessSaidOtherwise() {
        Network net = PyTorchValues.network(DataType.DOUBLE);

        LossGradients gradients = net.gradients(PyTorchValues.array("x"), PyTorchValues.array("y"), LOSS);
        assertThat(gradients.mode()).isEqualTo(Mode.PREDICTION);
        assertTensor(gradients.by("dense_1.weight"))
                .isCloseTo(PyTorchValues.array("gradients_eval", "dense_1.weight"), PyTorchValues.TOLERANCE);
    }

    /** A step of plain gradient descent moves each parameter by the learning rate times these. */
    @Test
    void areWhatAStepOfATrainingTakes() {
        Network net = PyTorchValues.network(DataType.DOUBLE);
        INDArray x = PyTorchValues.array("x");
        INDArray y = PyTorchValues.array("y");
        LossGradients gradients = net.gradients(x, y, LOSS, Mode.TRAINING);
        Map<String, INDArray> before = new LinkedHashMap<>();
        gradients
                .parameters()
                .keySet()
                .forEach(name -> before.put(name, net.parameters().get(name).dup()));
        net.trainer().optimizer(Sgd.of(0.5)).batchSize(2).loss(LOSS).fit(Dataset.of(x, y));

        gradients.parameters().forEach((name, gradient) -> assertTensor(
                        before.get(name).sub(net.parameters().get(name)))
                .as(name)
                .isCloseTo(gradient.mul(0.5), 1e-14));
    }

    @Test
    void areOfSeveralInputsAndOutputs() {
        GraphBuilder g = new GraphBuilder();
        Value a = g.input("a", 5);
        Value words = g.input("words", 2);
        Value both = g.concat(
                g.call("left", Dense.of(4), a),
                g.call("flat", io.github.bn4j.layer.Flatten.of(), g.call("table", Embedding.of(7, 3), words)));
        Network net =
                g.build(1, DataType.DOUBLE, g.call("score", Dense.of(3), both), g.call("size", Dense.of(1), both));
        INDArray rows = Noise.normal(DataType.DOUBLE, 1, 4, 5);
        INDArray numbers = org.nd4j.linalg.factory.Nd4j.ones(DataType.DOUBLE, 4, 2);
        Map<String, INDArray> targets =
                Map.of("score", Noise.normal(DataType.DOUBLE, 2, 4, 3), "size", Noise.normal(DataType.DOUBLE, 3, 4, 1));
        Dataset batch = Dataset.of(Map.of("a", rows, "words", numbers), targets);
        Map<String, Loss> losses = Map.of("score", Loss.meanSquaredError(), "size", Loss.meanSquaredError());
        LossGradients gradients = net.gradients(batch, losses, Mode.PREDICTION);

        assertThat(gradients.inputs()).containsOnlyKeys("a");
        double h = 1e-6;
        for (int i = 0; i < 20; i += 3) {
            INDArray more = rows.dup('c');
            more.data().put(i, more.data().getDouble(i) + h);
            INDArray less = rows.dup('c');
            less.data().put(i, less.data().getDouble(i) - h);
            double up = net.gradients(Dataset.of(Map.of("a", more, "words", numbers), targets), losses, Mode.PREDICTION)
                    .loss();
            double down = net.gradients(
                            Dataset.of(Map.of("a", less, "words", numbers), targets), losses, Mode.PREDICTION)
                    .loss();
            assertThat(gradients.input().getDouble(i / 5, i % 5)).isCloseTo((up - down) / (2 * h), within(1e-8));
        }
        assertThatThrownBy(() -> net.gradients(rows, rows, Loss.meanSquaredError()))
                .hasMessage(
                        "gradients expects a loss for each of the outputs [score, size] but got one; pass a map by their"
                                + " names");
    }

    @Test
    void areNotOfWhatIsFrozen() {
        Network net = PyTorchValues.network(DataType.DOUBLE).freeze("conv2d_1");
        LossGradients gradients = net.gradients(PyTorchValues.array("x"), PyTorchValues.array("y"), LOSS);

        assertThat(gradients.parameters()).doesNotContainKey("conv2d_1.weight").hasSize(7);
        assertTensor(gradients.input())
                .isCloseTo(PyTorchValues.array("gradients_eval", "input"), PyTorchValues.TOLERANCE);
        assertThatThrownBy(() -> gradients.by("conv2d_1.weight"))
                .hasMessage("by expects the name of a parameter that is trained but got \"conv2d_1.weight\"; there are"
                        + " [batchnorm2d_1.gamma, batchnorm2d_1.beta, conv2d_2.weight, batchnorm2d_2.gamma,"
                        + " batchnorm2d_2.beta, dense_1.weight, dense_1.bias]");
    }

    @Test
    void printTheirSizes() {
        Network net = Network.input(2).dense(1).build(1, DataType.DOUBLE);
        net.parameters().get("dense_1.weight").assign(1);
        INDArray x = org.nd4j.linalg.factory.Nd4j.createFromArray(new double[][] {{3, 4}});
        INDArray y = org.nd4j.linalg.factory.Nd4j.createFromArray(new double[][] {{6}});

        assertThat(net.gradients(x, y, Loss.meanSquaredError())
                        .toString()
                        .lines()
                        .toList())
                .isEqualTo(List.of(
                        "gradients of a loss of 1.000 in prediction mode",
                        "features        [1, 2]           norm 2.83, largest 2.00",
                        "dense_1.weight  [1, 2]           norm 10.0, largest 8.00",
                        "dense_1.bias    [1]              norm 2.00, largest 2.00"));
    }
}
