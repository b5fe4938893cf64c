package io.github.bn4j.onnx;

import static io.github.bn4j.TensorAssert.assertTensor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bn4j.Network;
import io.github.bn4j.checkpoint.CheckpointException;
import io.github.bn4j.data.Digits;
import io.github.bn4j.graph.Node;
import io.github.bn4j.layer.Conv2d;
import io.github.bn4j.layer.Padding;
import io.github.bn4j.layer.SpatialDropout2d;
import io.github.bn4j.layer.StochasticDepth;
import io.github.bn4j.train.Loss;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class OnnxImportTest {

    @TempDir
    Path folder;

    private static Network digits() {
        return Network.input(1, 8, 8)
                .conv2d(13, 3, Padding.SAME)
                .batchNorm2d()
                .relu()
                .then(Conv2d.of(7, 3).useBias(true))
                .batchNorm2d()
                .silu()
                .globalAvgPool2d()
                .dense(10)
                .build(7);
    }

    private Path exported(Network network) {
        Path file = folder.resolve("net.onnx");
        network.exportOnnx(file);
        return file;
    }

    @Test
    void readsWhatItWroteAsTheSameNetwork() {
        Network network = digits();
        Network back = Network.importOnnx(exported(network));
        INDArray x = Nd4j.randn(DataType.FLOAT, 33, 1, 8, 8);
        assertTensor(back.predict(x)).isCloseTo(network.predict(x), 0);
        assertThat(back.graph().nodes().stream().map(Node::op).toList())
                .isEqualTo(network.graph().nodes().stream().map(Node::op).toList());
        assertThat(back.parameters().names())
                .containsExactlyInAnyOrderElementsOf(network.parameters().names());
        assertThat(back.graph().layers().keySet())
                .isEqualTo(network.graph().layers().keySet());
    }

    @Test
    void keepsBiasesThatChangeNothingAndSaysSo() {
        List<OnnxReport> reports = new ArrayList<>();
        Network back = Network.importOnnx(
                exported(digits()), OnnxImportOptions.defaults().report(reports::add));
        assertThat(back.parameters().names()).contains("conv2d_2.bias");
        assertThat(reports).singleElement().satisfies(report -> {
            assertThat(report.hints())
                    .containsExactly("1 bias changes nothing, as a batch norm behind it cancels it: [conv2d_2.bias];"
                            + " absorbBias() takes it out exactly");
            assertThat(report.toString()).startsWith("from bn4j, IR 8, opset 17: ");
        });
        assertThat(back.absorbBias().parameters().names()).doesNotContain("conv2d_2.bias");
    }

    @Test
    void trainsWhatItRead() {
        Network back = Network.importOnnx(exported(digits()));
        back.trainer().loss(Loss.softmaxCrossEntropy()).epochs(4).batchSize(32).fit(Digits.load());
        assertThat(back.evaluate(Digits.load()).accuracy()).isGreaterThan(0.5);
    }

    @Test
    void readsMasksOfChannelsAndExamples() {
        Network network = Network.input(3, 5, 4)
                .then(SpatialDropout2d.of(0.3))
                .then(StochasticDepth.of(0.25))
                .dropout(0.5)
                .build(3);
        Path file = folder.resolve("masks.onnx");
        network.exportOnnx(file, OnnxOptions.defaults().training(true));
        assertThat(Network.importOnnx(file).graph().nodes().stream()
                        .map(Node::op)
                        .toList())
                .isEqualTo(network.graph().nodes().stream().map(Node::op).toList());
    }

    @Test
    void refusesAFileThatIsNotThere() {
        assertThatThrownBy(() -> Network.importOnnx(folder.resolve("none.onnx")))
                .isInstanceOf(CheckpointException.class)
                .hasMessage("importOnnx expects an ONNX file but got no file at \"" + folder.resolve("none.onnx")
                        + "\"; check the path");
    }
}
