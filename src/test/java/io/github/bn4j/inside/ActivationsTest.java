package io.github.bn4j.inside;

import static io.github.bn4j.TensorAssert.assertTensor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bn4j.Bits;
import io.github.bn4j.GraphBuilder;
import io.github.bn4j.Network;
import io.github.bn4j.engine.Engine;
import io.github.bn4j.engine.NeedsOneDnn;
import io.github.bn4j.graph.Layer;
import io.github.bn4j.graph.Value;
import io.github.bn4j.internal.Floats;
import io.github.bn4j.layer.Dense;
import io.github.bn4j.networks.Noise;
import io.github.bn4j.networks.RandomNetwork;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** What layers yield, by their names. */
class ActivationsTest {

    @ParameterizedTest
    @ValueSource(strings = {"relu_1", "batchnorm2d_2", "relu_2"})
    void areThoseOfPyTorch(String layer) {
        Network net = PyTorchValues.network(DataType.DOUBLE);

        assertTensor(net.activations(layer, PyTorchValues.array("x")))
                .isCloseTo(PyTorchValues.array("activations", layer), PyTorchValues.TOLERANCE);
    }

    @Test
    @NeedsOneDnn
    void areTheSameOnTheFastEngine() {
        Network net = PyTorchValues.network(DataType.FLOAT).on(Engine.oneDnn());
        Map<String, INDArray> all = net.activations(PyTorchValues.array("x").castTo(DataType.FLOAT));
        for (String layer : List.of("relu_1", "batchnorm2d_2", "relu_2")) {
            assertTensor(all.get(layer).castTo(DataType.DOUBLE))
                    .isRelativelyCloseTo(PyTorchValues.array("activations", layer), 1e-5);
        }
    }

    @Test
    void comeInTheOrderOfTheNetwork() {
        Network net = PyTorchValues.network(DataType.DOUBLE);
        INDArray x = PyTorchValues.array("x");

        assertThat(net.activations(x))
                .containsOnlyKeys(
                        "conv2d_1",
                        "batchnorm2d_1",
                        "relu_1",
                        "maxpool2d_1",
                        "conv2d_2",
                        "batchnorm2d_2",
                        "relu_2",
                        "globalavgpool2d_1",
                        "dense_1");
        assertThat(net.activations(x).keySet()).first().isEqualTo("conv2d_1");
        assertThat(List.copyOf(net.activations(x, "relu_2", "dense_1", "relu_1").keySet()))
                .isEqualTo(List.of("relu_1", "relu_2", "dense_1"));
        assertTensor(net.activations(x).get("dense_1")).isCloseTo(net.predict(x), 0);
        assertTensor(net.output("relu_1", x)).isCloseTo(net.activations("relu_1", x), 0);
        assertTensor(net.output("dense_1", x)).isCloseTo(net.predict(x), 0);
    }

    /** Every value of random networks, as a program of it alone yields it. */
    @Test
    void areWhatEachLayerYieldsInRandomNetworks() {
        int compared = 0;
        for (int seed = 40; seed < 52; seed++) {
            Network net = RandomNetwork.draw(seed).to(DataType.DOUBLE).on(Engine.nd4j());
            Map<String, INDArray> inputs = new LinkedHashMap<>();
            for (Map.Entry<String, Value> input : net.graph().inputs().entrySet()) {
                inputs.put(
                        input.getKey(),
                        Noise.normal(
                                DataType.DOUBLE, seed, input.getValue().shape().batched(3)));
            }
            for (Map.Entry<String, INDArray> layer : net.activations(inputs).entrySet()) {
                Bits.assertSame(layer.getValue(), net.activations(layer.getKey(), inputs));
                compared++;
            }
        }
        assertThat(compared).isGreaterThan(60);
    }

    /** Both calls of a shared layer. */
    @Test
    void areNumberedWhereALayerIsCalledAtSeveralPlaces() {
        GraphBuilder g = new GraphBuilder();
        Value a = g.input("a", 5);
        Value b = g.input("b", 5);
        Layer shared = Dense.of(4);
        Value left = g.call("encoder", shared, a);
        Value right = g.call("encoder", shared, b);
        Network net = g.build(1, DataType.DOUBLE, g.add(left, right));
        Map<String, INDArray> inputs =
                Map.of("a", Noise.normal(DataType.DOUBLE, 1, 3, 5), "b", Noise.normal(DataType.DOUBLE, 2, 3, 5));
        Map<String, INDArray> all = net.activations(inputs);

        assertThat(List.copyOf(all.keySet()).subList(0, 2)).isEqualTo(List.of("encoder@1", "encoder@2"));
        assertTensor(all.get("encoder@1").add(all.get("encoder@2"))).isCloseTo(net.predict(inputs), 1e-14);
        Bits.assertSame(net.activations("encoder@2", Map.of("b", inputs.get("b"))), all.get("encoder@2"));
        assertThatThrownBy(() -> net.activations("encoder", inputs))
                .hasMessage(
                        "activations expects a layer with one result but got \"encoder\", whose results at 2 places are"
                                + " used; name one of them by its number, \"encoder@1\" to \"encoder@2\", or a layer behind it");
        assertThatThrownBy(() -> net.activations("encoder@3", inputs))
                .hasMessageStartingWith(
                        "activations expects names of outputs or layers but got \"encoder@3\", which is near"
                                + " \"encoder\"; this network has outputs [");
    }

    @Test
    void doNotDependOnTheNumberOfExamples() {
        Network net = Network.input(6).dense(9).batchNorm1d().relu().dense(2).build(3);
        INDArray x = Noise.normal(DataType.FLOAT, 1, 700, 6);
        Map<String, INDArray> all = net.activations(x, "relu_1", "dense_1");
        INDArray last = x.get(NDArrayIndex.interval(690, 700), NDArrayIndex.all());

        assertTensor(all.get("relu_1")
                        .get(NDArrayIndex.interval(690, 700), NDArrayIndex.all())
                        .dup('c'))
                .isRelativelyCloseTo(net.activations("relu_1", last), 1e-6);
        assertTensor(all.get("dense_1")).hasShape(700, 9);
    }

    @Test
    void areOfOneExampleInPlainJava() {
        Network net = PyTorchValues.network(DataType.DOUBLE);
        double[] x = java.util.Arrays.copyOf(Floats.values(PyTorchValues.array("x")), 72);
        float[] floats = new float[72];
        for (int i = 0; i < 72; i++) {
            floats[i] = (float) x[i];
        }
        double[] expected = Floats.values(
                PyTorchValues.array("activations", "relu_1").slice(0).dup('c'));

        assertThat(net.activations("relu_1", x))
                .containsExactly(expected, org.assertj.core.api.Assertions.within(PyTorchValues.TOLERANCE));
        assertThat(net.activations("relu_1", floats)).hasSize(108);
    }

    @Test
    void nameWhatIsNearOnAMiss() {
        Network net = PyTorchValues.network(DataType.DOUBLE);

        assertThatThrownBy(() -> net.activations("Relu1", PyTorchValues.array("x")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "activations expects names of outputs or layers but got \"Relu1\", which is near \"relu_1\"; this"
                                + " network has outputs [dense_1] and layers [conv2d_1, batchnorm2d_1, relu_1, maxpool2d_1, conv2d_2,"
                                + " batchnorm2d_2, relu_2, globalavgpool2d_1, dense_1]");
    }

    @Test
    void areRefusedWhereTheyTakeMoreMemoryThanThereMayBe() {
        Network net = PyTorchValues.network(DataType.DOUBLE);
        System.setProperty("bn4j.memory", "1k");
        try {
            assertThatThrownBy(() -> net.activations("relu_1", PyTorchValues.array("x")))
                    .hasMessage(
                            "activations of 2 examples expects at most 0 MB of memory but got 1 MB, most of it for \"relu_1\""
                                    + " [3, 6, 6]; name fewer layers, or give it fewer examples at once, or allow more with"
                                    + " -Dbn4j.memory");
        } finally {
            System.clearProperty("bn4j.memory");
        }
    }
}
