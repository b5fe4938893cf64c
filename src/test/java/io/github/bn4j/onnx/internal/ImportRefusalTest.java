package io.github.bn4j.onnx.internal;

import static io.github.bn4j.onnx.internal.OnnxModels.attribute;
import static io.github.bn4j.onnx.internal.OnnxModels.list;
import static io.github.bn4j.onnx.internal.OnnxModels.numbers;
import static io.github.bn4j.onnx.internal.OnnxModels.opset;
import static io.github.bn4j.onnx.internal.OnnxModels.text;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bn4j.Network;
import io.github.bn4j.checkpoint.CheckpointException;
import io.github.bn4j.onnx.OnnxImportOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import onnx.Onnx.ModelProto;
import onnx.Onnx.NodeProto;
import onnx.Onnx.TensorProto;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.shade.protobuf.ByteString;

/** Each message with which a file is refused, whole. */
class ImportRefusalTest {

    @TempDir
    Path folder;

    private Path file(ModelProto model) throws IOException {
        return Files.write(folder.resolve("model.onnx"), model.toByteArray());
    }

    private void assertRefused(ModelProto model, String message) throws IOException {
        Path file = file(model);
        assertThatExceptionOfType(CheckpointException.class)
                .isThrownBy(() -> Network.importOnnx(file))
                .withMessage(message.replace("FILE", "\"" + file + "\""));
    }

    /** Images with a row and a column of −∞ on each side. */
    private static OnnxModels surrounded() {
        return images().whole("pads", 0, 0, 1, 1, 0, 0, 1, 1)
                .floats("low", new long[0], Float.NEGATIVE_INFINITY)
                .node("Pad", List.of("x", "pads", "low"), "s");
    }

    private static OnnxModels images() {
        return opset(17).input("x", -1, 4, 6, 6);
    }

    private static OnnxModels features() {
        return opset(17).input("x", -1, 6).floats("w", new long[] {2, 6}, numbers(12));
    }

    static List<Arguments> nodes() {
        return List.of(
                Arguments.of(
                        images().node("LSTM", List.of("x"), "y"),
                        "LSTM \"y\" expects another operator; no layer of this library computes it"),
                Arguments.of(
                        images().whole("s", 0).node("If", List.of("s"), "y"),
                        "If \"y\" expects another operator; no layer of this library computes it"),
                Arguments.of(
                        images().node("Relu", List.of("x"), "y", attribute("odd", 1)),
                        "Relu \"y\" expects no attribute [odd]"),
                Arguments.of(
                        images().node("Flatten", List.of("x"), "y", attribute("axis", 2)),
                        "Flatten \"y\" expects to flatten from axis 1 on, each example by itself, but got axis 2"),
                Arguments.of(
                        images().node("Softmax", List.of("x"), "y", attribute("axis", 0)),
                        "Softmax \"y\" expects axes of single examples but got axis 0, which is the batch"),
                Arguments.of(
                        images().node("Softmax", List.of("x"), "y", attribute("axis", 4)),
                        "Softmax \"y\" expects an axis below 4 but got 4"),
                Arguments.of(
                        images().node("Softmax", List.of("x"), "y", text("axis", "1")),
                        "Softmax \"y\" expects attribute axis of type INT but got STRING"),
                Arguments.of(
                        features().node("Gemm", List.of("x", "w"), "y", attribute("transA", 1)),
                        "Gemm \"y\" expects examples as rows but got transA = 1, which makes them columns"),
                Arguments.of(
                        features().node("Gemm", List.of("x", "w"), "y"),
                        "Gemm \"y\" expects [6, 6] for its input but got constant \"w\" [6, 2]"),
                Arguments.of(
                        images().whole("shape", 6, 12).node("Reshape", List.of("x", "shape"), "y"),
                        "Reshape \"y\" expects a shape that leaves the batch as it is and has 144 elements per example but got"
                                + " [6, 12] for input [batch, 4, 6, 6]"),
                Arguments.of(
                        images().node("Transpose", List.of("x"), "y", list("perm", 1, 0, 2, 3)),
                        "Transpose \"y\" expects an order in which the batch stays first but got [1, 0, 2, 3]"),
                Arguments.of(
                        images().whole("rows", 0, 0, 1)
                                .node("Transpose", List.of("x"), "t", list("perm", 2, 3, 0, 1))
                                .node("GatherND", List.of("t", "rows"), "y"),
                        "Transpose \"t\" expects an order in which the batch stays first but got [2, 3, 0, 1] before GatherND, as"
                                + " torch.onnx.export writes linear interpolation of sequences; export it with dynamo=False,"
                                + " which writes a Resize"),
                Arguments.of(
                        images().node("MaxPool", List.of("x"), List.of("y", "i"), list("kernel_shape", 2, 2))
                                .node("Relu", List.of("i"), "z"),
                        "MaxPool \"y\" expects one result but got a use of its indices"),
                Arguments.of(
                        images().node("MaxPool", List.of("x"), "y", list("kernel_shape", 2, 2, 2)),
                        "MaxPool \"y\" expects a kernel of 2 axes for input [batch, 4, 6, 6] but got 3"),
                Arguments.of(
                        surrounded().node("MaxPool", List.of("s"), "y", list("kernel_shape", 2)),
                        "MaxPool \"y\" expects a kernel of 2 axes for input [batch, 4, 6, 6] but got 1"),
                Arguments.of(
                        surrounded().node("Relu", List.of("s"), "y"),
                        "Relu \"y\" expects input 0 that differs per example but got [batch, 4, 6, 6] with −∞ around it, for a maximum only"),
                Arguments.of(
                        images().floats("w", new long[] {2, 4, 3, 3}, numbers(72))
                                .node("Conv", List.of("x", "w"), "y", list("kernel_shape", 5, 5)),
                        "Conv \"y\" expects kernel_shape [3, 3] of its weight but got [5, 5]"),
                Arguments.of(
                        images().floats("w", new long[] {2, 4, 3, 3}, numbers(72))
                                .node("Conv", List.of("x", "w"), "y", text("auto_pad", "SAME")),
                        "Conv \"y\" expects auto_pad NOTSET, VALID, SAME_UPPER or SAME_LOWER but got SAME"),
                Arguments.of(
                        images().floats("v", new long[] {4}, 1, 1, 1, 1)
                                .node(
                                        "BatchNormalization",
                                        List.of("x", "v", "v", "v", "v"),
                                        "y",
                                        attribute("spatial", 0)),
                        "BatchNormalization \"y\" expects statistics per channel but got spatial = 0, which has them per"
                                + " position; export it with spatial = 1"),
                Arguments.of(
                        images().whole("starts", 0)
                                .whole("ends", 1)
                                .whole("axes", 0)
                                .node("Slice", List.of("x", "starts", "ends", "axes"), "y"),
                        "Slice \"y\" expects axes of single examples but got axis 0, which is the batch"),
                Arguments.of(
                        images().whole("starts", 5)
                                .whole("ends", 0)
                                .whole("axes", 2)
                                .whole("steps", -1)
                                .node("Slice", List.of("x", "starts", "ends", "axes", "steps"), "y"),
                        "Slice \"y\" expects slices in steps of 1 but got -1"),
                Arguments.of(
                        images().floats("roi", new long[0], 0)
                                .floats("scales", new long[] {4}, 1, 1, 2, 2)
                                .node("Resize", List.of("x", "roi", "scales"), "y", text("mode", "cubic")),
                        "Resize \"y\" expects mode nearest or linear but got cubic"),
                Arguments.of(
                        features()
                                .floats("scales", new long[] {2}, 1, 2)
                                .node("Resize", List.of("x", "", "scales"), "y"),
                        "Resize \"y\" expects input [batch, channels, height, width] or [batch, channels, length] but got"
                                + " [batch, 6]"),
                Arguments.of(
                        images().floats("c", new long[] {3, 4, 6, 6}, numbers(432))
                                .node("Add", List.of("x", "c"), "y"),
                        "Add \"y\" expects a constant for all examples but got constant \"c\" [3, 4, 6, 6] for input"
                                + " [batch, 4, 6, 6]"),
                Arguments.of(
                        images().floats("c", new long[] {5}, numbers(5)).node("Mul", List.of("x", "c"), "y"),
                        "Mul \"y\" expects a constant that is repeated to [4, 6, 6] but got constant \"c\" [1, 1, 5]"));
    }

    @ParameterizedTest
    @MethodSource("nodes")
    void refusesANodeWithItsOperatorItsNameAndTheReason(OnnxModels model, String reason) throws IOException {
        assertRefused(
                model.yields("y"),
                "importOnnx expects what networks of this library can do in FILE but got 1 node of other kinds: "
                        + reason);
    }

    @Test
    void listsAllNodesThatItCannotReadAtOnce() throws IOException {
        assertRefused(
                images().node("LSTM", List.of("x"), "a")
                        .node("Relu", List.of("a"), "b")
                        .node("GRU", List.of("b"), "y")
                        .yields("y"),
                "importOnnx expects what networks of this library can do in FILE but got 2 nodes of other kinds: LSTM \"a\""
                        + " expects another operator; no layer of this library computes it; GRU \"y\" expects another operator; no"
                        + " layer of this library computes it");
    }

    @Test
    void refusesNodesWithoutAResult() throws IOException {
        ModelProto.Builder model = images().node("Relu", List.of("x"), "y").yields("y").toBuilder();
        model.getGraphBuilder()
                .addNode(NodeProto.newBuilder()
                        .setName("lost")
                        .setOpType("Shape")
                        .addInput("x"));
        assertRefused(
                model.build(),
                "importOnnx expects what networks of this library can do in FILE but got 1 node of other kinds: Shape \"lost\""
                        + " expects a name for its result but got none");
    }

    @Test
    void refusesOperatorsOfARuntime() throws IOException {
        ModelProto.Builder model = images().node("Relu", List.of("x"), "y").yields("y").toBuilder();
        model.getGraphBuilder().getNodeBuilder(0).setOpType("FusedConv").setDomain("com.microsoft");
        assertRefused(
                model.build(),
                "importOnnx expects what networks of this library can do in FILE but got 1 node of other kinds: FusedConv \"y\""
                        + " expects operators of ONNX itself but got one of \"com.microsoft\"; export without optimisations of a"
                        + " runtime");
    }

    @Test
    void refusesOldOperators() throws IOException {
        assertRefused(
                opset(5).input("x", -1, 4).node("Relu", List.of("x"), "y").yields("y"),
                "importOnnx expects operators of version 6 or later in FILE but got 5; convert it with onnx.version_converter");
    }

    @Test
    void asksForAxesThatTheFileLeavesOpen() throws IOException {
        ModelProto model = opset(17)
                .input("x", -1, 3, -1, -1)
                .node("Relu", List.of("x"), "y")
                .yields("y");
        assertRefused(
                model,
                "importOnnx expects to know all axes of input \"x\" but the batch but got [N, 3, N, N] in FILE; say its shape, by"
                        + " OnnxImportOptions.defaults().input(\"x\", 3, 224, 224), or by --input x=3,224,224 on the command line");
        Network net =
                Network.importOnnx(file(model), OnnxImportOptions.defaults().input("x", 3, 5, 7));
        org.assertj.core.api.Assertions.assertThat(net.graph().inputs().get("x").shape())
                .hasToString("[3, 5, 7]");
    }

    @Test
    void refusesShapesOfInputsThatItDoesNotHave() throws IOException {
        Path file = file(images().node("Relu", List.of("x"), "y").yields("y"));
        assertThatThrownBy(() ->
                        Network.importOnnx(file, OnnxImportOptions.defaults().input("image", 4, 6, 6)))
                .isInstanceOf(CheckpointException.class)
                .hasMessage("importOnnx expects names of inputs of \"" + file + "\" but got [image]; it has [x]");
    }

    @Test
    void refusesNodesThatNeedEachOther() throws IOException {
        assertRefused(
                images().node("Add", List.of("x", "b"), "a")
                        .node("Relu", List.of("a"), "b")
                        .yields("b"),
                "importOnnx expects nodes that need only what others made before in FILE but got nodes that need each other;"
                        + " the file is damaged, use another copy");
    }

    @Test
    void refusesNamesThatNothingMakes() throws IOException {
        assertRefused(
                images().node("Add", List.of("x", "nothing"), "y").yields("y"),
                "importOnnx expects names of inputs, tensors or results of nodes before in FILE but got \"nothing\"; the file is"
                        + " damaged, use another copy");
    }

    @Test
    void refusesTensorsThatAreShorterThanTheirShape() throws IOException {
        assertRefused(
                images().floats("c", new long[] {4, 1_000_000, 100}, 1, 2)
                        .node("Add", List.of("x", "c"), "y")
                        .yields("y"),
                "importOnnx expects 400000000 elements for its shape of tensor \"c\" in FILE but got 2; the file is damaged, use"
                        + " another copy");
        assertRefused(
                images().floats("c", new long[] {Integer.MAX_VALUE, 4}, 1, 2)
                        .node("Add", List.of("x", "c"), "y")
                        .yields("y"),
                "importOnnx expects a shape of at most 2147483647 elements of tensor \"c\" in FILE but got [2147483647, 4]; the"
                        + " file is damaged, use another copy");
    }

    @Test
    void refusesNumbersThatAreNotFinite() throws IOException {
        assertRefused(
                features()
                        .node("Gemm", List.of("x", "nan"), "y", attribute("transB", 1))
                        .floats("nan", new long[] {1, 6}, 1, 2, Double.NaN, 4, 5, 6)
                        .yields("y"),
                "importOnnx expects finite numbers in FILE but got others in \"nan\"; the training that made it went wrong, use an"
                        + " earlier state of it");
    }

    @Test
    void refusesFilesOfOtherKinds() throws IOException {
        Path file = Files.write(folder.resolve("model.onnx"), new byte[] {-1, -1, -1});
        assertThatThrownBy(() -> Network.importOnnx(file))
                .isInstanceOf(CheckpointException.class)
                .hasMessageStartingWith("importOnnx expects an ONNX model in \"" + file + "\" but got ")
                .hasMessageEndingWith("; the file is damaged, use another copy");
        Path empty = Files.write(folder.resolve("empty.onnx"), new byte[0]);
        assertThatThrownBy(() -> Network.importOnnx(empty))
                .isInstanceOf(CheckpointException.class)
                .hasMessage("importOnnx expects an ONNX model with a graph and outputs in \"" + empty
                        + "\" but got none; the file is damaged, use another copy");
    }

    private static TensorProto external(String location, String... more) {
        TensorProto.Builder tensor = TensorProto.newBuilder()
                .setName("w")
                .addDims(2)
                .addDims(6)
                .setDataType(TensorProto.DataType.FLOAT_VALUE)
                .setDataLocation(TensorProto.DataLocation.EXTERNAL);
        tensor.addExternalDataBuilder().setKey("location").setValue(location);
        for (int i = 0; i < more.length; i += 2) {
            tensor.addExternalDataBuilder().setKey(more[i]).setValue(more[i + 1]);
        }
        return tensor.build();
    }

    private void assertDataRefused(TensorProto tensor, String expectedAndGot) throws IOException {
        assertRefused(
                opset(17)
                        .input("x", -1, 6)
                        .tensor(tensor)
                        .node("Gemm", List.of("x", "w"), "y", attribute("transB", 1))
                        .yields("y"),
                "importOnnx expects " + expectedAndGot.replace("FOLDER", folder.toString())
                        + "; the file is damaged, use another copy");
    }

    @Test
    void readsNoDataOutsideTheFolder() throws IOException {
        Path outside = Files.createTempFile("outside", ".bin");
        Files.write(outside, new byte[48]);
        String place = "the name of a file in the model's folder as the data of tensor \"w\" in FILE but got ";
        assertDataRefused(external(outside.toString()), place + "\"" + outside + "\"");
        assertDataRefused(external("../" + outside.getFileName()), place + "\"../" + outside.getFileName() + "\"");
        assertDataRefused(external("a/../../b"), place + "\"a/../../b\"");
        assertDataRefused(external(""), place + "\"\"");
        Files.createSymbolicLink(folder.resolve("link.bin"), outside);
        assertDataRefused(
                external("link.bin"),
                "a file in the model's folder as the data of tensor \"w\" in FILE but got the link \"FOLDER/link.bin\"");
        assertDataRefused(
                external("none.bin"),
                "a file in the model's folder as the data of tensor \"w\" in FILE but got no file \"FOLDER/none.bin\"");
        Files.delete(outside);
    }

    @Test
    void readsNoDataThatIsNotThere() throws IOException {
        Files.write(folder.resolve("w.bin"), new byte[50]);
        assertDataRefused(
                external("w.bin", "offset", "3"),
                "bytes that \"FOLDER/w.bin\" has as the data of tensor \"w\" in FILE but got 3 to 51 of 50");
        assertDataRefused(
                external("w.bin", "offset", "-3"),
                "a number of bytes as the data of tensor \"w\" in FILE but got \"-3\"");
        assertDataRefused(
                external("w.bin", "length", "47"),
                "48 bytes for its shape as the data of tensor \"w\" in FILE but got 47");
        assertDataRefused(
                external("w.bin", "key", "1"),
                "each of location, offset and length once as the data of tensor \"w\" in FILE but got \"key\"");
    }

    @Test
    void refusesTensorsOfTexts() throws IOException {
        assertRefused(
                images().tensor(TensorProto.newBuilder()
                                .setName("c")
                                .setDataType(TensorProto.DataType.STRING_VALUE)
                                .addDims(1)
                                .addStringData(ByteString.copyFromUtf8("a"))
                                .build())
                        .node("Add", List.of("x", "c"), "y")
                        .yields("y"),
                "importOnnx expects elements of FLOAT, DOUBLE, FLOAT16, BFLOAT16, whole numbers or BOOL of tensor \"c\" in FILE"
                        + " but got STRING; the file is damaged, use another copy");
    }

    @Test
    void reads100000NodesAndRefusesThemWhereOneIsMissing() throws IOException {
        OnnxModels model = opset(17).input("x", -1, 2);
        String last = "x";
        for (int i = 0; i < 100_000; i++) {
            model.node("Identity", List.of(last), "v" + i);
            last = "v" + i;
        }
        assertThatThrownBy(() -> Network.importOnnx(
                        file(model.node("LSTM", List.of("v99999"), "y").yields("y"))))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("1 node of other kinds: LSTM");
    }
}
