package io.github.bn4j.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every damage is reported in a sentence; the files are put together by hand. */
class DamagedFileTest {

    private static final String GRAPH =
            """
            {"inputs":{"x":{"id":0,"name":"x","shape":[2]}},"nodes":[\
            {"op":"MatrixMultiply","fields":{},"layer":"dense_1","inputs":[0],"parameters":["dense_1.weight"],\
            "output":{"id":1,"name":"dense_1","shape":[3]}},\
            {"op":"Activation","fields":{"function":"LEAKY_RELU","alpha":0.5},"layer":"act","inputs":[1],"parameters":[],\
            "output":{"id":2,"name":"act","shape":[3]}}],"outputs":{"y":2},"layers":{"dense_1":"Dense","act":"LeakyRelu"},\
            "parameters":[{"name":"dense_1.weight","shape":[3,2],"role":"TRAINABLE","decays":true}]}""";

    private static final String WEIGHT =
            "\"dense_1.weight\":{\"dtype\":\"F32\",\"shape\":[3,2],\"data_offsets\":[0,24]}";
    private static final String MORE = "\"more\":{\"dtype\":\"F64\",\"shape\":[],\"data_offsets\":[24,32]}";
    private static final int DATA = 32;
    private static final String ADVICE = "; the file is damaged, use another copy";

    @TempDir
    Path directory;

    private static String header(String metadata) {
        return "{\"__metadata__\":" + metadata + "," + WEIGHT + "," + MORE + "}";
    }

    private static String metadata(String graph) {
        return "{\"format\":\"bn4j-2\",\"graph\":\""
                + graph.replace("\\", "\\\\").replace("\"", "\\\"") + "\"}";
    }

    private static String header() {
        return header(metadata(GRAPH));
    }

    private static byte[] file(String header, int data) {
        return file(header.getBytes(StandardCharsets.UTF_8), data);
    }

    private static byte[] file(byte[] header, int data) {
        return raw(header.length, header, data);
    }

    private static byte[] raw(long length, byte[] header, int data) {
        return ByteBuffer.allocate(8 + header.length + data)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(length)
                .put(header)
                .array();
    }

    private static Arguments file(String what, byte[] bytes, String expected, String actual) {
        return Arguments.of(
                what, bytes, "Network.load expects " + expected + " in \"FILE\" but got " + actual + ADVICE);
    }

    private static Arguments unknown(String what, String from, String to, String expected, String actual) {
        assertThat(GRAPH).contains(from);
        return Arguments.of(
                what,
                file(header(metadata(GRAPH.replace(from, to))), DATA),
                "Network.load expects " + expected + " in \"FILE\" but got " + actual
                        + "; use a newer bn4j, or another copy if the file is damaged");
    }

    private static Arguments whole(String what, byte[] bytes, String message) {
        return Arguments.of(what, bytes, message);
    }

    private static Arguments header(String what, String from, String to, String expected, String actual) {
        assertThat(header()).contains(from);
        return file(what, file(header().replace(from, to), DATA), expected, actual);
    }

    private static Arguments graph(String what, String from, String to, String expected, String actual) {
        assertThat(GRAPH).contains(from);
        return file(what, file(header(metadata(GRAPH.replace(from, to))), DATA), expected, actual);
    }

    static Stream<Arguments> damages() {
        byte[] good = file(header(), DATA);
        int headerLength = header().length();
        String notSafetensors = "; the file is damaged or no safetensors file, use another copy";
        return Stream.of(
                file("empty", new byte[0], "at least 10 bytes", "0"),
                file("shorter than the length", new byte[7], "at least 10 bytes", "7"),
                whole(
                        "negative length",
                        raw(-1, "{}".getBytes(StandardCharsets.UTF_8), 6),
                        "Network.load expects a header of 2 to 8 bytes in \"FILE\" but got 18446744073709551615"
                                + notSafetensors),
                whole(
                        "length beyond the file",
                        raw(9, "{}".getBytes(StandardCharsets.UTF_8), 6),
                        "Network.load expects a header of 2 to 8 bytes in \"FILE\" but got 9" + notSafetensors),
                whole(
                        "no length at all",
                        "PK\3\4 this is no safetensors file".getBytes(StandardCharsets.UTF_8),
                        "Network.load expects a header of 2 to 24 bytes in \"FILE\" but got 7595448452415441744"
                                + notSafetensors),
                whole(
                        "length 0",
                        raw(0, new byte[0], 8),
                        "Network.load expects a header of 2 to 8 bytes in \"FILE\" but got 0" + notSafetensors),
                file("zeros as header", file(new byte[16], 0), "a header that begins with {", "\"\0\""),
                file(
                        "header that is not UTF-8",
                        file(new byte[] {'{', (byte) 0xFF, '}', ' '}, 0),
                        "UTF-8 text as header",
                        "other bytes"),
                file(
                        "header cut short",
                        file("{\"a\":", 0),
                        "JSON as header",
                        "broken JSON (End of input at line 1 column 6 path $.a)"),
                file(
                        "lenient JSON",
                        file("{'a':1}", 0),
                        "JSON as header",
                        "broken JSON (Use JsonReader.setStrictness(Strictness.LENIENT) to accept malformed JSON at line 1"
                                + " column 3 path $.)"),
                file(
                        "two values",
                        file("{} {}", 0),
                        "JSON as header",
                        "broken JSON (Use JsonReader"
                                + ".setStrictness(Strictness.LENIENT) to accept malformed JSON at line 1 column 5 path $)"),
                file(
                        "deep nesting",
                        file("{\"a\":" + "[".repeat(100_000), 0),
                        "JSON as header",
                        "broken JSON (Nesting limit 255 reached at line 1 column 261 path $.a" + "[0]".repeat(254)
                                + ")"),
                header(
                        "a name twice",
                        "\"more\"",
                        "\"dense_1.weight\"",
                        "JSON as header",
                        "broken JSON (name \"dense_1.weight\" twice in one object)"),
                whole(
                        "another library's file",
                        file("{" + WEIGHT + "," + MORE + "}", DATA),
                        "Network.load expects the metadata \"format\": \"bn4j-2\" in \"FILE\" but got none;"
                                + " load files that Network.save wrote; weights without a network are for PyTorch.load"),
                whole(
                        "another library's metadata",
                        file(header("{\"format\":\"pt\"}"), DATA),
                        "Network.load expects the metadata \"format\": \"bn4j-2\" in \"FILE\" but got \"pt\";"
                                + " load files that Network.save wrote; weights without a network are for PyTorch.load"),
                whole(
                        "a later format",
                        file(header("{\"format\":\"bn4j-3\"}"), DATA),
                        "Network.load expects format \"bn4j-2\" or an older one in \"FILE\" but got \"bn4j-3\";"
                                + " use a newer bn4j"),
                whole(
                        "a format that never was",
                        file(header("{\"format\":\"bn4j-0\"}"), DATA),
                        "Network.load expects the metadata \"format\": \"bn4j-2\" in \"FILE\" but got \"bn4j-0\";"
                                + " load files that Network.save wrote; weights without a network are for PyTorch.load"),
                file(
                        "metadata of numbers",
                        file(header("{\"format\":1}"), DATA),
                        "a string as header.__metadata__.format",
                        "1"),
                file("metadata of another kind", file(header("[]"), DATA), "an object as header.__metadata__", "[]"),
                file(
                        "no graph",
                        file(header("{\"format\":\"bn4j-2\",\"seed\":\"1\"}"), DATA),
                        "\"graph\" in the metadata",
                        "[format, seed]"),
                whole(
                        "a parameter of another type",
                        file(header().replace("F32", "I32"), DATA),
                        "Network.load expects F32 or F64 as dtype of tensor \"dense_1.weight\" of at most 2147483639"
                                + " elements in \"FILE\" but got [3, 2] I32; convert the tensor before loading"),
                header(
                        "overlapping offsets",
                        "[24,32]",
                        "[20,28]",
                        "tensor \"more\" at byte 24 of the data",
                        "byte 20"),
                header(
                        "duplicate offsets",
                        MORE,
                        WEIGHT.replace("dense_1.weight", "more"),
                        "tensor \"more\" at byte 24 of the data",
                        "byte 0"),
                file(
                        "a hole",
                        file(header().replace("[24,32]", "[32,40]"), 40),
                        "tensor \"more\" at byte 24 of the data",
                        "byte 32"),
                header(
                        "offsets outside",
                        "[24,32]",
                        "[1024,1032]",
                        "tensor \"more\" within 32 bytes of data",
                        "offsets [1024, 1032]"),
                header(
                        "offsets in the wrong order",
                        "[24,32]",
                        "[32,24]",
                        "tensor \"more\" within 32 bytes of data",
                        "offsets [32, 24]"),
                header(
                        "a negative offset",
                        "[24,32]",
                        "[-8,0]",
                        "a whole number from 0 to 9223372036854775807 as header.more.data_offsets[0]",
                        "-8"),
                header(
                        "a huge offset",
                        "[24,32]",
                        "[24,1e999]",
                        "a whole number from 0 to 9223372036854775807 as header.more.data_offsets[1]",
                        "1e999"),
                header("one offset", "[24,32]", "[24]", "two offsets as header.more.data_offsets", "[24]"),
                header(
                        "a size that does not fit the shape",
                        "\"shape\":[3,2]",
                        "\"shape\":[3,3]",
                        "36 bytes of tensor \"dense_1.weight\" [3, 3] F32",
                        "24"),
                header(
                        "a shape that overflows",
                        "\"shape\":[3,2]",
                        "\"shape\":[4294967296,4294967296]",
                        "a tensor of at most 9223372036854775807 bytes as header.dense_1.weight.shape",
                        "[4294967296,4294967296]"),
                header(
                        "a shape of too many axes",
                        "\"shape\":[3,2]",
                        "\"shape\":[3,2" + ",1".repeat(31) + "]",
                        "a tensor dense_1.weight [3, 2]",
                        "[3, 2" + ", 1".repeat(31) + "]"),
                header(
                        "elements of a tensor without any",
                        "\"shape\":[3,2]",
                        "\"shape\":[0,2]",
                        "0 bytes of tensor \"dense_1.weight\" [0, 2] F32",
                        "24"),
                header(
                        "a dimension of null",
                        "\"shape\":[3,2]",
                        "\"shape\":[null,2]",
                        "a number as header.dense_1.weight.shape[0]",
                        "null"),
                header("a tensor of another kind", MORE, "\"more\":7", "an object as header.more", "7"),
                header(
                        "a tensor without type",
                        "\"dtype\":\"F64\",",
                        "",
                        "an object with \"dtype\" as header.more",
                        "{\"shape\":[],\"data_offsets\":[24,32]}"),
                file(
                        "data cut short",
                        Arrays.copyOf(good, good.length - 1),
                        "tensor \"more\" within 31 bytes of data",
                        "offsets [24, 32]"),
                file(
                        "no data",
                        Arrays.copyOf(good, 8 + headerLength),
                        "tensor \"dense_1.weight\" within 0 bytes of data",
                        "offsets [0, 24]"),
                file("bytes after the end", Arrays.copyOf(good, good.length + 4), "32 bytes of data", "36"),
                header(
                        "a tensor missing",
                        "\"dense_1.weight\":",
                        "\"dense_1.other\":",
                        "a tensor dense_1.weight [3, 2]",
                        "only [dense_1.other, more]"),
                header(
                        "a tensor of another shape",
                        "\"shape\":[3,2]",
                        "\"shape\":[2,3]",
                        "a tensor dense_1.weight [3, 2]",
                        "[2, 3]"),
                graph(
                        "graph broken",
                        "\"outputs\":",
                        "\"outputs\"",
                        "JSON as graph",
                        "broken JSON (Expected ':' at line 1 column 368 path $.outputs)"),
                file("graph of another kind", file(header(metadata("[]")), DATA), "an object as graph", "[]"),
                graph("no outputs", "{\"y\":2}", "{}", "at least one output as graph.outputs", "{}"),
                graph(
                        "an unknown id",
                        "\"inputs\":[1]",
                        "\"inputs\":[2]",
                        "the id of a value before it as graph.nodes[1].inputs[0]",
                        "2"),
                graph(
                        "an unknown output",
                        "{\"y\":2}",
                        "{\"y\":7}",
                        "the id of a value before it as graph.outputs.y",
                        "7"),
                graph("an id twice", "\"id\":2", "\"id\":1", "a new id as graph.nodes[1].output.id", "1"),
                graph(
                        "an id that is no number",
                        "\"id\":2",
                        "\"id\":\"2\"",
                        "a number as graph.nodes[1].output.id",
                        "\"2\""),
                graph(
                        "an unknown parameter",
                        "[\"dense_1.weight\"]",
                        "[\"w\"]",
                        "the name of a parameter as graph.nodes[0].parameters[0]",
                        "\"w\""),
                graph(
                        "a parameter twice",
                        "\"parameters\":[{",
                        "\"parameters\":[{\"name\":\"dense_1.weight\",\"shape\":[3,2],\"role\":\"STATE\",\"decays\":true},{",
                        "a new name as graph.parameters[1].name",
                        "\"dense_1.weight\""),
                unknown(
                        "an unknown role",
                        "TRAINABLE",
                        "FROZEN",
                        "one of [TRAINABLE, STATE] as graph.parameters[0].role",
                        "\"FROZEN\""),
                graph(
                        "a flag that is none",
                        "\"decays\":true",
                        "\"decays\":1",
                        "true or false as graph.parameters[0].decays",
                        "1"),
                graph(
                        "another shape than the op yields",
                        "\"id\":1,\"name\":\"dense_1\",\"shape\":[3]",
                        "\"id\":1,\"name\":\"dense_1\",\"shape\":[4]",
                        "[3], the shape that op MatrixMultiply yields, as graph.nodes[0].output.shape",
                        "[4]"),
                graph(
                        "operands that do not fit",
                        "\"name\":\"x\",\"shape\":[2]",
                        "\"name\":\"x\",\"shape\":[5]",
                        "operands that op MatrixMultiply can work with as graph.nodes[0]",
                        "[[5]] and [dense_1.weight [3, 2]] (expects weight [units, 5] but got [3, 2])"),
                graph(
                        "too few operands",
                        "\"parameters\":[\"dense_1.weight\"]",
                        "\"parameters\":[]",
                        "operands that op MatrixMultiply can work with as graph.nodes[0]",
                        "[[2]] and [] (expects parameters [weight] but got [])"),
                unknown(
                        "an unknown constant",
                        "LEAKY_RELU",
                        "SWISH",
                        "one of [RELU, LEAKY_RELU, ELU, GELU, SILU, SIGMOID, TANH, SOFTPLUS] as"
                                + " graph.nodes[1].fields.function",
                        "\"SWISH\""),
                graph(
                        "a field missing",
                        "\"op\":\"Activation\",\"fields\":{\"function\":\"LEAKY_RELU\",\"alpha\":0.5}",
                        "\"op\":\"Masking\",\"fields\":{\"rate\":0.5}",
                        "an object with \"unit\" as graph.nodes[1].fields",
                        "{" + "\"rate\":0.5}"),
                unknown(
                        "a field too many",
                        "\"fields\":{}",
                        "\"fields\":{\"units\":3}",
                        "nothing but [] as graph.nodes[0].fields",
                        "{\"units\":3}"),
                graph(
                        "a field of another kind",
                        "0.5",
                        "\"half\"",
                        "a number as graph.nodes[1].fields.alpha",
                        "\"half\""),
                whole(
                        "an op of a later version",
                        file(header(metadata(GRAPH.replace("MatrixMultiply", "Telepathy"))), DATA),
                        "Network.load expects an implementation of Op that this version knows as graph.nodes[0].op in"
                                + " \"FILE\" but got \"Telepathy\"; use a newer bn4j, or pass the class to Network.load"),
                whole(
                        "a class that is no op",
                        file(header(metadata(GRAPH.replace("MatrixMultiply", "java.lang.Runtime"))), DATA),
                        "Network.load expects the class \"java.lang.Runtime\" but got none;"
                                + " pass it: Network.load(path, Runtime.class)"),
                whole(
                        "a stranger's op",
                        file(header(metadata(GRAPH.replace("MatrixMultiply", "com.acme.MyOp"))), DATA),
                        "Network.load expects the class \"com.acme.MyOp\" but got none;"
                                + " pass it: Network.load(path, MyOp.class)"),
                whole(
                        "a function of a later version",
                        file(
                                header(metadata(GRAPH.replace(
                                        "\"op\":\"Activation\",\"fields\":{\"function\":\"LEAKY_RELU\",\"alpha\":0.5}",
                                        "\"op\":\"Elementwise\",\"fields\":{\"function\":{\"Telepathy\":{}}}"))),
                                DATA),
                        "Network.load expects an implementation of ElementwiseFunction that this version knows as"
                                + " graph.nodes[1].fields.function in \"FILE\" but got \"Telepathy\"; use a newer bn4j, or pass the class to Network.load"),
                whole(
                        "an op as a function",
                        file(
                                header(metadata(GRAPH.replace(
                                        "\"op\":\"Activation\",\"fields\":{\"function\":\"LEAKY_RELU\",\"alpha\":0.5}",
                                        "\"op\":\"Elementwise\",\"fields\":{\"function\":{\"Softmax\":{}}}"))),
                                DATA),
                        "Network.load expects the name of an implementation of ElementwiseFunction as"
                                + " graph.nodes[1].fields.function in \"FILE\" but got {\"Softmax\":{}}" + ADVICE),
                whole(
                        "a stranger's function",
                        file(
                                header(metadata(GRAPH.replace(
                                        "\"op\":\"Activation\",\"fields\":{\"function\":\"LEAKY_RELU\",\"alpha\":0.5}",
                                        "\"op\":\"Elementwise\",\"fields\":{\"function\":{\"com.acme.Curve\":{}}}"))),
                                DATA),
                        "Network.load expects the class \"com.acme.Curve\" but got none;"
                                + " pass it: Network.load(path, Curve.class)"),
                whole(
                        "two functions in one place",
                        file(
                                header(
                                        metadata(
                                                GRAPH.replace(
                                                        "\"op\":\"Activation\",\"fields\":{\"function\":\"LEAKY_RELU\",\"alpha\":0.5}",
                                                        "\"op\":\"Elementwise\",\"fields\":{\"function\":{\"StandardFunction\":\"RELU\",\"Power\":{\"exponent\":2}}}"))),
                                DATA),
                        "Network.load expects one member that is named after an implementation of ElementwiseFunction as graph.nodes[1].fields.function in \"FILE\" but got"
                                + " {\"StandardFunction\":\"RELU\",\"Power\":{\"exponent\":2}}" + ADVICE),
                whole(
                        "a setting that the function refuses",
                        file(
                                header(
                                        metadata(
                                                GRAPH.replace(
                                                        "\"op\":\"Activation\",\"fields\":{\"function\":\"LEAKY_RELU\",\"alpha\":0.5}",
                                                        "\"op\":\"Elementwise\",\"fields\":{\"function\":{\"Power\":{\"exponent\":\"NaN\"}}}"))),
                                DATA),
                        "Network.load expects components that Power accepts as graph.nodes[1].fields.function.Power in \"FILE\""
                                + " but got \"Power expects a finite exponent but got NaN\"" + ADVICE),
                whole(
                        "an infinite slope of an older version",
                        file(header(metadata(GRAPH.replace("\"alpha\":0.5", "\"alpha\":\"Infinity\""))), DATA),
                        "Network.load expects components that Elementwise accepts as graph.nodes[1].fields in \"FILE\""
                                + " but got \"LeakyRectifier expects a finite slope but got Infinity\"" + ADVICE),
                whole(
                        "a component that the op refuses",
                        file(
                                header(metadata(GRAPH.replace(
                                        "\"op\":\"Activation\",\"fields\":{\"function\":\"LEAKY_RELU\",\"alpha\":0.5}",
                                        "\"op\":\"MaxPooling\",\"fields\":{\"kernelHeight\":0,\"kernelWidth\":1,"
                                                + "\"strideHeight\":1,\"strideWidth\":1,"
                                                + "\"paddingHeight\":0,\"paddingWidth\":0}"))),
                                DATA),
                        "Network.load expects components that MaxPooling accepts as graph.nodes[1].fields in \"FILE\""
                                + " but got \"MaxPooling expects a kernel of at least 1×1 but got 0×1\"" + ADVICE));
    }

    @Test
    void readsTheFileThatIsDamagedBelow() throws IOException {
        Path path = directory.resolve("good.safetensors");
        Files.write(path, file(header(), DATA));
        assertThat(Checkpoint.read(path).tensors()).containsOnlyKeys("dense_1.weight", "more");
    }

    /** The last type is one that there may be one day. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "F16 [4]", "BF16 [2,2]", "F8_E4M3 [8]", "F8_E5M2 [1,8]", "I8 [8]", "U8 [8]", "BOOL [8]", "I16 [4]",
                "U16 [4]", "I32 [2]", "U32 [2]", "I64 []", "U64 [1]", "C64 [1]", "F4 [16]", "X1 [64]"
            })
    void passesOverTensorsOfOtherTypesThatTheGraphDoesNotNeed(String tensor) throws IOException {
        String other =
                MORE.replace("F64", tensor.split(" ")[0]).replace("\"shape\":[]", "\"shape\":" + tensor.split(" ")[1]);
        Path path = directory.resolve("other.safetensors");
        Files.write(path, file(header().replace(MORE, other), DATA));
        assertThat(Checkpoint.read(path).tensors()).containsOnlyKeys("dense_1.weight");
    }

    @Test
    void passesOverTensorsWithoutElements() throws IOException {
        String first = "\"first\":{\"dtype\":\"F32\",\"shape\":[9223372036854775807,4,0],\"data_offsets\":[0,0]},";
        String last = ",\"last\":{\"dtype\":\"F64\",\"shape\":[0],\"data_offsets\":[32,32]}";
        Path path = directory.resolve("empty.safetensors");
        Files.write(path, file(header().replace(WEIGHT, first + WEIGHT + last), DATA));
        assertThat(Checkpoint.read(path).tensors()).containsOnlyKeys("dense_1.weight", "more");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("damages")
    void saysWhatIsWrong(String what, byte[] bytes, String message) throws IOException {
        Path path = directory.resolve("net.safetensors");
        Files.write(path, bytes);
        assertThatExceptionOfType(CheckpointException.class)
                .isThrownBy(() -> Checkpoint.read(path))
                .withMessage(message.replace("FILE", path.toString()));
    }

    @Test
    void saysWhenThereIsNoFile() {
        Path path = directory.resolve("missing.safetensors");
        assertThatThrownBy(() -> Checkpoint.read(path))
                .isInstanceOf(CheckpointException.class)
                .hasMessage("Network.load expects an existing file but got \"" + path + "\"; check the path");
        assertThatThrownBy(() -> Checkpoint.read(directory))
                .isInstanceOf(CheckpointException.class)
                .hasMessage("Network.load expects a file but got the directory \"" + directory + "\"; check the path");
    }

    @Test
    void survivesEveryCutAndManyFlippedBytes() throws IOException {
        Path path = directory.resolve("net.safetensors");
        byte[] good = file(header(), DATA);
        for (int length = 0; length < good.length; length++) {
            Files.write(path, Arrays.copyOf(good, length));
            assertThatThrownBy(() -> Checkpoint.read(path)).isInstanceOf(CheckpointException.class);
        }
        Random random = new Random(1);
        for (int i = 0; i < 1000; i++) {
            byte[] bytes = good.clone();
            bytes[random.nextInt(good.length - DATA)] =
                    (byte) (random.nextBoolean() ? random.nextInt(256) : '0' + random.nextInt(10));
            Files.write(path, bytes);
            try {
                assertThat(Checkpoint.read(path).graph().nodes()).hasSize(2);
            } catch (CheckpointException e) {
                assertThat(e).hasMessageContaining("Network.load expects ").hasMessageContaining("; ");
            }
        }
    }
}
