package io.github.bn4j.pytorch;

import static io.github.bn4j.TensorAssert.assertTensor;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.bn4j.Network;
import io.github.bn4j.checkpoint.TensorFile;
import io.github.bn4j.engine.internal.TrainingPass;
import io.github.bn4j.graph.AddBias;
import io.github.bn4j.layer.*;
import io.github.bn4j.op.Reshaping;
import io.github.bn4j.op.Resizing;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A network over sequences that PyTorch made: pytorch/signals.py. */
class SignalsTest {

    @TempDir
    Path folder;

    private static Path resource(String name) {
        try {
            return Path.of(Objects.requireNonNull(SignalsTest.class.getResource("/pytorch/" + name))
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Map<String, INDArray> results() {
        return tensors("signals.io.safetensors");
    }

    private static Map<String, INDArray> tensors(String name) {
        return TensorFile.read("test", resource(name)).tensors();
    }

    /** The layers of the script, under the numbers that {@code nn.Sequential} gives those with parameters. */
    private static Network network() {
        return Network.input(3, 50)
                .then("0", Conv1d.of(10, 7).stride(2).padding(3))
                .then("1", BatchNorm1d.of())
                .then("2", PRelu.of())
                .then(MaxPool1d.of(3).stride(2).padding(1))
                .then("4", Conv1d.of(20, 3).padding(2).dilation(2).groups(5))
                .then("5", BatchNorm1d.of())
                .relu()
                .avgPool1d(2)
                .then("8", ConvTranspose1d.of(6, 4).stride(3).padding(1).outputPadding(1))
                .then("9", BatchNorm1d.of())
                .relu()
                .globalAvgPool1d()
                .then("13", Dense.of(4))
                .softmax()
                .build(1);
    }

    @Test
    void loadsWeightsAndComputesWhatPyTorchComputes() {
        Network net = network();
        PyTorchReport report = PyTorch.load(net, resource("signals.safetensors"));

        assertThat(net.parameters().names()).doesNotContain("0.bias", "4.bias");
        assertThat(report.toString()).contains("0.bias", "absorbed by running means");
        assertTensor(net.predict(results().get("input"))).isCloseTo(results().get("eval"), 1e-5);
        try (TrainingPass pass = TrainingPass.of(net.model(), 5)) {
            INDArray trained = pass.run(1, results().get("input"))
                    .outputs()
                    .values()
                    .iterator()
                    .next();
            assertTensor(trained).isCloseTo(results().get("train"), 1e-5);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"signals.bn.onnx", "signals.dynamo.onnx"})
    void readsFilesOfBothExporters(String name) {
        Network net = Network.importOnnx(resource(name));

        assertTensor(net.predict(results().get("input"))).isCloseTo(results().get("eval"), 1e-5);
        // Sequences stay what they are: the only change of shape is the flattening behind the pooling.
        assertThat(net.graph().nodes().stream()
                        .filter(node -> node.op() instanceof Reshaping
                                && node.output().shape().rank() > 1))
                .hasSizeLessThanOrEqualTo(1);
    }

    /** What makes sequences longer, by whole factors and not: upsampled.py. */
    @ParameterizedTest
    @CsvSource({"upsampled.script.onnx, all", "upsampled.dynamo.onnx, nearest"})
    void readsFilesOfUpsampledSequences(String name, String output) {
        Map<String, INDArray> results = tensors("upsampled.io.safetensors");
        Network net = Network.importOnnx(resource(name));

        assertTensor(net.predict(results.get("input"))).isCloseTo(results.get(output), 1e-5);
        assertThat(net.graph().nodes().stream().filter(node -> node.op() instanceof Resizing))
                .hasSize(output.equals("all") ? 4 : 2);
    }

    @Test
    void keepsTheShapesOfTheFile() {
        Network net = Network.importOnnx(resource("signals.bn.onnx"));

        assertThat(net.parameters().get("0.conv.weight").shape()).containsExactly(10, 3, 7);
        assertThat(net.parameters().get("8.convtranspose.weight").shape()).containsExactly(20, 6, 4);
        assertThat(net.graph().layers().get("0.conv")).isEqualTo("Conv1d(10, 7, stride 2, padding 3)");
    }

    @Test
    void foldsSavesAndRecalibrates() {
        Network net = network();
        PyTorch.load(net, resource("signals.safetensors"));
        INDArray input = results().get("input");
        Path file = folder.resolve("signals.safetensors");
        net.save(file);

        assertTensor(Network.load(file).predict(input)).isEqualTo(net.predict(input));
        Network folded = net.fold().network();
        assertTensor(folded.predict(input)).isCloseTo(results().get("eval"), 1e-5);
        // The padding of the second convolution is of zeros, which is why its batch norm folds into it and not the one
        // before.
        assertThat(folded.parameters().names()).noneMatch(parameter -> parameter.endsWith("runningMean"));
        assertThat(folded.graph().nodes().stream().filter(node -> node.op() instanceof AddBias))
                .hasSize(4);
    }
}
