package io.github.bn4j.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.bn4j.Network;
import io.github.bn4j.Python;
import io.github.bn4j.checkpoint.CheckpointException;
import io.github.bn4j.graph.Layer;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.networks.RandomNetwork;
import io.github.bn4j.networks.ReadmeNetwork;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.provider.Arguments;

/** What is written keeps the standard; ONNX Runtime accepts more than that. {@code pip install onnx} */
class OnnxCheckerTest {

    private static final String CHECK =
            """
            import onnx, sys
            for path in open(sys.argv[1], encoding="utf-8").read().splitlines():
                try:
                    onnx.checker.check_model(path, full_check=True)
                except Exception as error:
                    print(path, type(error), error)
            """;

    @TempDir
    Path folder;

    private final List<String> files = new ArrayList<>();

    @Test
    void passesTheCheckOfTheStandard() throws IOException, InterruptedException {
        assumeTrue(
                Python.run("-c", "import onnx").isEmpty(),
                "python3 with the module onnx is not installed: pip install onnx");
        for (int opset = 13; opset <= 21; opset++) {
            OnnxOptions options = OnnxOptions.defaults().opset(opset);
            for (Arguments each : OnnxLayersTest.layers().toList()) {
                layer((Layer) each.get()[0], (Shape) each.get()[1], options);
            }
            write(ReadmeNetwork.builder().build(42), options.externalData(true));
            write(ReadmeNetwork.builder().build(42), options.training(true));
            for (long seed = 0; seed < 4; seed++) {
                write(RandomNetwork.draw(seed), OnnxOptions.defaults().opset(Math.max(19, opset)));
            }
        }
        Path list = folder.resolve("files.txt");
        Files.write(list, files);

        assertThat(Python.run("-c", CHECK, list.toString())).isEmpty();
        assertThat(files).hasSizeGreaterThan(1000);
    }

    private void layer(Layer layer, Shape shape, OnnxOptions options) {
        try {
            write(Network.input(shape.dims()).then(layer).build(3), options);
        } catch (CheckpointException refused) {
            assertThat(refused)
                    .hasMessageStartingWith("exportOnnx expects average pooling without dilation below opset 19");
        }
    }

    private void write(Network net, OnnxOptions options) {
        Path file = folder.resolve(files.size() + ".onnx");
        net.exportOnnx(file, options);
        files.add(file.toString());
    }
}
