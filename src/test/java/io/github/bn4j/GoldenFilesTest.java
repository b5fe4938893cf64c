package io.github.bn4j;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bn4j.bias.BiasDecision;
import io.github.bn4j.checkpoint.Checkpoint;
import io.github.bn4j.engine.Engine;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Files of every format version load and predict what they predicted when they were written, by {@link GoldenFiles}. */
class GoldenFilesTest {

    private static Path resource(String name) {
        try {
            return Path.of(
                    GoldenFilesTest.class.getResource("/checkpoints/" + name).toURI());
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    static Stream<Path> files() throws IOException {
        try (Stream<Path> all = Files.walk(resource("1").getParent())) {
            List<Path> golden = all.filter(path -> path.toString().endsWith(".safetensors")
                            && path.getParent().getFileName().toString().matches("[0-9]+"))
                    .sorted()
                    .toList();
            assertThat(golden).hasSizeGreaterThanOrEqualTo(2);
            return golden.stream();
        }
    }

    static Stream<Path> trained() throws IOException {
        return files().filter(file -> file.endsWith("trained.safetensors"));
    }

    @ParameterizedTest
    @MethodSource("files")
    void predictsWhatItPredictedWhenItWasWritten(Path file) {
        Map<String, INDArray> tensors = Checkpoint.read(file).tensors();
        Map<String, INDArray> given = new LinkedHashMap<>();
        tensors.forEach((name, array) -> {
            if (name.startsWith(GoldenFiles.GIVEN)) {
                given.put(name.substring(GoldenFiles.GIVEN.length()), array);
            }
        });
        Map<String, INDArray> predicted = Network.load(file).on(Engine.nd4j()).forward(given);
        assertThat(predicted).isNotEmpty();
        predicted.forEach((name, array) -> {
            INDArray expected = tensors.get(GoldenFiles.PREDICTED + name);
            assertThat(array.shape()).as(name).containsExactly(expected.shape());
            assertThat(array.distance2(expected))
                    .as(name)
                    .isLessThan(1e-5 * (1 + expected.norm2Number().doubleValue()));
        });
    }

    @ParameterizedTest
    @MethodSource("trained")
    void keepsWhatBecameOfBiases(Path file) {
        Network net = Network.load(file);
        assertThat(net.explainBias().absent())
                .containsExactly("conv2d_1.bias", "residual_1.branch.conv2d_1.bias", "dense_1.bias");
        assertThat(net.explainBias().decisions().stream()
                        .filter(BiasDecision::kept)
                        .map(BiasDecision::bias))
                .containsExactly("concat_1.branch_2.conv2d_1.bias", "dense_2.bias");
    }

    @Test
    void holdsAFileOfTheFormatThatIsWritten(@TempDir Path folder) throws IOException {
        Path now = folder.resolve("now.safetensors");
        Network.input(2).dense(1).build(1).save(now);
        String text = Files.readString(now, StandardCharsets.ISO_8859_1);
        String version = text.replaceAll("(?s).*?\"format\":\"bn4j-([0-9]+)\".*", "$1");
        assertThat(files().map(path -> path.getParent().getFileName().toString()))
                .contains(version);
    }
}
