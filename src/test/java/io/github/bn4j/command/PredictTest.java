package io.github.bn4j.command;

import static io.github.bn4j.TensorAssert.assertTensor;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.bn4j.GraphBuilder;
import io.github.bn4j.Network;
import io.github.bn4j.checkpoint.TensorFile;
import io.github.bn4j.checkpoint.internal.NpyFile;
import io.github.bn4j.checkpoint.internal.NpzFile;
import io.github.bn4j.graph.Value;
import io.github.bn4j.internal.Floats;
import io.github.bn4j.internal.Tensors;
import io.github.bn4j.layer.Dense;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

class PredictTest {

    private static final INDArray ROWS = Tensors.of(DataType.FLOAT, new double[] {1, 2, -3, 0.5, 0.25, 4}, 2, 3);

    @TempDir
    Path folder;

    private Path model;

    @BeforeEach
    void saveAModel() {
        model = folder.resolve("model.safetensors");
        Models.classifier(List.of("cat", "dog, wet", "bird")).save(model);
    }

    private CommandRun predict(Object... arguments) {
        Object[] all = new Object[arguments.length + 2];
        all[0] = "predict";
        all[1] = model;
        System.arraycopy(arguments, 0, all, 2, arguments.length);
        return CommandRun.of(all);
    }

    private Path npy() {
        Path file = folder.resolve("rows.npy");
        NpyFile.write("test", file, ROWS);
        return file;
    }

    private Path csv(String text) throws Exception {
        return Files.writeString(folder.resolve("rows.csv"), text);
    }

    @Test
    void printsALineForEachExample() {
        assertThat(predict(npy()))
                .isEqualTo(new CommandRun(
                        0,
                        """
                cat,"dog, wet",bird
                2.0,-1.0,0.0
                1.0,-0.5,4.75
                """,
                        ""));
    }

    @Test
    void printsTheLargestScoresAndTheirClasses() {
        assertThat(predict(npy(), "--top", "2"))
                .isEqualTo(new CommandRun(
                        0,
                        """
                class_1,score_1,class_2,score_2
                cat,2.0,bird,0.0
                bird,4.75,cat,1.0
                """,
                        ""));
    }

    @Test
    void readsEveryKindOfFile() throws Exception {
        String expected = predict(npy()).out();
        Path npz = folder.resolve("rows.npz");
        NpzFile.write("test", npz, Map.of("x", ROWS));
        Path safetensors = folder.resolve("rows.safetensors");
        new TensorFile(Map.of("labels", ROWS, "features", ROWS), Map.of()).write("test", safetensors);

        assertThat(predict(npz).out()).isEqualTo(expected);
        assertThat(predict(safetensors).out()).isEqualTo(expected);
        assertThat(predict(csv("a,b,c\n1,2,-3\n0.5,0.25,4\n")).out()).isEqualTo(expected);
        assertThat(predict(csv("1,2,-3\n0.5,0.25,4\n"), "--no-header").out()).isEqualTo(expected);
    }

    @Test
    void takesRowsOfATableForImages() throws Exception {
        Network images = Network.input(1, 2, 2).flatten().dense(2).build(1);
        Floats.write(new double[] {1, 0, 0, 0, 0, 0, 0, 1}, images.parameters().get("dense_1.weight"));
        images.save(model);

        assertThat(predict(csv("5,6,7,8\n1,2,3,4\n"), "--no-header").out())
                .isEqualTo("dense_1_0,dense_1_1\n5.0,8.0\n1.0,4.0\n");
    }

    @Test
    void writesEveryKindOfFile() throws Exception {
        Path table = folder.resolve("scores.csv");
        Path npy = folder.resolve("scores.npy");
        Path npz = folder.resolve("scores.npz");
        Path safetensors = folder.resolve("scores.safetensors");
        for (Path file : List.of(table, npy, npz, safetensors)) {
            assertThat(predict(npy(), "--output", file)).isEqualTo(new CommandRun(0, "", ""));
        }

        INDArray expected = Tensors.of(DataType.FLOAT, new double[] {2, -1, 0, 1, -0.5, 4.75}, 2, 3);
        assertThat(table).hasContent(predict(npy()).out());
        assertTensor(NpyFile.read("test", npy)).isCloseTo(expected, 0);
        assertTensor(NpzFile.read("test", npz).get("dense_1")).isCloseTo(expected, 0);
        assertTensor(TensorFile.read("test", safetensors).tensors().get("dense_1"))
                .isCloseTo(expected, 0);
    }

    /** As {@code numpy.save} of NumPy 2 writes {@code [[1.5, -2, 3]]} and {@code [0.1, 2]}. */
    @Test
    void writesArraysAsNumPyDoes() throws Exception {
        Path file = folder.resolve("array.npy");
        NpyFile.write("test", file, Tensors.of(DataType.FLOAT, new double[] {1.5, -2, 3}, 1, 3));
        assertThat(Files.readAllBytes(file))
                .isEqualTo(numpy(
                        "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 3), }",
                        0,
                        0,
                        0xC0,
                        0x3F,
                        0,
                        0,
                        0,
                        0xC0,
                        0,
                        0,
                        0x40,
                        0x40));

        NpyFile.write("test", file, Tensors.of(DataType.DOUBLE, new double[] {0.1, 2}, 2));
        assertThat(Files.readAllBytes(file))
                .isEqualTo(numpy(
                        "{'descr': '<f8', 'fortran_order': False, 'shape': (2,), }",
                        0x9A,
                        0x99,
                        0x99,
                        0x99,
                        0x99,
                        0x99,
                        0xB9,
                        0x3F,
                        0,
                        0,
                        0,
                        0,
                        0,
                        0,
                        0,
                        0x40));
        assertTensor(NpyFile.read("test", file)).isCloseTo(Tensors.of(DataType.DOUBLE, new double[] {0.1, 2}, 2), 0);
    }

    private static byte[] numpy(String header, int... elements) {
        byte[] bytes = new byte[128 + elements.length];
        byte[] start = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, 118, 0};
        System.arraycopy(start, 0, bytes, 0, start.length);
        for (int i = start.length; i < 127; i++) {
            int at = i - start.length;
            bytes[i] = at < header.length() ? (byte) header.charAt(at) : (byte) ' ';
        }
        bytes[127] = '\n';
        for (int i = 0; i < elements.length; i++) {
            bytes[128 + i] = (byte) elements[i];
        }
        return bytes;
    }

    @Test
    void runsNetworksOfSeveralInputsAndOutputs() throws Exception {
        GraphBuilder g = new GraphBuilder();
        Value left = g.input("left", 2);
        Value right = g.input("right", 2);
        Value sum = g.named("sum", g.add(left, right));
        Value mean = g.call(Dense.of(1), sum);
        Network network = g.build(1, sum, mean);
        Floats.write(new double[] {0.5, 0.5}, network.parameters().get("dense_1.weight"));
        network.save(model);
        Path npz = folder.resolve("both.npz");
        INDArray one = Tensors.of(DataType.DOUBLE, new double[] {1, 2}, 1, 2);
        INDArray two = Tensors.of(DataType.DOUBLE, new double[] {3, 5}, 1, 2);
        NpzFile.write("test", npz, Map.of("left", one, "right", two, "label", one));

        assertThat(predict(npz)).isEqualTo(new CommandRun(0, "sum_0,sum_1,dense_1\n4.0,7.0,5.5\n", ""));
        refuses(
                "predict --top expects a model with one output but got [sum, dense_1]; leave it out",
                npz,
                "--top",
                "1");
        refuses("predict expects inputs [left, right] but got a single array; pass a map", npy());
        Path file = folder.resolve("sum.npy");
        refuses(
                "predict --output expects .npz or .safetensors for the outputs [sum, dense_1] but got \"sum.npy\", which holds one",
                npz,
                "--output",
                file);
    }

    @Test
    void refusesWhatDoesNotFit() throws Exception {
        refuses(
                "predict expects a file that ends in .csv, .npy, .npz or .safetensors but got \"rows.txt\"; numpy.save and"
                        + " numpy.savez write such files",
                folder.resolve("rows.txt"));
        refuses("predict expects an existing file but got \"none.npy\"; check the path", folder.resolve("none.npy"));
        refuses("predict expects an existing file but got \"none.npz\"; check the path", folder.resolve("none.npz"));
        refuses(
                "predict expects --no-header where it reads .csv but got \"rows.npy\"; leave it out",
                npy(),
                "--no-header");
        refuses(
                "predict expects --top where it writes .csv but got \"scores.npy\"; leave it out",
                npy(),
                "--top",
                "1",
                "--output",
                folder.resolve("scores.npy"));
        refuses("predict --top expects 1 to 3, the number of scores, but got 4", npy(), "--top", "4");
        refuses(
                "input \"features\" expects examples of shape [3] along a first axis but got [2, 2]; give it data of"
                        + " that shape or build it for theirs",
                csv("a,b\n1,2\n3,4\n"));
        Path broken = Files.write(folder.resolve("broken.npy"), new byte[] {1, 2, 3});
        refuses(
                "predict expects an array of NumPy in \"broken.npy\" but got other bytes; write it by numpy.save(path, array)",
                broken);
    }

    private void refuses(String message, Object... arguments) {
        CommandRun run = predict(arguments);
        assertThat(run.err().replace(folder + File.separator, "")).isEqualTo(message + "\n");
        assertThat(run.out()).isEmpty();
        assertThat(run.status()).isEqualTo(2);
    }
}
