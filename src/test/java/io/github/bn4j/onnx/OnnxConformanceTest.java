package io.github.bn4j.onnx;

import static io.github.bn4j.TensorAssert.assertTensor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bn4j.Network;
import io.github.bn4j.checkpoint.CheckpointException;
import io.github.bn4j.checkpoint.TensorFile;
import io.github.bn4j.engine.internal.TrainingPass;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Cases of ONNX's own backend tests (Apache-2.0): {@code src/test/resources/onnx}, beside the script that wrote them. */
class OnnxConformanceTest {

    private static final double TOLERANCE = 1e-5;

    @TempDir
    Path folder;

    static Stream<Arguments> accepted() throws IOException {
        return lines("accepted.txt").map(line -> {
            String[] words = line.split(" ");
            return Arguments.of(words[0], words.length > 1 ? Double.parseDouble(words[1]) : TOLERANCE);
        });
    }

    static Stream<Arguments> refused() throws IOException {
        return lines("refused.txt").map(line -> {
            String[] words = line.split(" \\| ", 2);
            return Arguments.of(words[0], words[1]);
        });
    }

    private static Stream<String> lines(String file) throws IOException {
        try (InputStream in =
                Objects.requireNonNull(OnnxConformanceTest.class.getResourceAsStream("/onnx/" + file), file)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines();
        }
    }

    private Path extracted(String name) throws IOException, URISyntaxException {
        URI archive = Objects.requireNonNull(OnnxConformanceTest.class.getResource("/onnx/conformance.zip"))
                .toURI();
        Path file = folder.resolve(name.substring(name.lastIndexOf('/') + 1));
        try (FileSystem zip = FileSystems.newFileSystem(Path.of(archive))) {
            Files.copy(zip.getPath(name), file);
        }
        return file;
    }

    /** A rank-1 input of three elements is three examples. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("accepted")
    void computesWhatOnnxSays(String name, double tolerance) throws IOException, URISyntaxException {
        Network net = Network.importOnnx(extracted(name + ".onnx"));
        Map<String, INDArray> tensors =
                TensorFile.read("test", extracted(name + ".safetensors")).tensors();
        Map<String, INDArray> inputs = new LinkedHashMap<>();
        net.graph()
                .inputs()
                .keySet()
                .forEach(input -> inputs.put(
                        input,
                        Objects.requireNonNull(tensors.get("input " + input))
                                .castTo(net.parameters().type())));

        Map<String, INDArray> outputs = name.contains("training_mode") ? trained(net, inputs) : net.forward(inputs);

        assertThat(outputs).isNotEmpty();
        outputs.forEach((output, y) ->
                assertTensor(y).as(output).isRelativelyCloseTo(tensors.get("output " + output), tolerance));
        if (name.contains("training_mode")) {
            assertTensor(net.parameters().get("batchnormalization_1.runningMean"))
                    .isRelativelyCloseTo(tensors.get("output output_mean"), tolerance);
            assertTensor(net.parameters().get("batchnormalization_1.runningVariance"))
                    .isRelativelyCloseTo(tensors.get("output output_var"), tolerance);
        }
    }

    private static Map<String, INDArray> trained(Network net, Map<String, INDArray> inputs) {
        INDArray x = inputs.values().iterator().next();
        try (TrainingPass pass = TrainingPass.of(net.model(), (int) x.size(0))) {
            TrainingPass.Result step = pass.run(1, x);
            step.statistics().forEach(measured -> OnnxComparison.commit(net, measured));
            return step.outputs();
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refused")
    void refusesWhatNoNetworkDoes(String name, String reason) throws IOException, URISyntaxException {
        Path file = extracted(name + ".onnx");

        assertThatThrownBy(() -> Network.importOnnx(file))
                .isInstanceOf(CheckpointException.class)
                .hasMessage("importOnnx expects what networks of this library can do in \"" + file
                        + "\" but got 1 node of other kinds: " + reason);
    }
}
