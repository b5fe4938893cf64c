package io.github.bn4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.bn4j.checkpoint.Checkpoint;
import io.github.bn4j.checkpoint.CheckpointException;
import io.github.bn4j.engine.Engine;
import io.github.bn4j.internal.Tensors;
import io.github.bn4j.layer.BatchNorm1d;
import io.github.bn4j.layer.Dense;
import java.io.IOException;
import java.net.URISyntaxException;
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
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Files that no network wrote: each loads as what it says, or says why it does not. */
class HostileFilesTest {

    private static final String DAMAGED = "; the file is damaged, use another copy";

    @TempDir
    Path folder;

    private static Path file(String name) {
        try {
            return Path.of(HostileFilesTest.class
                    .getResource("/checkpoints/hostile/" + name + ".safetensors")
                    .toURI());
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    /** Both engines give {@code expected} for {@code x}, before and after saving again. */
    private void assertPredicts(Network net, INDArray x, INDArray expected) {
        Path again = folder.resolve("again.safetensors");
        net.save(again);
        for (Engine engine : new Engine[] {Engine.nd4j(), Engine.fastest(DataType.FLOAT)}) {
            assertThat(net.on(engine).predict(x)).isEqualTo(expected);
            assertThat(Network.load(again).on(engine).predict(x)).isEqualTo(expected);
        }
    }

    private static void assertRefused(String name, String message) {
        Path file = file(name);
        assertThatExceptionOfType(CheckpointException.class)
                .isThrownBy(() -> Network.load(file))
                .withMessage(message.replace("FILE", file.toString()));
    }

    private static INDArray floats(long[] shape, double... values) {
        return Tensors.of(DataType.FLOAT, values, shape);
    }

    @Test
    void loadsANetworkWithoutParameters() {
        assertPredicts(
                Network.load(file("no_parameters")), floats(new long[] {1, 2}, -1, 2), floats(new long[] {1, 2}, 0, 2));
    }

    @Test
    void keepsTheTypeOfANetworkWithoutParameters() {
        for (DataType type : new DataType[] {DataType.FLOAT, DataType.DOUBLE}) {
            Path path = folder.resolve("net.safetensors");
            Network.input(2).relu().build(1, type).save(path);
            assertThat(Network.load(path).parameters().type()).isEqualTo(type);
        }
    }

    @Test
    void takesTheTypeFromTheParametersWhateverElseTheFileHolds() {
        for (DataType type : new DataType[] {DataType.FLOAT, DataType.DOUBLE}) {
            DataType other = type == DataType.FLOAT ? DataType.DOUBLE : DataType.FLOAT;
            Path path = folder.resolve("net.safetensors");
            Network net = Network.input(2).dense(3).build(1, type);
            net.save(path);
            Checkpoint saved = Checkpoint.read(path);
            Map<String, INDArray> tensors = new LinkedHashMap<>();
            tensors.put("a stranger's", Tensors.zeros(other, 7));
            tensors.putAll(saved.tensors());
            new Checkpoint(saved.graph(), tensors, saved.sections()).write(path);

            Network again = Network.load(path);

            assertThat(again.parameters().type()).isEqualTo(type);
            INDArray x = Tensors.of(type, new double[] {1, 2}, 1, 2);
            Bits.assertSame(again.predict(x), net.predict(x));
        }
    }

    /** A file of version 1, which separates names by commas. */
    @Test
    void knowsADroppedBiasWithACommaInItsName() {
        Network net = Network.load(file("comma_in_a_dropped_bias"));
        assertThat(net.explainBias().absent()).containsExactly("d,e.bias");
        assertThat(net.parameters().names()).containsExactly("d,e.weight");
    }

    @Test
    void dropsABiasWhateverItsLayerIsCalled() {
        for (String name : new String[] {",", "a,b", "[\"", "µ\\", ",bias", " "}) {
            Path path = folder.resolve("net.safetensors");
            GraphBuilder g = new GraphBuilder();
            Network net = g.build(g.call("norm", BatchNorm1d.of(), g.call(name, Dense.of(3), g.input("x", 2))));
            assertThat(net.explainBias().absent()).containsExactly(name + ".bias");
            net.save(path);
            assertThat(Network.load(path).explainBias()).isEqualTo(net.explainBias());
        }
    }

    @Test
    void refusesOperandsThatAnOpDoesNotHave() {
        String start = "Network.load expects operands that op ";
        assertRefused(
                "bias_with_two_parameters",
                start + "AddBias can work with as graph.nodes[0] in \"FILE\" but got [[2]] and [w [2], w [2]]"
                        + " (expects distinct parameters [bias] but got [w, w])" + DAMAGED);
        assertRefused(
                "product_with_three_parameters",
                start
                        + "MatrixMultiply can work with as graph.nodes[0] in \"FILE\" but got [[2]] and [w [2, 2], w [2, 2],"
                        + " w [2, 2]] (expects distinct parameters [weight] but got [w, w, w])" + DAMAGED);
        assertRefused(
                "batch_norm_without_parameters",
                start + "BatchNormalization can work with as graph.nodes[0] in \"FILE\" but got [[2]] and [] (expects"
                        + " parameters [gamma, beta, runningMean, runningVariance] but got [])" + DAMAGED);
        assertRefused(
                "batch_norm_with_three_parameters",
                start
                        + "BatchNormalization can work with as graph.nodes[0] in \"FILE\" but got [[2]] and [g [2], be [2],"
                        + " rm [2]] (expects parameters [gamma, beta, runningMean, runningVariance] but got [g, be, rm])"
                        + DAMAGED);
        assertRefused(
                "group_norm_without_beta",
                start
                        + "GroupNormalization can work with as graph.nodes[0] in \"FILE\" but got [[2]] and [g [2]] (expects"
                        + " parameters [gamma, beta] but got [g])" + DAMAGED);
    }

    @Test
    void refusesShapesThatCannotBe() {
        assertRefused(
                "upsampling_that_wraps",
                "Network.load expects a shape of at most 31 axes and 9223372036854775807 elements as"
                        + " graph.nodes[1].output.shape in \"FILE\" but got [1,4611686014132420609,4611686014132420609]"
                        + DAMAGED);
        assertRefused(
                "padding_that_wraps",
                "Network.load expects [1, 4294967298, 4], the shape that op Convolution yields, as"
                        + " graph.nodes[0].output.shape in \"FILE\" but got [1,2,4]" + DAMAGED);
        assertRefused(
                "rank_33",
                "Network.load expects a shape of at most 31 axes and 9223372036854775807 elements as graph.inputs.x.shape in"
                        + " \"FILE\" but got [1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1…" + DAMAGED);
    }

    @Test
    void refusesWindowsThatCannotBeCounted() {
        assertRefused(
                "huge_window",
                "Network.load expects components that MaxPooling accepts as graph.nodes[0].fields in \"FILE\" but got"
                        + " \"MaxPooling expects a window of at most 2147483647 elements but got kernel 100003×100003\""
                        + DAMAGED);
    }

    /** The file has 900 bytes, and 3.6 GB in the middle of its graph. */
    @Test
    void refusesToPredictWithAHugeValueInside() {
        Network net = Network.load(file("huge_value_inside"));
        String before = System.getProperty("bn4j.memory");
        System.setProperty("bn4j.memory", "100m");
        try {
            for (Engine engine : new Engine[] {Engine.nd4j(), Engine.fastest(DataType.FLOAT)}) {
                assertThatExceptionOfType(IllegalArgumentException.class)
                        .isThrownBy(() -> net.on(engine).predict(floats(new long[] {1, 1, 1, 1}, 1)))
                        .withMessageMatching(
                                "program for batches of 1 expects at most 100 MB of memory but got 343[34] MB, most of"
                                        + " it for \"v1\" \\[1, 30000, 30000\\]; use smaller batches, or allow more with"
                                        + " -Dbn4j\\.memory");
            }
        } finally {
            if (before == null) {
                System.clearProperty("bn4j.memory");
            } else {
                System.setProperty("bn4j.memory", before);
            }
        }
    }

    @Test
    void refusesIdsThatLeaveNoRoomForNewValues() {
        assertRefused(
                "largest_value_id",
                "Network.load expects a whole number from 0 to 1073741823 as graph.nodes[2].output.id in \"FILE\" but got"
                        + " 2147483646" + DAMAGED);
        assertRefused(
                "large_value_id",
                "Network.load expects a whole number from 0 to 1073741823 as graph.nodes[1].output.id in \"FILE\" but got"
                        + " 2147483646" + DAMAGED);
    }

    @Test
    void refusesHeadersWithoutANetwork() {
        for (String name : new String[] {"tensor_of_20000_axes", "long_name_of_many_axes"}) {
            assertRefused(
                    name, "Network.load expects an object with \"inputs\" as graph in \"FILE\" but got {}" + DAMAGED);
        }
    }

    static Stream<Path> files() throws IOException {
        List<Path> files;
        try (Stream<Path> listed = Files.list(file("no_parameters").resolveSibling(""))) {
            files = listed.sorted().toList();
        }
        assertThat(files).hasSizeGreaterThan(16);
        return files.stream();
    }

    /**
     * Whatever sizes a file speaks of. The places of all numbers in the two longest, put into words, are longer than the files by
     * factors of 10 and 4,000.
     */
    @ParameterizedTest
    @MethodSource("files")
    void loadsInMemoryInProportionToTheFile(Path file) throws IOException {
        // The first of its kind loads classes.
        load(file);
        long before = AllocatedMemory.now();
        load(file);
        AllocatedMemory.assertInProportion(before, Files.size(file));
    }

    private static void load(Path file) {
        try {
            Network.load(file);
        } catch (CheckpointException e) {
            assertThat(e).hasMessageContaining(" expects ");
        }
    }

    @Test
    void refusesASeedThatIsNoNumber() {
        assertRefused(
                "seed_that_is_no_number",
                "Network.load expects a whole number from -9223372036854775808 to 9223372036854775807 as \"seed\""
                        + " in \"FILE\" but got \"abc\"" + DAMAGED);
    }

    @Test
    void refusesMissingAndBrokenSections() {
        Path path = folder.resolve("net.safetensors");
        Network.input(2).dense(3).batchNorm1d().build(1).save(path);
        assertSections(path, "seed", null, "\"seed\" in the metadata", "[type, droppedBiases, trainings]");
        assertSections(path, "droppedBiases", null, "\"droppedBiases\" in the metadata", "[seed, type, trainings]");
        assertSections(path, "droppedBiases", "{}", "an array as droppedBiases", "{}");
        assertSections(path, "droppedBiases", "[1]", "a string as droppedBiases[0]", "1");
        assertSections(
                path,
                "droppedBiases",
                "[\"dense_1.weight\"]",
                "names of biases as \"droppedBiases\"",
                "[dense_1.weight]");
        assertThat(Network.load(path).parameters().has("dense_1.bias")).isFalse();
    }

    private void assertSections(Path path, String name, String text, String expected, String actual) {
        Checkpoint saved = Checkpoint.read(path);
        Map<String, String> sections = new LinkedHashMap<>(saved.sections());
        if (text == null) {
            sections.remove(name);
        } else {
            sections.put(name, text);
        }
        Path other = folder.resolve("other.safetensors");
        new Checkpoint(saved.graph(), saved.tensors(), sections).write(other);
        assertThatExceptionOfType(CheckpointException.class)
                .isThrownBy(() -> Network.load(other))
                .withMessage("Network.load expects " + expected + " in \"" + other + "\" but got " + actual + DAMAGED);
    }
}
