package io.github.bn4j.onnx.internal;

import static io.github.bn4j.TensorAssert.assertTensor;
import static io.github.bn4j.onnx.internal.OnnxModels.attribute;
import static io.github.bn4j.onnx.internal.OnnxModels.list;
import static io.github.bn4j.onnx.internal.OnnxModels.number;
import static io.github.bn4j.onnx.internal.OnnxModels.numbers;
import static io.github.bn4j.onnx.internal.OnnxModels.opset;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.bn4j.Network;
import io.github.bn4j.graph.AddBias;
import io.github.bn4j.graph.Op;
import io.github.bn4j.graph.RunningAverages;
import io.github.bn4j.graph.Statistics;
import io.github.bn4j.internal.Tensors;
import io.github.bn4j.onnx.OnnxImportOptions;
import io.github.bn4j.onnx.OnnxReport;
import io.github.bn4j.op.BatchNormalization;
import io.github.bn4j.op.Elementwise;
import io.github.bn4j.op.GroupNormalization;
import io.github.bn4j.op.LayerNormalization;
import io.github.bn4j.op.function.StandardFunction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import onnx.Onnx.ModelProto;
import onnx.Onnx.TensorProto;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.ops.transforms.Transforms;

/** What files say in several operators, and what they say otherwise than a network does. */
class ImportedPatternsTest {

    @TempDir
    Path folder;

    private final List<OnnxReport> reports = new ArrayList<>();

    private Network read(ModelProto model) throws IOException {
        Path file = Files.write(folder.resolve("model.onnx"), model.toByteArray());
        return Network.importOnnx(file, OnnxImportOptions.defaults().report(reports::add));
    }

    private OnnxReport report() {
        return reports.get(reports.size() - 1);
    }

    private static List<Op> ops(Network network) {
        return network.graph().nodes().stream().map(node -> node.op()).toList();
    }

    private static INDArray batch(long... shape) {
        int count = 1;
        for (long dim : shape) {
            count *= (int) dim;
        }
        return Tensors.of(DataType.FLOAT, numbers(count), shape);
    }

    private static OnnxModels images() {
        return opset(17).input("x", -1, 5, 4, 3);
    }

    private static OnnxModels norm(OnnxModels model, String x) {
        return model.floats("gamma", new long[] {5}, 1, 2, 3, 4, 5)
                .floats("beta", new long[] {5}, 5, 4, 3, 2, 1)
                .floats("mean", new long[] {5}, .1, .2, .3, .4, .5)
                .floats("variance", new long[] {5}, 1, 1.5, 2, 2.5, 3)
                .node("BatchNormalization", List.of(x, "gamma", "beta", "mean", "variance"), "n");
    }

    @Test
    void recognisesSilu() throws IOException {
        Network net = read(images().node("Sigmoid", List.of("x"), "s")
                .node("Mul", List.of("x", "s"), "y")
                .yields("y"));
        assertThat(ops(net)).containsExactly(new Elementwise(StandardFunction.SILU));
    }

    @Test
    void recognisesGeluInTheWordsOfPyTorchAndOfTensorFlow() throws IOException {
        OnnxModels model = images().floats("root", new long[0], Math.sqrt(2))
                .floats("one", new long[0], 1)
                .floats("half", new long[0], 0.5)
                .node("Div", List.of("x", "root"), "d")
                .node("Erf", List.of("d"), "e")
                .node("Add", List.of("e", "one"), "a");
        Network torch = read(model.node("Mul", List.of("x", "a"), "m")
                .node("Mul", List.of("m", "half"), "y")
                .yields("y"));
        assertThat(ops(torch)).containsExactly(new Elementwise(StandardFunction.GELU));
        OnnxModels other = images().floats("root", new long[0], Math.sqrt(0.5))
                .floats("one", new long[0], 1)
                .floats("half", new long[0], 0.5)
                .node("Mul", List.of("x", "root"), "d")
                .node("Erf", List.of("d"), "e")
                .node("Add", List.of("one", "e"), "a")
                .node("Mul", List.of("half", "a"), "h")
                .node("Mul", List.of("h", "x"), "y");
        assertThat(ops(read(other.yields("y")))).containsExactly(new Elementwise(StandardFunction.GELU));
    }

    @Test
    void recognisesHardSwish() throws IOException {
        OnnxModels model = images().floats("three", new long[0], 3)
                .floats("zero", new long[0], 0)
                .floats("six", new long[0], 6)
                .node("Add", List.of("x", "three"), "a")
                .node("Clip", List.of("a", "zero", "six"), "c");
        assertThat(ops(read(model.node("Mul", List.of("x", "c"), "m")
                        .node("Div", List.of("m", "six"), "y")
                        .yields("y"))))
                .containsExactly(new Elementwise(StandardFunction.HARD_SWISH));
        Network byGate =
                read(images().node("HardSigmoid", List.of("x"), "h", number("alpha", 1f / 6), number("beta", 0.5))
                        .node("Mul", List.of("x", "h"), "y")
                        .yields("y"));
        assertThat(ops(byGate)).containsExactly(new Elementwise(StandardFunction.HARD_SWISH));
    }

    @Test
    void keepsWhatSomethingElseSees() throws IOException {
        Network net = read(images().node("Sigmoid", List.of("x"), "s")
                .node("Mul", List.of("x", "s"), "y")
                .yields("y", "s"));
        assertThat(ops(net))
                .containsExactly(new Elementwise(StandardFunction.SIGMOID), new Elementwise(StandardFunction.SILU));
    }

    @Test
    void putsFactorsAndSummandsBehindABatchNormIntoGammaAndBeta() throws IOException {
        Network net = read(norm(images(), "x")
                .floats("factor", new long[] {5, 1, 1}, 2, 3, 4, 5, 6)
                .floats("summand", new long[] {1, 5, 1, 1}, 1, 0, -1, 0, 1)
                .node("Mul", List.of("n", "factor"), "m")
                .node("Add", List.of("m", "summand"), "y")
                .yields("y"));
        assertThat(ops(net)).singleElement().isInstanceOf(BatchNormalization.class);
        assertTensor(net.parameters().get("n.gamma"))
                .isCloseTo(Tensors.of(DataType.FLOAT, new double[] {2, 6, 12, 20, 30}, 5), 0);
        assertTensor(net.parameters().get("n.beta"))
                .isCloseTo(Tensors.of(DataType.FLOAT, new double[] {11, 12, 11, 10, 7}, 5), 0);
        assertThat(report().table().toString()).contains("Mul \"m\" → part of n", "Add \"y\" → part of n");
    }

    @Test
    void leavesABatchNormAloneThatIsAnOutputToo() throws IOException {
        Network net = read(norm(images(), "x")
                .floats("factor", new long[] {5, 1, 1}, 2, 3, 4, 5, 6)
                .node("Mul", List.of("n", "factor"), "y")
                .yields("y", "n"));
        assertTensor(net.parameters().get("n.gamma"))
                .isCloseTo(Tensors.of(DataType.FLOAT, new double[] {1, 2, 3, 4, 5}, 5), 0);
        assertThat(net.graph().nodes()).hasSize(2);
    }

    @Test
    void makesASummandBehindAProductItsBias() throws IOException {
        Network net = read(opset(17)
                .input("x", -1, 6)
                .floats("fc.weight", new long[] {6, 2}, numbers(12))
                .floats("fc.bias", new long[] {2}, 1, 2)
                .node("MatMul", List.of("x", "fc.weight"), "m")
                .node("Add", List.of("fc.bias", "m"), "y")
                .yields("y"));
        assertThat(net.parameters().names()).containsExactly("fc.weight", "fc.bias");
        assertThat(ops(net)).hasSize(2).last().isInstanceOf(AddBias.class);
    }

    @Test
    void recognisesGroupNormAndLayerNorm() throws IOException {
        OnnxModels group = opset(17)
                .input("x", -1, 6, 4, 3)
                .whole("groups", 0, 3, -1)
                .whole("back", 0, 6, 4, 3)
                .floats("ones", new long[] {3}, 1, 1, 1)
                .floats("zeros", new long[] {3}, 0, 0, 0)
                .floats("gamma", new long[] {6, 1, 1}, numbers(6))
                .floats("beta", new long[] {6, 1, 1}, numbers(6))
                .node("Reshape", List.of("x", "groups"), "r")
                .node("InstanceNormalization", List.of("r", "ones", "zeros"), "i")
                .node("Reshape", List.of("i", "back"), "b")
                .node("Mul", List.of("b", "gamma"), "m")
                .node("Add", List.of("m", "beta"), "y");
        assertThat(ops(read(group.yields("y")))).containsExactly(new GroupNormalization(3, 1e-5, true, true));
        OnnxModels layer = opset(17)
                .input("x", -1, 6)
                .floats("gamma", new long[] {6}, numbers(6))
                .floats("beta", new long[] {6}, numbers(6))
                .node("LayerNormalization", List.of("x", "gamma", "beta"), "y", attribute("axis", -1));
        assertThat(ops(read(layer.yields("y")))).containsExactly(new LayerNormalization(1e-5, true, true));
    }

    @Test
    void computesShapesOfAnyNumberOfExamples() throws IOException {
        Network net = read(OnnxModels.computingShapes().get(0));
        assertThat(ops(net)).hasSize(2);
        assertTensor(net.predict(batch(7, 4, 3, 3))).hasShape(7, 2);
    }

    @Test
    void bringsChannelsToTheFront() throws IOException {
        Network net = read(OnnxModels.computingShapes().get(1));
        List<String> labels = ops(net).stream().map(Op::label).toList();
        assertThat(labels)
                .containsExactly("Transposition", "Convolution", "BatchNormalization", "Silu", "GlobalAveragePooling");
        assertTensor(net.predict(batch(3, 4, 4, 6))).hasShape(3, 4);
    }

    @Test
    void namesLayersAfterModulesAndNodes() throws IOException {
        Network net = read(images().floats("layer1.0.conv1.weight", new long[] {5, 5, 1, 1}, numbers(25))
                .floats("onnx::Conv_17", new long[] {5, 5, 1, 1}, numbers(25))
                .named("/layer1/layer1.0/conv1/Conv", "Conv", List.of("x", "layer1.0.conv1.weight"), "a")
                .named("/layer1/layer1.0/relu/Relu", "Relu", List.of("a"), "b")
                .named("/layer1/layer1.0/conv2/Conv", "Conv", List.of("b", "onnx::Conv_17"), "c")
                .named("/layer1/layer1.0/Add", "Add", List.of("b", "c"), "d")
                .named("", "Tanh", List.of("d"), "y")
                .yields("y"));
        assertThat(net.graph().layers().keySet())
                .containsExactly("layer1.0.conv1", "layer1.0.relu", "layer1.0.conv2", "layer1.0.add", "tanh_1");
        assertThat(net.graph().outputs()).containsOnlyKeys("y");
        assertThat(report().parameters()).containsEntry("layer1.0.conv2.weight", "onnx::Conv_17");
    }

    @Test
    void copiesATensorForEachLayerThatUsesIt() throws IOException {
        Network net = read(images().floats("w", new long[] {5, 5, 1, 1}, numbers(25))
                .node("Conv", List.of("x", "w"), "a")
                .node("Identity", List.of("w"), "second.weight")
                .node("Conv", List.of("a", "second.weight"), "y")
                .yields("y"));
        assertThat(net.parameters().names()).containsExactly("a.weight", "second.weight");
    }

    private static BatchNormalization only(Network network) {
        return (BatchNormalization) network.graph().nodes().get(0).op();
    }

    private static OnnxModels norm(int opset, String producer, onnx.Onnx.AttributeProto... attributes) {
        return opset(opset)
                .producer(producer)
                .input("x", -1, 2)
                .floats("v", new long[] {2}, 1, 2)
                .node("BatchNormalization", List.of("x", "v", "v", "v", "v"), "y", attributes);
    }

    @Test
    void turnsMomentumRound() throws IOException {
        BatchNormalization norm = only(read(norm(15, "any", number("momentum", 0.9f), number("epsilon", 1e-5f))
                .yields("y")));
        assertThat(norm.averages()).isEqualTo(new RunningAverages(1 - 0.9, false, true));
        assertThat(norm.epsilon()).isEqualTo(1e-5);
        assertThat(report().assumptions()).containsExactly("running variances are biased, as ONNX has them");
    }

    @Test
    void keepsAveragesOfMomentum1AsTheyAre() throws IOException {
        assertThat(only(read(norm(15, "pytorch", number("momentum", 1)).yields("y")))
                        .averages())
                .isEqualTo(new RunningAverages(1 - 0.9, true, false));
        assertThat(report().assumptions())
                .containsExactly(
                        "running variances are unbiased, as those of PyTorch",
                        "batch norms of momentum 1 keep their running averages in training, as such a momentum says");
    }

    @Test
    void readsBatchNormsOfAllVersions() throws IOException {
        assertThat(only(read(norm(6, "any", attribute("is_test", 1), attribute("spatial", 1))
                                .yields("y")))
                        .statistics())
                .isEqualTo(Statistics.batch());
        ModelProto five = opset(9).input("x", -1, 2)
                .floats("v", new long[] {2}, 1, 2)
                .node("BatchNormalization", List.of("x", "v", "v", "v", "v"), List.of("y", "m", "s", "a", "b"))
                .yields("y");
        assertThat(only(read(five)).statistics()).isEqualTo(Statistics.batch());
        ModelProto training = opset(15)
                .input("x", -1, 2)
                .floats("v", new long[] {2}, 1, 2)
                .node(
                        "BatchNormalization",
                        List.of("x", "v", "v", "v", "v"),
                        List.of("a", "mean", "variance"),
                        attribute("training_mode", 1))
                .node("BatchNormalization", List.of("a", "v", "v", "v", "v"), "y")
                .yields("y", "mean", "variance");
        Network net = read(training);
        assertThat(net.graph().outputs()).containsOnlyKeys("y");
        assertThat(net.graph().nodes().stream()
                        .map(node -> ((BatchNormalization) node.op()).statistics())
                        .toList())
                .containsExactly(Statistics.batch(), Statistics.running());
        assertThat(report().assumptions())
                .contains(
                        "batch norms in training mode normalise by the batch in training only; predictions take their running"
                                + " averages",
                        "batch norms that are not in training mode, where others are, are frozen",
                        "output \"mean\", which holds statistics of a normalisation, is of no use behind the network");
    }

    @Test
    void saysThatABatchNormHadBeenFolded() throws IOException {
        ModelProto folded = images().floats("onnx::Conv_1", new long[] {5, 5, 1, 1}, numbers(25))
                .floats("onnx::Conv_2", new long[] {5}, numbers(5))
                .named("/conv1/Conv", "Conv", List.of("x", "onnx::Conv_1", "onnx::Conv_2"), "a")
                .node("Relu", List.of("a"), "b")
                .node("GlobalAveragePool", List.of("b"), "g")
                .node("Flatten", List.of("g"), "f")
                .floats("fc.weight", new long[] {2, 5}, numbers(10))
                .floats("fc.bias", new long[] {2}, 0, 0)
                .node("Gemm", List.of("f", "fc.weight", "fc.bias"), "y", attribute("transB", 1))
                .yields("y");
        read(folded);
        assertThat(report().hints())
                .containsExactly(
                        "there is no batch norm, and 1 bias stands where exporters leave one when they fold a batch norm"
                                + " away, [conv1.bias]; unfold(data) puts batch norms there, and torch.onnx.export(…,"
                                + " training=TrainingMode.PRESERVE, do_constant_folding=False, dynamo=False) keeps them");
    }

    @Test
    void readsTensorsOfEachTypeAndPlace() throws IOException {
        float[] expected = {1, -2, 0.5f};
        TensorProto half = TensorProto.newBuilder()
                .setName("h")
                .addDims(3)
                .setDataType(TensorProto.DataType.FLOAT16_VALUE)
                .addInt32Data(0x3c00)
                .addInt32Data(0xc000)
                .addInt32Data(0x3800)
                .build();
        TensorProto brain = TensorProto.newBuilder()
                .setName("b")
                .addDims(3)
                .setDataType(TensorProto.DataType.BFLOAT16_VALUE)
                .setRawData(org.nd4j.shade.protobuf.ByteString.copyFrom(
                        new byte[] {(byte) 0x80, 0x3f, 0, (byte) 0xc0, 0, 0x3f}))
                .build();
        for (TensorProto tensor : List.of(half, brain)) {
            Network net = read(opset(17)
                    .input("x", -1, 3, 2)
                    .tensor(tensor)
                    .whole("axes", 1)
                    .node("Unsqueeze", List.of(tensor.getName(), "axes"), "u")
                    .node("Mul", List.of("x", "u"), "y")
                    .yields("y"));
            for (int i = 0; i < 3; i++) {
                assertThat(net.parameters().get("y.factor").getFloat(i)).isEqualTo(expected[i]);
            }
        }
    }

    @Test
    void readsSequencesAsImagesOfOneRow() throws IOException {
        Network net = read(opset(17)
                .input("x", -1, 3, 11)
                .floats("w", new long[] {4, 3, 5}, numbers(60))
                .node("Conv", List.of("x", "w"), "c", list("pads", 2, 1), list("strides", 2))
                .node("MaxPool", List.of("c"), "y", list("kernel_shape", 3))
                .yields("y"));
        assertTensor(net.predict(batch(2, 3, 11))).hasShape(2, 4, 3);
    }

    @Test
    void padsChannelsWithANumber() throws IOException {
        INDArray x = batch(2, 5, 4, 3);
        for (ModelProto model : List.of(
                images().whole("pads", 0, 1, 0, 0, 0, 2, 0, 0)
                        .floats("value", new long[0], 7)
                        .node("Pad", List.of("x", "pads", "value"), "y")
                        .yields("y"),
                images().floats("front", new long[] {1, 1, 4, 3}, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7)
                        .floats("one", new long[] {1, 1, 4, 3}, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7)
                        .node("Concat", List.of("front", "x", "one", "one"), "y", attribute("axis", 1))
                        .yields("y"))) {
            INDArray expected = Nd4j.valueArrayOf(new long[] {2, 8, 4, 3}, 7, DataType.FLOAT);
            expected.get(NDArrayIndex.all(), NDArrayIndex.interval(1, 6)).assign(x);
            assertTensor(read(model).predict(x)).isCloseTo(expected, 0);
        }
    }

    @Test
    void computesPartsOfConstants() throws IOException {
        Network net = read(images().floats("c", new long[] {2, 5, 1, 1}, numbers(10))
                .node("Split", List.of("c"), List.of("a", "b"), attribute("axis", 0))
                .node("Mul", List.of("x", "a"), "m")
                .node("Mul", List.of("m", "b"), "y")
                .yields("y"));
        assertThat(net.parameters().names()).containsExactly("m.factor", "y.factor");
    }

    @Test
    void readsAndRunsAChainOf30000Nodes() throws IOException {
        OnnxModels chain = opset(17).input("x", -1, 3);
        String last = "x";
        for (int i = 0; i < 30_000; i++) {
            chain.node("Relu", List.of(last), "v" + i);
            last = "v" + i;
        }
        INDArray x = batch(2, 3);
        assertTensor(read(chain.yields(last)).predict(x)).isCloseTo(Transforms.relu(x, true), 0);
    }
}
