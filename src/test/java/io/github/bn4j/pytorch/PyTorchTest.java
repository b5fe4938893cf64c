package io.github.bn4j.pytorch;

import static io.github.bn4j.TensorAssert.assertTensor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bn4j.Network;
import io.github.bn4j.checkpoint.TensorFile;
import io.github.bn4j.data.Dataset;
import io.github.bn4j.engine.internal.TrainingPass;
import io.github.bn4j.internal.Tensors;
import io.github.bn4j.layer.BatchNorm2d;
import io.github.bn4j.layer.Conv2d;
import io.github.bn4j.layer.RunningAverage;
import io.github.bn4j.pytorch.PyTorchReport.Fate;
import io.github.bn4j.pytorch.PyTorchReport.Way;
import io.github.bn4j.train.Loss;
import io.github.bn4j.train.Sgd;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** State dicts of PyTorch in networks, against what PyTorch makes of them: pytorch/networks.py. */
class PyTorchTest {

    /** Of the largest element; both sides compute in float32. */
    private static final double TOLERANCE = 1e-5;

    @TempDir
    Path folder;

    static Path resource(String name) {
        try {
            return Path.of(PyTorchTest.class.getResource("/pytorch/" + name).toURI());
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    private static Map<String, INDArray> results(String name) {
        return TensorFile.read("test", resource(name + ".io.safetensors")).tensors();
    }

    private static void assertClose(INDArray actual, INDArray expected, String what) {
        double size = expected.amaxNumber().doubleValue();
        assertTensor(actual.castTo(DataType.DOUBLE))
                .as(what)
                .isCloseTo(expected.castTo(DataType.DOUBLE), TOLERANCE * Math.max(size, 1e-6));
    }

    @ParameterizedTest
    @ValueSource(strings = {"resnet", "vgg_bias", "mobilenet2", "unet", "efficientnet"})
    void computesWhatPyTorchComputes(String name) {
        for (DataType type : List.of(DataType.FLOAT, DataType.DOUBLE)) {
            Network net = FixtureNetworks.of(name, type);
            Map<String, INDArray> results = results(name);
            INDArray input = results.get("input").castTo(type);

            PyTorchReport report = PyTorch.load(net, resource(name + ".safetensors"));

            assertThat(report.way()).isEqualTo(Way.NAMES);
            assertThat(report.untouched()).isEmpty();
            assertClose(net.predict(input), results.get("eval"), name + " in evaluation");
            assertTrainsAlike(name, net, input, results);
        }
    }

    private static void assertTrainsAlike(String name, Network net, INDArray input, Map<String, INDArray> results) {
        Modules modules = Modules.of(net.model());
        try (TrainingPass pass = TrainingPass.of(net.model(), (int) input.size(0))) {
            Map<String, INDArray> outputs = pass.run(1, input).outputs();
            assertClose(outputs.values().iterator().next(), results.get("train"), name + " in training");
        }
        results.keySet().stream()
                .filter(key -> key.startsWith("grad."))
                .forEach(key ->
                        assertClose(net.parameters().gradient(here(modules, key.substring(5))), results.get(key), key));
        // Where a bias was absorbed, a running mean is lower by as much, and stays so.
        Map<String, INDArray> before =
                TensorFile.read("test", resource(name + ".safetensors")).tensors();
        Map<String, INDArray> absorbed = new LinkedHashMap<>();
        before.keySet().stream()
                .filter(tensor -> tensor.endsWith("running_mean"))
                .forEach(tensor -> absorbed.put(
                        tensor,
                        before.get(tensor)
                                .sub(net.parameters().get(here(modules, tensor)).castTo(DataType.FLOAT))));
        net.trainer()
                .optimizer(Sgd.of(1e-3))
                .loss(Loss.meanSquaredError())
                .batchSize(6)
                .fit(Dataset.of(
                        input,
                        Tensors.zeros(DataType.FLOAT, results.get("train").shape())));
        results.forEach((key, expected) -> {
            if (key.startsWith("after.")) {
                String tensor = key.substring("after.".length());
                INDArray after = net.parameters().get(here(modules, tensor)).castTo(DataType.FLOAT);
                assertClose(absorbed.containsKey(tensor) ? after.add(absorbed.get(tensor)) : after, expected, key);
            }
        });
    }

    private static String here(Modules modules, String tensor) {
        return modules.byTorchName().get(tensor);
    }

    /** The biases of the three convolutions and of the dense layer stand in front of batch norms. */
    @Test
    void absorbsTheBiasesThatTheNetworkDoesWithout() {
        PyTorchReport report =
                PyTorch.load(FixtureNetworks.of("vgg_bias", DataType.FLOAT), resource("vgg_bias.safetensors"));

        assertThat(report.rows().stream()
                        .filter(row -> row.fate() == Fate.ABSORBED)
                        .map(PyTorchReport.Row::tensor))
                .containsExactlyInAnyOrder(
                        "features.0.bias", "features.4.bias", "features.7.bias", "classifier.0.bias");
        assertThat(report.count(Fate.NOT_NEEDED)).isEqualTo(4);
        assertThat(report.count(Fate.TAKEN)).isEqualTo(5 + 4 * 4 + 1);
    }

    private static Network dense() {
        return Network.input(3).dense(2).batchNorm1d().build(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "f32.safetensors",
                "f64.safetensors",
                "f16.safetensors",
                "bf16.safetensors",
                "plain.npz",
                "compressed.npz",
                "plain.pt",
                "module.pt",
                "training.pt",
                "bf16.pt"
            })
    void readsEveryKindOfFile(String file) {
        Network net = dense();

        PyTorchReport report = PyTorch.load(net, resource("formats/" + file));

        assertThat(report.way()).isEqualTo(Way.ORDER);
        assertTensor(net.parameters().get("dense_1.weight"))
                .hasShape(2, 3)
                .hasElements(-0.5, -0.25, 0, 0.25, 0.5, 0.75);
        assertTensor(net.parameters().get("batchnorm1d_1.gamma")).hasElements(-1.5, 1024);
        assertTensor(net.parameters().get("batchnorm1d_1.beta")).hasElements(0, -0x1p-20);
        // Running means 1 and 2, less the biases 0.25 and −3.
        assertTensor(net.parameters().get("batchnorm1d_1.runningMean"))
                .hasElementsCloseTo(new double[] {0.75, 5}, 1e-6);
        assertTensor(net.parameters().get("batchnorm1d_1.runningVariance")).hasElements(0.5, 3);
    }

    /** Columns 0 and 1 of 0 … 11 in three rows of four, and elements 5 and 6. */
    @Test
    void readsViewsOfStorages() {
        Network net = Network.input(3).dense(2).batchNorm1d().build(1).materializeBias();

        PyTorch.load(net, resource("formats/views.pt"));

        assertTensor(net.parameters().get("dense_1.weight")).hasElements(0, 4, 8, 1, 5, 9);
        assertTensor(net.parameters().get("dense_1.bias")).hasElements(5, 6);
    }

    @Test
    void tellsWhatWentWhere() {
        assertThat(PyTorch.load(dense(), resource("formats/f32.safetensors"))
                        .toString()
                        .lines())
                .map(String::stripTrailing)
                .containsExactly(
                        "0.bias                 [2]     dense_1.bias                   absorbed by running means",
                        "0.weight               [2, 3]  dense_1.weight                 taken",
                        "1.num_batches_tracked  []      –                              not needed",
                        "1.bias                 [2]     batchnorm1d_1.beta             taken",
                        "1.running_mean         [2]     batchnorm1d_1.runningMean      taken",
                        "1.running_var          [2]     batchnorm1d_1.runningVariance  taken",
                        "1.weight               [2]     batchnorm1d_1.gamma            taken",
                        "5 taken, 1 absorbed by running means, 1 not needed, by order");
    }

    private Path state(Map<String, INDArray> tensors) {
        Path file = folder.resolve("state.safetensors");
        new TensorFile(new TreeMap<>(tensors), Map.of()).write("test", file);
        return file;
    }

    private static INDArray numbers(double first, long... shape) {
        INDArray array = Tensors.zeros(DataType.FLOAT, shape);
        for (long i = 0; i < array.length(); i++) {
            array.putScalar(i, first + i);
        }
        return array;
    }

    /** Two alike layers in a sorted file without numbers: their order is not known, and a wrong guess would not show. */
    @Test
    void guessesNoOrder() {
        Network net = Network.input(2).dense(2).relu().dense(2).build(1);
        Map<String, INDArray> tensors = new LinkedHashMap<>();
        for (String module : List.of("second", "first")) {
            tensors.put(module + ".weight", numbers(1, 2, 2));
            tensors.put(module + ".bias", numbers(1, 2));
        }

        assertThatThrownBy(() -> PyTorch.load(net, state(tensors)))
                .hasMessage(
                        "PyTorch.load expects a tensor for each parameter and no others but got none for [dense_1.weight,"
                                + " dense_1.bias, dense_2.weight, dense_2.bias], other shapes for [], and left over [first.bias,"
                                + " first.weight, second.bias, second.weight]; pass a table of names, or use loadPart for what fits");

        PyTorchReport report = PyTorch.load(net, state(tensors), Map.of("first", "dense_1", "second", "dense_2"));

        assertThat(report.way()).isEqualTo(Way.TABLE);
        assertThat(report.names()).containsEntry("dense_2.bias", "second.bias").hasSize(4);
    }

    /** Shapes that occur once need no order. */
    @Test
    void findsWhatOccursOnceByItsShape() {
        Network net = Network.input(2).dense(3).relu().dense(4).build(1);
        Map<String, INDArray> tensors = new LinkedHashMap<>();
        tensors.put("a.weight", numbers(1, 4, 3));
        tensors.put("a.bias", numbers(2, 4));
        tensors.put("b.weight", numbers(3, 3, 2));
        tensors.put("b.bias", numbers(4, 3));

        assertThat(PyTorch.load(net, state(tensors)).way()).isEqualTo(Way.SHAPE);
        assertTensor(net.parameters().get("dense_2.bias")).hasElements(2, 3, 4, 5);
    }

    /** Layer 10 comes after layer 9. */
    @Test
    void countsModulesAsNumbers() {
        var chain = Network.input(2);
        for (int i = 0; i < 11; i++) {
            chain = chain.dense(2).relu();
        }
        Network net = chain.build(1);
        Map<String, INDArray> tensors = new LinkedHashMap<>();
        for (int i = 0; i < 11; i++) {
            tensors.put(2 * i + ".weight", numbers(i, 2, 2));
            tensors.put(2 * i + ".bias", numbers(100 + i, 2));
        }

        assertThat(PyTorch.load(net, state(tensors)).way()).isEqualTo(Way.ORDER);
        assertTensor(net.parameters().get("dense_6.bias")).hasElements(105, 106);
        assertTensor(net.parameters().get("dense_11.bias")).hasElements(110, 111);
    }

    @Test
    void takesTheNamesOfDataParallelModels() {
        Network net =
                Network.input(2).then("fc", io.github.bn4j.layer.Dense.of(2)).build(1);

        PyTorchReport report =
                PyTorch.load(net, state(Map.of("module.fc.weight", numbers(1, 2, 2), "module.fc.bias", numbers(5, 2))));

        assertThat(report.way()).isEqualTo(Way.NAMES);
        assertTensor(net.parameters().get("fc.bias")).hasElements(5, 6);
    }

    /** Another number of classes: the head stays as it is. */
    @Test
    void takesThePartThatFits() {
        Network net = Network.input(2)
                .then("body", io.github.bn4j.layer.Dense.of(2))
                .relu()
                .then("head", io.github.bn4j.layer.Dense.of(3))
                .build(1);
        INDArray head = Tensors.copy(net.parameters().get("head.weight"));
        Path file = state(Map.of(
                "body.weight",
                numbers(1, 2, 2),
                "body.bias",
                numbers(5, 2),
                "head.weight",
                numbers(1, 9, 2),
                "extra",
                numbers(1, 4)));

        assertThatThrownBy(() -> PyTorch.load(net, file))
                .hasMessageContaining(
                        "got none for [head.bias], other shapes for [head.weight], and left over [extra]");
        PyTorchReport report = PyTorch.loadPart(net, file);

        assertThat(report.count(Fate.TAKEN)).isEqualTo(2);
        assertThat(report.count(Fate.OTHER_SHAPE)).isEqualTo(1);
        assertThat(report.count(Fate.LEFT)).isEqualTo(1);
        assertThat(report.untouched()).containsExactly("head.weight", "head.bias");
        assertThat(report.toString()).endsWith("by names; as they were: head.weight, head.bias");
        assertTensor(net.parameters().get("body.bias")).hasElements(5, 6);
        assertThat(net.parameters().get("head.weight")).isEqualTo(head);
        assertThatThrownBy(() -> PyTorch.loadPart(net, state(Map.of("extra", numbers(1, 4)))))
                .hasMessage(
                        "PyTorch.loadPart expects a tensor that fits a parameter by name and shape but got none among"
                                + " [extra]; compare them with parameters().names(), or pass a table of names to load");
    }

    @Test
    void refusesATableThatFitsNothing() {
        Path file = state(Map.of("a.weight", numbers(1, 2, 2), "a.bias", numbers(1, 2)));
        Network net = Network.input(2).dense(2).build(1);

        assertThatThrownBy(() -> PyTorch.load(net, file, Map.of("b", "dense_1")))
                .hasMessage(
                        "PyTorch.load expects names of the file in the table but got \"b\"; the file has [a.bias, a.weight]");
        assertThatThrownBy(() -> PyTorch.load(net, file, Map.of("a", "dense_2")))
                .hasMessage(
                        "PyTorch.load expects names of the network in the table but got \"dense_2\" for \"a\"; the network"
                                + " has [dense_1.weight, dense_1.bias]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"resnet", "vgg_bias", "mobilenet2", "unet", "efficientnet"})
    void savesWhatItLoaded(String name) {
        Network net = FixtureNetworks.of(name, DataType.FLOAT);
        PyTorch.load(net, resource(name + ".safetensors"));
        Path saved = folder.resolve("saved.safetensors");

        PyTorch.save(net.materializeBias(), saved);

        Map<String, INDArray> before =
                TensorFile.read("test", resource(name + ".safetensors")).tensors();
        Map<String, INDArray> after = TensorFile.read("test", saved).tensors();
        Set<String> counted = before.keySet().stream()
                .filter(tensor -> !tensor.endsWith("num_batches_tracked"))
                .collect(Collectors.toSet());
        assertThat(after.keySet()).isEqualTo(counted);
        Network again = FixtureNetworks.of(name, DataType.FLOAT);
        PyTorch.load(again, saved);
        INDArray input = results(name).get("input");
        assertClose(again.predict(input), net.predict(input), name);
        after.forEach((tensor, array) -> assertThat(array.shape())
                .as(tensor)
                .isEqualTo(before.get(tensor).shape()));
    }

    @Test
    void savesUnderTheNamesOfTheFile() {
        Network net = dense();
        PyTorchReport report = PyTorch.load(net, resource("formats/module.pt"));
        Path saved = folder.resolve("saved.safetensors");

        PyTorch.save(net, saved, report.names());

        assertThat(TensorFile.read("test", saved).tensors().keySet())
                .containsExactlyInAnyOrder("0.weight", "1.weight", "1.bias", "1.running_mean", "1.running_var");
    }

    /** PyTorch counts batches where momentum is None, in a number without axes. */
    @Test
    void countsBatchesOfCumulativeAverages() {
        Network net = Network.input(1, 2, 2)
                .then("conv", Conv2d.of(2, 1))
                .then("bn", BatchNorm2d.of().runningAverage(RunningAverage.cumulative()))
                .build(1);
        Path file = folder.resolve("counted.safetensors");
        net.parameters().get("bn.updates").assign(7);
        PyTorch.save(net, file);

        assertThat(TensorFile.read("test", file)
                        .tensors()
                        .get("bn.num_batches_tracked")
                        .rank())
                .isZero();
        net.parameters().get("bn.updates").assign(0);
        PyTorch.load(net, file);
        assertTensor(net.parameters().get("bn.updates")).hasElements(7);
    }

    @Test
    void changesNothingWhereItRefuses() {
        Network net = dense();
        Map<String, INDArray> tensors = new LinkedHashMap<>();
        TensorFile.read("test", resource("formats/f32.safetensors")).tensors().forEach((name, array) -> {
            if (array.rank() > 0) {
                tensors.put(name, array);
            }
        });
        tensors.put("1.running_var", numbers(-1, 2));
        INDArray before = Tensors.copy(net.parameters().trainable());

        assertThatThrownBy(() -> PyTorch.load(net, state(tensors))).hasMessageContaining("runningVariance");
        assertThat(net.parameters().trainable()).isEqualTo(before);
    }
}
