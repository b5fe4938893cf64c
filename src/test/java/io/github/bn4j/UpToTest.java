package io.github.bn4j;

import static io.github.bn4j.TensorAssert.assertTensor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bn4j.data.Dataset;
import io.github.bn4j.engine.Engine;
import io.github.bn4j.graph.Parameter;
import io.github.bn4j.graph.Value;
import io.github.bn4j.internal.Tensors;
import io.github.bn4j.layer.BatchNorm1d;
import io.github.bn4j.layer.Dense;
import io.github.bn4j.layer.Padding;
import io.github.bn4j.layer.Relu;
import io.github.bn4j.networks.Noise;
import io.github.bn4j.train.History;
import io.github.bn4j.train.Loss;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Networks that go on from a layer of a trained one. */
class UpToTest {

    @TempDir
    Path folder;

    private static Network trained(DataType type) {
        Network net = Network.input(2, 6, 5)
                .conv2d(7, 3, Padding.SAME)
                .batchNorm2d()
                .relu()
                .residual(b -> b.conv2d(7, 3, Padding.SAME).batchNorm2d().relu())
                .flatten()
                .dense(11)
                .batchNorm1d()
                .relu()
                .dense(3)
                .build(1, type);
        net.trainer().loss(Loss.softmaxCrossEntropy()).epochs(2).batchSize(8).fit(data(type, 3));
        return net;
    }

    private static Dataset data(DataType type, int classes) {
        INDArray labels = Tensors.zeros(type, 24);
        for (int row = 0; row < 24; row++) {
            labels.putScalar(row, row % classes);
        }
        return Dataset.of(Noise.normal(type, 5, 24, 2, 6, 5), labels);
    }

    private static INDArray features(DataType type) {
        return data(type, 2).features();
    }

    @Test
    void givesALoadedNetworkANewHead() {
        Network old = trained(DataType.FLOAT);
        Path path = folder.resolve("old.safetensors");
        old.save(path);

        Network tuned = Network.load(path).upTo("flatten_1").dense(5).build(7);

        assertThat(tuned.parameters().names())
                .containsExactly(
                        "conv2d_1.weight",
                        "batchnorm2d_1.gamma",
                        "batchnorm2d_1.beta",
                        "batchnorm2d_1.runningMean",
                        "batchnorm2d_1.runningVariance",
                        "residual_1.branch.conv2d_1.weight",
                        "residual_1.branch.batchnorm2d_1.gamma",
                        "residual_1.branch.batchnorm2d_1.beta",
                        "residual_1.branch.batchnorm2d_1.runningMean",
                        "residual_1.branch.batchnorm2d_1.runningVariance",
                        "dense_1.weight",
                        "dense_1.bias");
        tuned.parameters().names().stream()
                .filter(name -> !name.startsWith("dense_"))
                .forEach(name -> Bits.assertSame(
                        tuned.parameters().get(name), old.parameters().get(name)));
        Bits.assertSame(
                tuned.parameters().get("dense_1.weight"),
                Network.input(210).dense(5).build(7).parameters().get("dense_1.weight"));
        Bits.assertSame(
                tuned.part("flatten_1").predict(features(DataType.FLOAT)),
                old.part("flatten_1").predict(features(DataType.FLOAT)));

        INDArray filters = Tensors.copy(tuned.parameters().get("conv2d_1.weight"));
        History history = tuned.freeze("conv2d_*", "*batchnorm2d_*")
                .trainer()
                .rate("dense_*", 10)
                .loss(Loss.softmaxCrossEntropy())
                .fit(data(DataType.FLOAT, 5));
        assertThat(history.last().trainLoss()).isFinite();
        Bits.assertSame(tuned.parameters().get("conv2d_1.weight"), filters);
        Bits.assertSame(old.parameters().get("conv2d_1.weight"), filters);
    }

    @Test
    void predictsWhatTheTrainedNetworkDoesUpToThere() {
        Network old = trained(DataType.DOUBLE);
        INDArray x = features(DataType.DOUBLE);
        for (String layer :
                List.of("conv2d_1", "batchnorm2d_1", "residual_1.branch.conv2d_1", "residual_1", "dense_2")) {
            Network tuned = old.upTo(layer).build(3);
            assertThat(tuned.parameters().type()).isEqualTo(DataType.DOUBLE);
            Bits.assertSame(tuned.predict(x), old.part(layer).predict(x));
        }
        assertTensor(old.upTo("residual_1").build(3, DataType.FLOAT).predict(x.castTo(DataType.FLOAT)))
                .isCloseTo(old.part("residual_1").predict(x).castTo(DataType.FLOAT), 1e-5);
    }

    @Test
    void goesOnWithTheNames() {
        Network old = trained(DataType.FLOAT);
        Network longer = old.upTo("dense_1")
                .batchNorm1d()
                .relu()
                .residual(b -> b.dense(11))
                .then("head", Dense.of(2))
                .dense(4)
                .build(1);
        assertThat(longer.graph().nodes().stream()
                        .map(node -> node.layer())
                        .filter(layer -> !layer.contains("2d") && !layer.contains("branch"))
                        .distinct())
                .containsExactly(
                        "relu_1",
                        "residual_1",
                        "flatten_1",
                        "dense_1",
                        "batchnorm1d_1",
                        "relu_2",
                        "residual_2",
                        "head",
                        "dense_2");
        assertThatThrownBy(() ->
                        old.upTo("flatten_1").then("conv2d_1", Dense.of(2)).build(1))
                .hasMessage(
                        "layer name expects to be new but got \"conv2d_1\" again; give every layer a name of its own");
        assertThat(old.upTo("flatten_1").dense(5)).hasToString("upTo(flatten_1) Sequence(Dense(5))");
    }

    /** The head's bias shows in the old network and is cancelled in the new one, and the other way round. */
    @Test
    void decidesAboutBiasesAnew() {
        Network old = trained(DataType.FLOAT);
        assertThat(old.explainBias("dense_1").toString()).startsWith("dense_1 needs no bias");
        Network shown = old.upTo("dense_1").relu().dense(2).build(1);
        assertThat(shown.parameters().names()).contains("dense_1.bias", "dense_2.bias");
        assertThat(shown.parameters().get("dense_1.bias").amaxNumber().doubleValue())
                .isZero();

        assertThat(old.parameters().get("dense_2.bias").amaxNumber().doubleValue())
                .isPositive();
        Network cancelled = old.upTo("dense_2").batchNorm1d().relu().dense(2).build(1);
        assertThat(cancelled.parameters().names()).contains("dense_2.weight").doesNotContain("dense_2.bias");
        assertThat(cancelled.explainBias("dense_2").toString()).startsWith("dense_2 needs no bias");
    }

    /** Its other way to an output is cut off, so that the running mean of the trained batch normalisation has to take it. */
    @Test
    void absorbsABiasThatATrainedBatchNormCancelsNow() {
        GraphBuilder g = new GraphBuilder();
        Value x = g.input("x", 6);
        Value y = g.call("both", Dense.of(5), x);
        Value normalised = g.call("normalised", BatchNorm1d.of(), y);
        Value plain = g.call("plain", Dense.of(3), g.call(Relu.of(), y));
        Network old = g.build(1, DataType.DOUBLE, g.call("score", Dense.of(3), normalised), plain);
        Dataset data = Dataset.of(
                Map.of("x", Noise.normal(DataType.DOUBLE, 1, 24, 6)),
                Map.of(
                        "score",
                        Noise.normal(DataType.DOUBLE, 2, 24, 3),
                        "plain",
                        Noise.normal(DataType.DOUBLE, 3, 24, 3)));
        old.trainer()
                .loss("score", Loss.meanSquaredError())
                .loss("plain", Loss.meanSquaredError())
                .batchSize(8)
                .epochs(5)
                .fit(data);
        assertThat(old.parameters().get("both.bias").amaxNumber().doubleValue()).isPositive();

        Network cut = old.upTo("normalised").build(2);

        assertThat(cut.parameters().has("both.bias")).isFalse();
        INDArray features = Noise.normal(DataType.DOUBLE, 9, 4, 6);
        assertTensor(cut.predict(features)).isCloseTo(old.part("normalised").predict(features), 1e-12);
        assertTensor(cut.parameters().get("normalised.runningMean"))
                .isCloseTo(
                        old.parameters()
                                .get("normalised.runningMean")
                                .sub(old.parameters().get("both.bias")),
                        1e-12);
    }

    @Test
    void keepsWhatIsFrozenAndOnWhichEngineItRuns() {
        Network old =
                trained(DataType.FLOAT).freeze("conv2d_1", "batchnorm2d_1").on(Engine.nd4j());
        Network tuned = old.upTo("residual_1").flatten().dense(2).build(1);
        assertThat(tuned.engine()).isEqualTo(Engine.nd4j());
        assertThat(tuned.parameters().all().stream().filter(Parameter::frozen).map(Parameter::name))
                .containsExactly(
                        "conv2d_1.weight",
                        "batchnorm2d_1.gamma",
                        "batchnorm2d_1.beta",
                        "batchnorm2d_1.runningMean",
                        "batchnorm2d_1.runningVariance");
        Network free = trained(DataType.FLOAT)
                .freezeBatchNorm("batchnorm2d_1")
                .upTo("residual_1")
                .build(1);
        assertThat(free.parameters().names())
                .as("running statistics cancel nothing")
                .contains("conv2d_1.bias");
    }

    @Test
    void takesOnlyTheInputsThatTheLayerNeeds() {
        GraphBuilder g = new GraphBuilder();
        Value a = g.input("a", 4);
        Value b = g.input("b", 3);
        Value left = g.call("left", Dense.of(5), a);
        Value both = g.add(left, g.call("right", Dense.of(5), b));
        Network old = g.build(g.call("score", Dense.of(2), g.call(Relu.of(), both)));
        assertThat(old.upTo("left").relu().dense(2).build(1).graph().inputs().keySet())
                .containsExactly("a");
        assertThat(old.upTo("relu_1").dense(2).build(1).graph().inputs().keySet())
                .containsExactly("a", "b");
        assertThat(old.upTo("left").build(1).parameters().names()).containsExactly("left.weight", "left.bias");
    }

    @Test
    void listsTheLayersThereAre() {
        Network old = Network.input(3).dense(4).batchNorm1d().dense(2).build(1);
        assertThatThrownBy(() -> old.upTo("flatten_1"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "upTo expects names of outputs or layers but got \"flatten_1\"; this network has outputs [dense_2]"
                                + " and layers [dense_1, batchnorm1d_1, dense_2]");
        GraphBuilder g = new GraphBuilder();
        Dense shared = Dense.of(5);
        Value left = g.call("encoder", shared, g.input("a", 4));
        Value right = g.call("encoder", shared, g.input("b", 4));
        Network siamese = g.build(g.named("left", left), g.named("right", right));
        assertThatThrownBy(() -> siamese.upTo("encoder"))
                .hasMessage(
                        "upTo expects a layer with one result but got \"encoder\", whose results at 2 places are used; name"
                                + " one of them by its number, \"encoder@1\" to \"encoder@2\", or a layer behind it");
        assertThat(siamese.upTo("encoder@2").dense(3).build(1).graph().inputs().keySet())
                .containsExactly("b");
        assertThat(siamese.upTo("left").build(1).graph().inputs().keySet()).containsExactly("a");
    }
}
