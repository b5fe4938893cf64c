package io.github.bn4j.onnx;

import static io.github.bn4j.TensorAssert.assertTensor;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.bn4j.Network;
import io.github.bn4j.checkpoint.TensorFile;
import io.github.bn4j.engine.internal.TrainingPass;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Files of PyTorch's exporters against what PyTorch computes itself: pytorch/networks.py. */
class OnnxOfPyTorchTest {

    private static final double TOLERANCE = 1e-5;

    private static final List<String> NETWORKS = List.of("resnet", "vgg_bias", "mobilenet2", "unet", "efficientnet");

    /** The masks of others are drawn anew in each step. */
    private static final Set<String> WITHOUT_DROPOUT = Set.of("resnet", "unet");

    private static Path resource(String name) {
        try {
            return Path.of(Objects.requireNonNull(OnnxOfPyTorchTest.class.getResource("/pytorch/" + name), name)
                    .toURI());
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    private static Map<String, INDArray> results(String name) {
        return TensorFile.read("test", resource(name + ".io.safetensors")).tensors();
    }

    static Stream<Arguments> files() {
        return NETWORKS.stream().flatMap(name -> Stream.of("bn", "train", "folded", "dynamo")
                .map(variant -> Arguments.of(name, variant)));
    }

    @ParameterizedTest(name = "{0}.{1}.onnx")
    @MethodSource("files")
    void predictsWhatPyTorchDoes(String name, String variant) {
        Map<String, INDArray> results = results(name);

        Network net = Network.importOnnx(resource(name + "." + variant + ".onnx"));

        assertTensor(net.predict(results.get("input"))).isRelativelyCloseTo(results.get("eval"), TOLERANCE);
    }

    /** Files for predictions have no dropout, and are trained without it. */
    static Stream<Arguments> filesWithBatchNorm() {
        return Stream.concat(
                NETWORKS.stream().map(name -> Arguments.of(name, "bn")),
                WITHOUT_DROPOUT.stream().map(name -> Arguments.of(name, "train")));
    }

    @ParameterizedTest(name = "{0}.{1}.onnx")
    @MethodSource("filesWithBatchNorm")
    void trainsAsPyTorchDoes(String name, String variant) {
        Map<String, INDArray> results = results(name);
        Network net = Network.importOnnx(resource(name + "." + variant + ".onnx"));
        INDArray x = results.get("input");

        try (TrainingPass pass = TrainingPass.of(net.model(), (int) x.size(0))) {
            TrainingPass.Result step = pass.run(1, x);
            assertTensor(step.outputs().values().iterator().next())
                    .isRelativelyCloseTo(results.get("train"), TOLERANCE);
            step.statistics().forEach(measured -> OnnxComparison.commit(net, measured));
        }

        List<String> gradients = new ArrayList<>();
        results.forEach((key, expected) -> {
            if (key.startsWith("after.")) {
                String here = key.substring("after.".length())
                        .replace("running_mean", "runningMean")
                        .replace("running_var", "runningVariance");
                assertTensor(net.parameters().get(here)).as(key).isRelativelyCloseTo(expected, TOLERANCE);
            } else if (key.startsWith("grad.")) {
                gradients.add(key);
                assertTensor(net.parameters().gradient(key.substring("grad.".length())))
                        .as(key)
                        .isRelativelyCloseTo(expected, TOLERANCE);
            }
        });
        assertThat(gradients).hasSize(2);
    }
}
