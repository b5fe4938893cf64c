package io.github.bn4j.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bn4j.internal.Tensors;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Tensors and texts of a file without its graph, and the digest by which a reader sees whether they are what was written. */
class DigestedFileTest {

    @TempDir
    Path directory;

    record Strangers() implements OneOp.Identity {}

    private static Checkpoint file() {
        Map<String, INDArray> tensors = new LinkedHashMap<>();
        tensors.put("z", Tensors.of(DataType.FLOAT, new double[] {1, -0.0, Double.NaN}, 3));
        tensors.put("scalar", Tensors.of(DataType.DOUBLE, new double[] {Math.PI}));
        return new Checkpoint(OneOp.graph(new Strangers()), tensors, Map.of("kind", "a stranger's"));
    }

    @Test
    void readsTensorsAndSectionsWhateverTheOps() {
        Path path = directory.resolve("net.safetensors");
        file().writeWithDigest(path);
        TensorFile content = TensorFile.readWithDigest(path);
        assertThat(content.tensors()).containsOnlyKeys("z", "scalar");
        assertThat(content.tensors().get("z").data().asFloat()).containsExactly(1, -0.0f, Float.NaN);
        assertThat(content.tensors().get("scalar").shape()).isEmpty();
        assertThat(content.tensors().get("scalar").getDouble(0)).isEqualTo(Math.PI);
        assertThat(content.metadata()).isEqualTo(Map.of("kind", "a stranger's"));
        assertThat(Checkpoint.read(path, Strangers.class).sections()).isEqualTo(content.metadata());
    }

    @Test
    void wantsADigest() {
        Path path = directory.resolve("net.safetensors");
        file().write(path);
        assertThatThrownBy(() -> TensorFile.readWithDigest(path))
                .isInstanceOf(CheckpointException.class)
                .hasMessage("Network.load expects \"digest\" in the metadata in \"" + path
                        + "\" but got [format, graph, kind]; the file is damaged, use another copy");
    }

    @Test
    void seesAnyByteThatIsNotWhatWasWritten() throws IOException {
        Path path = directory.resolve("signed.safetensors");
        file().writeWithDigest(path);
        byte[] right = Files.readAllBytes(path);
        for (int i = 0; i < right.length; i++) {
            byte[] wrong = right.clone();
            wrong[i] ^= 1;
            Files.write(path, wrong);
            assertThatExceptionOfType(CheckpointException.class)
                    .as("byte %s", i)
                    .isThrownBy(() -> TensorFile.readWithDigest(path));
        }
    }

    @Test
    void saysWhichDigestItExpects() throws IOException {
        Path path = directory.resolve("signed.safetensors");
        file().writeWithDigest(path);
        byte[] bytes = Files.readAllBytes(path);
        String header = new String(bytes, StandardCharsets.ISO_8859_1);
        String written = header.replaceAll("(?s).*\"digest\":\"([0-9a-f]{64})\".*", "$1");
        bytes[bytes.length - 1]++;
        Files.write(path, bytes);
        assertThatThrownBy(() -> TensorFile.readWithDigest(path))
                .isInstanceOf(CheckpointException.class)
                .hasMessageMatching("\\QNetwork.load expects contents of digest " + written + " in \"" + path
                        + "\" but got \\E[0-9a-f]{64}\\Q; the file is damaged, use another copy\\E");
        assertThatThrownBy(() -> Checkpoint.read(path, Strangers.class)).hasMessageContaining("of digest " + written);
    }

    @Test
    void readsSectionsWithinSections() {
        Map<String, String> inner = new LinkedHashMap<>();
        inner.put("loss", Double.toString(Double.NaN));
        inner.put("tiny", Double.toString(Double.MIN_VALUE));
        inner.put("steps", Long.toString(Long.MIN_VALUE));
        inner.put("text", "\"µ\"");
        Path path = directory.resolve("net.safetensors");
        Sections outer =
                Sections.of(new TensorFile(Map.of(), Map.of("epoch", Sections.text(inner), "list", "[]")), path);
        Sections fields = outer.within("epoch");
        assertThat(fields.texts()).isEqualTo(inner);
        assertThat(fields.number("loss")).isNaN();
        assertThat(fields.number("tiny")).isEqualTo(Double.MIN_VALUE);
        assertThat(fields.whole("steps")).isEqualTo(Long.MIN_VALUE);
        assertThatThrownBy(() -> fields.number("text"))
                .hasMessage("Network.load expects a number as \"text\" in \"" + path
                        + "\" but got \"\"µ\"\"; the file is damaged, use another copy");
        assertThatThrownBy(() -> outer.within("list"))
                .hasMessage("Network.load expects an object as list in \"" + path
                        + "\" but got []; the file is damaged, use another copy");
    }
}
