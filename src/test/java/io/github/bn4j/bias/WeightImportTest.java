package io.github.bn4j.bias;

import static io.github.bn4j.TensorAssert.assertTensor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bn4j.Bits;
import io.github.bn4j.Network;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.internal.Tensors;
import io.github.bn4j.networks.Noise;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Weights that fit a network in part. */
class WeightImportTest {

    private static Network net(int classes, long seed) {
        return Network.input(2, 5, 5)
                .conv2d(7, 3)
                .batchNorm2d()
                .relu()
                .flatten()
                .dense(classes)
                .build(seed);
    }

    private static Map<String, INDArray> weights(Network net) {
        Map<String, INDArray> weights = new LinkedHashMap<>();
        net.parameters()
                .names()
                .forEach(name -> weights.put(name, Tensors.copy(net.parameters().get(name))));
        return weights;
    }

    @Test
    void takesWhatFitsAndListsTheRest() {
        Network net = net(3, 1);
        Map<String, INDArray> before = weights(net);
        Map<String, INDArray> others = weights(net(4, 2));
        others.remove("batchnorm2d_1.beta");
        others.put("dense_1.bias", Noise.normal(DataType.DOUBLE, 1, 3));
        others.put("aux.weight", Noise.normal(DataType.FLOAT, 1, 2, 2));
        others.put("batchnorm2d_1.runningMean", Noise.normal(DataType.FLOAT, 2, 7));

        WeightImport done = net.importMatching(others);

        assertThat(done.taken())
                .containsExactly(
                        "conv2d_1.weight",
                        "batchnorm2d_1.gamma",
                        "batchnorm2d_1.runningMean",
                        "batchnorm2d_1.runningVariance",
                        "dense_1.bias");
        assertThat(done.absent()).containsExactly("batchnorm2d_1.beta");
        assertThat(done.otherShapes())
                .containsExactly(new WeightImport.OtherShape("dense_1.weight", Shape.of(3, 63), 4, 63));
        assertThat(done.unknown()).containsExactly("aux.weight");
        assertThat(done.complete()).isFalse();
        assertThat(done)
                .hasToString(
                        """
                5 taken: [conv2d_1.weight, batchnorm2d_1.gamma, batchnorm2d_1.runningMean, batchnorm2d_1.runningVariance,\
                 dense_1.bias]
                1 absent, as before: [batchnorm2d_1.beta]
                1 of other shape, as before: [dense_1.weight [3, 63] but got [4, 63]]
                1 not of this network: [aux.weight]"""
                                .replace("\n", System.lineSeparator()));
        before.forEach((name, value) -> Bits.assertSame(
                net.parameters().get(name),
                done.taken().contains(name) ? others.get(name).castTo(DataType.FLOAT) : value));
    }

    @Test
    void absorbsABiasAmongThem() {
        Network net = net(3, 1);
        Network old = net(3, 5).materializeBias();
        old.parameters().get("conv2d_1.bias").assign(Noise.normal(DataType.FLOAT, 1, 7));
        Map<String, INDArray> body = weights(old);
        body.keySet().removeIf(name -> name.startsWith("dense_"));

        WeightImport done = net.importMatching(body);

        assertThat(done.taken()).hasSize(5).doesNotContain("conv2d_1.bias");
        assertThat(done.toString()).contains("absorbed: conv2d_1.bias: moved batchnorm2d_1.runningMean by up to ");
        INDArray x = Noise.normal(DataType.FLOAT, 3, 4, 2, 5, 5);
        assertTensor(net.part("relu_1").predict(x)).isCloseTo(old.part("relu_1").predict(x), 1e-5);

        WeightImport whole = net.importMatching(weights(old));
        assertThat(whole.complete()).isTrue();
        assertTensor(net.predict(x)).isCloseTo(old.predict(x), 1e-5);
    }

    @Test
    void changesNothingIfItRefuses() {
        Network net = Network.input(3).dense(2).build(1);
        Map<String, INDArray> before = weights(net);
        assertThatThrownBy(() -> net.importMatching(Map.of("fc.weight", Noise.normal(DataType.FLOAT, 1, 2, 3))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "importMatching expects an array with the name and shape of a parameter but got [fc.weight];"
                                + " this network has [dense_1.weight [2, 3], dense_1.bias [2]]");
        assertThatThrownBy(() -> net.importMatching(Map.of("dense_1.bias", Noise.normal(DataType.FLOAT, 1, 4))))
                .hasMessage(
                        "importMatching expects an array with the name and shape of a parameter but got"
                                + " [dense_1.bias [2] but got [4]]; this network has [dense_1.weight [2, 3], dense_1.bias [2]]");
        INDArray broken = Noise.normal(DataType.FLOAT, 1, 2);
        broken.putScalar(1, Double.NaN);
        assertThatThrownBy(() -> net.importMatching(Map.of("dense_1.bias", broken)))
                .hasMessage("importMatching expects finite parameters but got NaN at [1] of \"dense_1.bias\"; take"
                        + " weights from before the training diverged, or set these values");
        before.forEach((name, value) -> Bits.assertSame(net.parameters().get(name), value));
    }
}
