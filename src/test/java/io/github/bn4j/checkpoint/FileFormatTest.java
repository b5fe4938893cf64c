package io.github.bn4j.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.bn4j.Network;
import io.github.bn4j.data.Digits;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.Tracer;
import io.github.bn4j.internal.Tensors;
import io.github.bn4j.op.Elementwise;
import io.github.bn4j.op.function.StandardFunction;
import io.github.bn4j.train.Loss;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Other readers and writers of safetensors agree with ours. */
class FileFormatTest {

    private static final String READER =
            resource("/checkpoints/foreign/read_safetensors.py").toString();

    @TempDir
    Path directory;

    private Path path;

    @BeforeEach
    void write() {
        Tracer tracer = new Tracer();
        tracer.output(
                "y", tracer.scope().apply(new Elementwise(StandardFunction.RELU), tracer.input("x", Shape.of(2))));
        Graph graph = tracer.graph();
        Map<String, INDArray> tensors = new LinkedHashMap<>();
        tensors.put("z", Tensors.of(DataType.FLOAT, new double[] {1, -2, 0.5, 4, 5, 6}, 3, 2));
        tensors.put("a µ", Tensors.of(DataType.DOUBLE, new double[] {0.1, 1e300}, 2));
        tensors.put("scalar", Tensors.of(DataType.FLOAT, new double[] {7}));
        path = directory.resolve("net.safetensors");
        new Checkpoint(graph, tensors, Map.of("seed", "42")).write(path);
    }

    /** Follows https://huggingface.co/docs/safetensors, section "Format", with a loop per sentence. */
    @Test
    void isSafetensorsByteByByte() throws IOException {
        byte[] bytes = Files.readAllBytes(path);
        long length = 0;
        for (int i = 7; i >= 0; i--) {
            length = length << 8 | (bytes[i] & 0xFF);
        }
        assertThat(length % 8).isZero();
        String header = new String(bytes, 8, (int) length, StandardCharsets.UTF_8);
        assertThat(header).startsWith("{").matches("(?s).*} {0,7}");
        JsonObject json = JsonParser.parseString(header).getAsJsonObject();
        JsonObject metadata = json.remove("__metadata__").getAsJsonObject();
        for (JsonElement value : metadata.asMap().values()) {
            assertThat(value.getAsJsonPrimitive().isString()).isTrue();
        }
        assertThat(metadata.keySet()).containsExactly("format", "graph", "seed");
        assertThat(metadata.get("format").getAsString()).isEqualTo("bn4j-2");
        assertThat(metadata.get("graph").getAsString())
                .isEqualTo(
                        "{\"inputs\":{\"x\":{\"id\":0,\"name\":\"x\",\"shape\":[2]}},\"nodes\":[{\"op\":\"Elementwise\","
                                + "\"fields\":{\"function\":{\"StandardFunction\":\"RELU\"}},\"layer\":\"relu_1\",\"inputs\":[0],"
                                + "\"parameters\":[],\"output\":{\"id\":1,\"name\":\"relu_1\",\"shape\":[2]}}],"
                                + "\"outputs\":{\"y\":1},\"layers\":{\"relu_1\":\"Relu\"},\"parameters\":[]}");

        assertThat(json.keySet()).containsExactly("z", "a µ", "scalar");
        int data = 8 + (int) length;
        long end = 0;
        Map<String, List<Double>> values = new TreeMap<>();
        for (String name : json.keySet()) {
            JsonObject entry = json.getAsJsonObject(name);
            assertThat(entry.keySet()).containsExactly("dtype", "shape", "data_offsets");
            JsonArray offsets = entry.getAsJsonArray("data_offsets");
            assertThat(offsets.get(0).getAsLong()).isEqualTo(end);
            end = offsets.get(1).getAsLong();
            int width = entry.get("dtype").getAsString().equals("F32") ? 4 : 8;
            List<Double> elements = new ArrayList<>();
            for (int at = data + offsets.get(0).getAsInt(); at < data + end; at += width) {
                long bits = 0;
                for (int i = width - 1; i >= 0; i--) {
                    bits = bits << 8 | (bytes[at + i] & 0xFF);
                }
                elements.add(width == 4 ? Float.intBitsToFloat((int) bits) : Double.longBitsToDouble(bits));
            }
            values.put(name + entry.get("shape"), elements);
        }
        assertThat(data + end).isEqualTo(bytes.length);
        assertThat(values)
                .isEqualTo(Map.of(
                        "z[3,2]", List.of(1.0, -2.0, 0.5, 4.0, 5.0, 6.0),
                        "a µ[2]", List.of(0.1, 1e300),
                        "scalar[]", List.of(7.0)));
    }

    /** Another reader, written after the specification and nothing else, sees every tensor of a network bit by bit. */
    @Test
    void readsWithThePythonStandardLibrary() throws Exception {
        requirePython();
        Network net = Network.input(1, 8, 8)
                .conv2d(3, 3)
                .batchNorm2d()
                .relu()
                .flatten()
                .dense(10)
                .build(42);
        net.trainer().loss(Loss.softmaxCrossEntropy()).fit(Digits.load().slice(0, 64));
        net.save(path);

        String output = python(READER, path.toString());

        assertThat(output).startsWith("0 ");
        JsonObject file = JsonParser.parseString(output.substring(2)).getAsJsonObject();
        assertThat(file.getAsJsonObject("metadata").keySet()).contains("format", "graph", "seed");
        Map<String, List<Double>> expected = new TreeMap<>();
        for (String name : net.parameters().names()) {
            INDArray values = net.parameters().get(name);
            expected.put(name + Arrays.toString(values.shape()), doubles(values.dup('c')));
        }
        expected.put("conv2d_1.bias[3]", List.of(0.0, 0.0, 0.0));
        Map<String, List<Double>> actual = new TreeMap<>();
        file.getAsJsonObject("tensors").asMap().forEach((name, any) -> {
            JsonObject tensor = any.getAsJsonObject();
            assertThat(tensor.get("dtype").getAsString()).isEqualTo("F32");
            List<Double> values = new ArrayList<>();
            tensor.getAsJsonArray("values").forEach(value -> values.add(value.getAsDouble()));
            actual.put(name + tensor.get("shape").toString().replace(",", ", "), values);
        });
        assertThat(actual).isEqualTo(expected);
    }

    private static List<Double> doubles(INDArray array) {
        return DoubleStream.of(array.data().asDouble()).boxed().toList();
    }

    /** So that a file that the reader above accepts has passed a check. */
    @Test
    void isRefusedByThePythonStandardLibraryWhenDamaged() throws Exception {
        requirePython();
        byte[] whole = Files.readAllBytes(path);
        assertThat(python(READER, path.toString())).startsWith("0 ");
        Files.write(path, Arrays.copyOf(whole, whole.length + 1));
        assertThat(python(READER, path.toString())).isEqualTo("1 the tensors do not cover the whole buffer\n");
        Files.write(path, Arrays.copyOf(whole, whole.length - 1));
        assertThat(python(READER, path.toString())).startsWith("1 ").contains("struct.error");
    }

    /** Python is everywhere but not on every machine; {@code .ci/run} installs it and says CI=true. */
    private void requirePython() throws IOException, InterruptedException {
        String missing = "python3 of version 3.8 or newer is not installed";
        boolean there = python("-c", "import math; math.prod([])").startsWith("0 ");
        if ("true".equals(System.getenv("CI"))) {
            assertThat(there).as(missing).isTrue();
        }
        assumeTrue(there, missing);
    }

    @Test
    void readsInPython() throws IOException, InterruptedException {
        String modules = "import numpy, safetensors.numpy";
        assumeTrue(
                python("-c", modules).startsWith("0 "),
                "python3 with the modules safetensors and numpy is not installed: pip install safetensors numpy");
        String script = modules
                + """

                import sys
                path = sys.argv[1]
                with safetensors.safe_open(path, framework="np") as file:
                    print(sorted(file.metadata()), file.metadata()["seed"])
                for name, tensor in sorted(safetensors.numpy.load_file(path).items()):
                    print(ascii(name), tensor.dtype, tensor.shape, tensor.tolist())
                """;

        assertThat(python("-c", script, path.toString()).lines())
                .containsExactly(
                        "0 ['format', 'graph', 'seed'] 42",
                        "'a \\xb5' float64 (2,) [0.1, 1e+300]",
                        "'scalar' float32 () 7.0",
                        "'z' float32 (3, 2) [[1.0, -2.0], [0.5, 4.0], [5.0, 6.0]]");
    }

    private String python(String... arguments) throws IOException, InterruptedException {
        Path output = directory.resolve("python.txt");
        List<String> command = new ArrayList<>(List.of("python3"));
        command.addAll(List.of(arguments));
        Process process;
        try {
            process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
        } catch (IOException e) {
            return "no python3";
        }
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            return "python3 did not end";
        }
        return process.exitValue() + " " + Files.readString(output);
    }

    /** The file was made by the script of the same name beside it. */
    @Test
    void readsWhatPythonWrote() {
        Path foreign = resource("/checkpoints/foreign/written_by_python.safetensors");

        Checkpoint checkpoint = Checkpoint.read(foreign);

        assertThat(checkpoint.sections()).isEqualTo(Map.of("note", "µ from Python"));
        assertThat(checkpoint.tensors())
                .isEqualTo(Map.of(
                        "dense_1.weight",
                        Tensors.of(DataType.FLOAT, new double[] {0, 0.25, 0.5, 0.75, 1, 1.25}, 3, 2),
                        "dense_1.bias",
                        Tensors.of(DataType.DOUBLE, new double[] {1e-3, -2, 3.5}, 3)));
        assertThat(checkpoint.graph().toString().lines())
                .containsExactly(
                        "inputs [x [2]]",
                        "1 = MatrixMultiply[0] in dense_1",
                        "2 = AddBias[1] in dense_1",
                        "outputs [dense_1 [3]]");
    }

    private static Path resource(String name) {
        try {
            return Path.of(FileFormatTest.class.getResource(name).toURI());
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }
}
