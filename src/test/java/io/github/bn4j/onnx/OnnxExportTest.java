package io.github.bn4j.onnx;

import static io.github.bn4j.TensorAssert.assertTensor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnxruntime.OrtException;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.github.bn4j.Network;
import io.github.bn4j.checkpoint.CheckpointException;
import io.github.bn4j.engine.Engine;
import io.github.bn4j.engine.Model;
import io.github.bn4j.graph.Call;
import io.github.bn4j.graph.Gradients;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Initializer;
import io.github.bn4j.graph.Layer;
import io.github.bn4j.graph.Op;
import io.github.bn4j.graph.Parameters;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.Statistics;
import io.github.bn4j.graph.Tracer;
import io.github.bn4j.graph.Value;
import io.github.bn4j.internal.Tensors;
import io.github.bn4j.layer.*;
import io.github.bn4j.networks.RandomNetwork;
import io.github.bn4j.networks.ReadmeNetwork;
import io.github.bn4j.op.Elementwise;
import io.github.bn4j.op.Functions;
import io.github.bn4j.op.Gathering;
import io.github.bn4j.op.MeanSquaredError;
import io.github.bn4j.op.OneHot;
import io.github.bn4j.op.RandomOps;
import io.github.bn4j.op.Shifting;
import io.github.bn4j.op.SoftmaxCrossEntropy;
import io.github.bn4j.op.function.ElementwiseFunction;
import io.github.bn4j.op.function.Line;
import io.github.bn4j.op.function.Power;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import onnx.Onnx.ModelProto;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** What is written runs in ONNX Runtime, and computes what the network does. */
class OnnxExportTest {

    private static final int DRAWS = 12;

    @TempDir
    Path folder;

    private static INDArray random(Random random, DataType type, long... shape) {
        double[] values = new double[(int) Shape.of(shape).size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextGaussian();
        }
        return Tensors.of(type, values, shape);
    }

    static Stream<Class<? extends Op>> ops() {
        return RandomOps.GENERATORS.keySet().stream().filter(OnnxOps.known()::contains);
    }

    @Test
    void knowsEveryOpButLosses() {
        Set<String> ops = new ClassFileImporter()
                        .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                        .importPackages("io.github.bn4j.op", "io.github.bn4j.graph")
                        .stream()
                        .filter(type -> type.isAssignableTo(Op.class) && !type.isInterface())
                        .map(JavaClass::getSimpleName)
                        .collect(Collectors.toCollection(TreeSet::new));
        ops.removeAll(Set.of(SoftmaxCrossEntropy.class.getSimpleName(), MeanSquaredError.class.getSimpleName()));

        assertThat(OnnxOps.known().stream().map(Class::getSimpleName)).containsExactlyInAnyOrderElementsOf(ops);
    }

    /** One op on random inputs. */
    private record Case(Model model, Map<String, INDArray> inputs) {

        static Case of(RandomOps.Problem problem, DataType type, Random random) {
            Tracer tracer = new Tracer();
            List<Value> values = new ArrayList<>();
            Map<String, INDArray> inputs = new LinkedHashMap<>();
            for (Shape shape : problem.inputs()) {
                Value x = tracer.input("x" + values.size(), shape);
                values.add(x);
                inputs.put(x.name(), input(problem, shape, type, random));
            }
            tracer.output("y", problem.apply(tracer.scope(), values));
            Graph graph = tracer.graph();
            Parameters store = Parameters.initial(graph.parameters(), 1, type);
            return new Case(new Model(graph, Set.of(), store, Engine.nd4j(), 1), inputs);
        }

        private static INDArray input(RandomOps.Problem problem, Shape shape, DataType type, Random random) {
            INDArray array = random(random, type, shape.batched(3));
            if (problem.op() instanceof Gathering) {
                long rows = problem.weights().get(0).dim(0);
                return whole(array, (int) rows, random);
            }
            if (problem.op() instanceof OneHot oneHot) {
                return whole(array, oneHot.classes() + 2, random).subi(1);
            }
            return problem.op() instanceof Elementwise
                    ? org.nd4j.linalg.ops.transforms.Transforms.abs(array, true).addi(0.1)
                    : array;
        }

        private static INDArray whole(INDArray array, int below, Random random) {
            for (long i = 0; i < array.length(); i++) {
                array.putScalar(i, random.nextInt(below));
            }
            return array;
        }
    }

    private Map<String, INDArray> exported(Case each, OnnxOptions options) throws OrtException {
        Path file = folder.resolve("op.onnx");
        OnnxExport.write(each.model(), file, options, Map.of());
        return Runtime.run(file, each.inputs());
    }

    @ParameterizedTest
    @MethodSource("ops")
    void computesEveryOpAlike(Class<? extends Op> op) throws OrtException {
        for (int seed = 0; seed < DRAWS; seed++) {
            Random random = new Random(seed);
            RandomOps.Problem problem = RandomOps.draw(RandomOps.GENERATORS.get(op), random);
            Case each = Case.of(problem, DataType.FLOAT, random);
            INDArray expected = each.model().predict(each.inputs()).get("y");
            for (int opset : new int[] {13, 17, 21}) {
                Map<String, INDArray> actual;
                try {
                    actual = exported(each, OnnxOptions.defaults().opset(opset));
                } catch (CheckpointException refused) {
                    assertThat(refused).hasMessageStartingWith("exportOnnx expects average pooling with");
                    continue;
                }
                assertTensor(actual.get("y"))
                        .as("%s on %s, opset %s", problem.op(), problem.inputs(), opset)
                        .hasShape(expected.shape())
                        .isCloseTo(
                                expected,
                                1e-5 * Math.max(1, expected.amaxNumber().doubleValue()));
            }
        }
    }

    static Stream<ElementwiseFunction> functions() {
        return Functions.ALL.keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("functions")
    void computesEveryFunctionAlike(ElementwiseFunction function) throws OrtException {
        Network net = Network.input(7)
                .then((scope, x) -> scope.apply(new Elementwise(function), x))
                .build(1);
        INDArray x = random(new Random(2), DataType.FLOAT, 33, 7).muli(3);
        if (!Functions.isEverywhere(function)) {
            x = org.nd4j.linalg.ops.transforms.Transforms.abs(x).addi(0.1);
        }
        INDArray expected = net.predict(x);
        for (int opset = 13; opset <= 21; opset++) {
            Path file = folder.resolve("function.onnx");
            net.exportOnnx(file, OnnxOptions.defaults().opset(opset));
            assertTensor(Runtime.run(file, Map.of("features", x))
                            .values()
                            .iterator()
                            .next())
                    .as("opset %s", opset)
                    .isRelativelyCloseTo(expected, 1e-5);
        }
    }

    @ParameterizedTest
    @MethodSource("functions")
    void bringsEveryFunctionBack(ElementwiseFunction function) {
        Network net = Network.input(7)
                .then((scope, x) -> scope.apply(new Elementwise(function), x))
                .build(1);
        Path file = folder.resolve("function.onnx");
        for (int opset : new int[] {13, 21}) {
            net.exportOnnx(file, OnnxOptions.defaults().opset(opset));
            Network back = Network.importOnnx(file);
            if (function.equals(new Power(1))) {
                assertThat(back.graph().nodes()).isEmpty();
            } else {
                assertThat(OnnxComparison.form(back.graph())).isEqualTo(OnnxComparison.form(net.graph()));
            }
        }
    }

    /** Or others that compute the same: a mean of each channel is a global pooling, and what changes nothing is nothing. */
    @ParameterizedTest
    @MethodSource("ops")
    void bringsEveryOpBack(Class<? extends Op> op) {
        Path file = folder.resolve("op.onnx");
        for (int seed = 0; seed < DRAWS; seed++) {
            Random random = new Random(seed);
            RandomOps.Problem problem = RandomOps.draw(RandomOps.GENERATORS.get(op), random);
            Case each = Case.of(problem, DataType.FLOAT, random);
            Network back;
            try {
                OnnxExport.write(each.model(), file, OnnxOptions.defaults().opset(19), Map.of());
                back = Network.importOnnx(file);
            } catch (CheckpointException refused) {
                assertThat(refused.getMessage())
                        .containsAnyOf(
                                "exportOnnx expects average pooling with padding of less than its kernel",
                                "SpatialPadding expects a finite value but got -Infinity");
                continue;
            }

            INDArray expected = each.model().predict(each.inputs()).get("y");
            assertTensor(back.predict(each.inputs()))
                    .as("%s on %s", problem.op(), problem.inputs())
                    .isCloseTo(
                            expected, 1e-5 * Math.max(1, expected.amaxNumber().doubleValue()));
        }
    }

    /** By other ops where those compute the same. */
    @Test
    void bringsRandomNetworksBack() {
        Path file = folder.resolve("net.onnx");
        for (long seed = 0; seed < 60; seed++) {
            Network net = RandomNetwork.draw(seed);
            net.exportOnnx(file, OnnxOptions.defaults().opset(19));

            OnnxComparison.assertComputesAlike(Network.importOnnx(file), net, 1e-4, 3);
        }
    }

    /** Where the runtime has the operators in float64. */
    @Test
    void computesAlikeInDoublePrecision() throws OrtException {
        Set<String> without = new TreeSet<>();
        int compared = 0;
        for (Class<? extends Op> op : ops().toList()) {
            for (int seed = 0; seed < 4; seed++) {
                Random random = new Random(seed);
                RandomOps.Problem problem = RandomOps.draw(RandomOps.GENERATORS.get(op), random);
                Case each = Case.of(problem, DataType.DOUBLE, random);
                INDArray expected = each.model().predict(each.inputs()).get("y");
                try {
                    INDArray actual =
                            exported(each, OnnxOptions.defaults().opset(21)).get("y");
                    // Attributes such as epsilon are of float32.
                    double attributes = problem.op().normalization().isPresent()
                                    || op.getSimpleName().contains("Norm")
                                    || op == Elementwise.class
                            ? 1e-7
                            : 1e-12;
                    assertTensor(actual)
                            .as("%s on %s", problem.op(), problem.inputs())
                            .isCloseTo(
                                    expected,
                                    attributes
                                            * Math.max(1, expected.amaxNumber().doubleValue()));
                    compared++;
                } catch (CheckpointException refused) {
                    assertThat(refused).hasMessageStartingWith("exportOnnx expects average pooling with");
                } catch (OrtException failure) {
                    assertThat(failure).hasMessageContaining("NOT_IMPLEMENTED");
                    without.add(op.getSimpleName());
                }
            }
        }
        assertThat(compared).isGreaterThan(60);
        assertThat(without).doesNotContain("MatrixMultiply", "Addition", "BatchNormalization");
    }

    private void assertAlike(Network net, OnnxOptions options, double tolerance) throws OrtException {
        Path file = folder.resolve("net.onnx");
        net.exportOnnx(file, options);
        Map<String, INDArray> inputs = new LinkedHashMap<>();
        Random random = new Random(5);
        net.graph()
                .inputs()
                .forEach((name, value) -> inputs.put(
                        name, random(random, DataType.FLOAT, value.shape().batched(5))));
        Map<String, INDArray> expected = net.forward(inputs);
        Map<String, INDArray> actual = Runtime.run(file, inputs);
        assertThat(actual.keySet()).isEqualTo(expected.keySet());
        expected.forEach((name, y) -> assertTensor(actual.get(name))
                .as(name)
                .hasShape(y.shape())
                .isCloseTo(y, tolerance * Math.max(1, y.amaxNumber().doubleValue())));
    }

    @ParameterizedTest
    @ValueSource(ints = {13, 14, 15, 16, 17, 18, 19, 20, 21})
    void computesNetworksAlikeInEveryOpset(int opset) throws OrtException {
        Network net = ReadmeNetwork.builder().build(42);
        net.parameters().state().addi(0.25);
        assertAlike(net, OnnxOptions.defaults().opset(opset), 1e-5);
        assertAlike(net.fold().network(), OnnxOptions.defaults().opset(opset), 1e-5);
    }

    /** Several inputs and outputs, outputs that are inputs, shared layers, every layer there is. */
    @Test
    void computesRandomNetworksAlike() throws OrtException {
        for (long seed = 0; seed < 60; seed++) {
            assertAlike(RandomNetwork.draw(seed), OnnxOptions.defaults().opset(19), 1e-4);
        }
    }

    @Test
    void writesParametersBesideTheModel() throws Exception {
        Network net = ReadmeNetwork.builder().build(42);
        Path file = folder.resolve("beside.onnx");

        net.exportOnnx(file, OnnxOptions.defaults().externalData(true));

        assertThat(Files.size(folder.resolve("beside.onnx.data")))
                .isGreaterThanOrEqualTo(4L
                        * net.parameters().all().stream()
                                .mapToLong(parameter -> parameter.shape().size())
                                .sum());
        assertThat(Files.size(file)).isLessThan(20_000);
        INDArray x = random(new Random(1), DataType.FLOAT, 3, 1, 8, 8);
        assertTensor(Runtime.run(file, Map.of("features", x))
                        .values()
                        .iterator()
                        .next())
                .isCloseTo(net.predict(x), 1e-5);
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void keepsOlderDataWhereTheModelCannotBeWritten() throws Exception {
        Path data = Files.writeString(folder.resolve("circle.onnx.data"), "an older one");
        Path file = Files.createSymbolicLink(folder.resolve("circle.onnx"), Path.of("circle.onnx"));
        Network net = Network.input(3).dense(2).build(1);
        assertThatThrownBy(() -> net.exportOnnx(file, OnnxOptions.defaults().externalData(true)))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessage(
                        "exportOnnx expects to write \"" + file + "\" but got java.io.IOException: too many symbolic"
                                + " links at " + file
                                + "; what was there before is unchanged, export again when the cause is gone");
        assertThat(data).hasContent("an older one");
    }

    @Test
    void keepsNumbersOfOpsApartFromParametersOfTheSameName() throws Exception {
        Network net = Network.input(5, 3, 2)
                .then((scope, x) -> {
                    Value line = scope.apply(new Elementwise(new Line(2, 3)), x);
                    return scope.apply(
                            new Shifting(true), line, scope.vector("offset", Shape.of(5), Initializer.normal(1)));
                })
                .build(7);
        Path file = folder.resolve("offset.onnx");
        net.exportOnnx(file);

        INDArray x = Nd4j.randn(DataType.FLOAT, 4, 5, 3, 2);
        assertTensor(Runtime.run(file, Map.of("features", x)).get("layer_1")).isRelativelyCloseTo(net.predict(x), 1e-6);
    }

    @Test
    void keepsNamesAndWhatTheNetworkKnows() throws Exception {
        Network net =
                Network.input(3).dense(4).batchNorm1d().relu().dense(2).build(7).classNames(List.of("no", "yes"));
        Path file = folder.resolve("names.onnx");

        net.exportOnnx(file);

        ModelProto proto = ModelProto.parseFrom(Files.readAllBytes(file));
        assertThat(proto.getGraph().getInitializerList().stream().map(tensor -> tensor.getName()))
                .containsAll(net.parameters().names());
        assertThat(proto.getGraph().getNodeList().stream().map(node -> node.getOpType()))
                .containsExactly("Gemm", "BatchNormalization", "Relu", "Gemm");
        assertThat(proto.getGraph().getNodeList().stream().map(node -> node.getName() + ": " + node.getDocString()))
                .containsExactly(
                        "dense_1: Dense(4)", "batchnorm1d_1: BatchNorm1d()", "relu_1: Relu()", "dense_2: Dense(2)");
        Map<String, String> metadata = proto.getMetadataPropsList().stream()
                .collect(Collectors.toMap(entry -> entry.getKey(), entry -> entry.getValue()));
        assertThat(metadata)
                .containsEntry("classNames.dense_2", "[\"no\",\"yes\"]")
                .containsEntry("runningVariance.unbiased", "[\"batchnorm1d_1.runningVariance\"]");
        assertThat(metadata.get("provenance")).startsWith("bn4j ").contains(" on ", "Java ");
        assertThat(proto.getDocString()).startsWith("seed 7, ");
        assertThat(proto.getGraph()
                        .getInput(0)
                        .getType()
                        .getTensorType()
                        .getShape()
                        .getDim(0)
                        .getDimParam())
                .isEqualTo("N");
    }

    private record Twice() implements Op {

        @Override
        public Shape outputShape(List<Shape> inputs, List<Shape> parameters) {
            return inputs.get(0);
        }

        @Override
        public INDArray forward(Call call) {
            return call.input(0).mul(2);
        }

        @Override
        public Gradients backward(Call call, INDArray dy) {
            return Gradients.of(dy.mul(2));
        }
    }

    @Test
    void refusesWhatOnnxHasNothingFor() {
        Layer twice = (scope, x) -> scope.apply(new Twice(), x);
        Path file = folder.resolve("refused.onnx");

        assertThatThrownBy(() -> Network.input(3).then("mine", twice).build(1).exportOnnx(file))
                .hasMessage(
                        "exportOnnx expects ops that ONNX has something for but got Twice[] in layer \"mine\"; make the"
                                + " layer of other ops, or export a part of the network");
        assertThatThrownBy(() -> Network.input(1, 5, 5)
                        .then(AvgPool2d.of(2).dilation(2))
                        .build(1)
                        .exportOnnx(file))
                .hasMessageStartingWith("exportOnnx expects average pooling without dilation below opset 19 but got ")
                .hasMessageEndingWith("; use OnnxOptions.defaults().opset(19)");
        assertThatThrownBy(() -> Network.input(3)
                        .then(BatchNorm1d.of().statistics(Statistics.ghost(2)))
                        .build(1)
                        .exportOnnx(file, OnnxOptions.defaults().training(true)))
                .hasMessageContaining("in layer \"batchnorm1d_1\"; export for predictions, or use");
        assertThatThrownBy(() -> OnnxOptions.defaults().opset(12))
                .hasMessage("OnnxOptions expects an opset from 13 to 21 but got 12");
        assertThatThrownBy(() -> Network.input(3).dense(2).build(1).exportOnnx(folder.resolve("no/such.onnx")))
                .hasMessageStartingWith("exportOnnx expects an existing directory for");
        assertThat(file).doesNotExist();
    }
}
