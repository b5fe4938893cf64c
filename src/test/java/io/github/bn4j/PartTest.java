package io.github.bn4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bn4j.data.Dataset;
import io.github.bn4j.engine.Engine;
import io.github.bn4j.graph.Layer;
import io.github.bn4j.graph.Value;
import io.github.bn4j.internal.Tensors;
import io.github.bn4j.layer.BatchNorm1d;
import io.github.bn4j.layer.Dense;
import io.github.bn4j.layer.Relu;
import io.github.bn4j.layer.Sequence;
import io.github.bn4j.networks.Noise;
import io.github.bn4j.train.Adam;
import io.github.bn4j.train.Loop;
import io.github.bn4j.train.Loss;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Networks made of some outputs or layers of another one, on its parameters. */
class PartTest {

    @TempDir
    Path folder;

    /** Two inputs; one output of both, one of the second alone. */
    private static Network whole(DataType type) {
        GraphBuilder g = new GraphBuilder();
        Value a = g.input("a", 6);
        Value b = g.input("b", 4);
        Value left = g.call("left", Sequence.of().dense(9).batchNorm1d().relu(), a);
        Value right =
                g.call("right", Sequence.of().dense(9).batchNorm1d().relu().dropout(0.2), b);
        Value score = g.call("score", Dense.of(3), g.add(left, right));
        return g.build(2, type, score, g.call("size", Dense.of(1), right));
    }

    private static Dataset data(DataType type) {
        return Dataset.of(
                Map.of("a", Noise.normal(type, 1, 20, 6), "b", Noise.normal(type, 2, 20, 4)),
                Map.of("score", Noise.normal(type, 3, 20, 3), "size", Noise.normal(type, 4, 20, 1)));
    }

    private static Dataset sizes(DataType type) {
        return Dataset.of(
                Map.of("b", data(type).inputs().get("b")),
                Map.of("size", data(type).targets().get("size")));
    }

    private static Map<String, INDArray> values(Network net) {
        Map<String, INDArray> values = new LinkedHashMap<>();
        net.parameters()
                .names()
                .forEach(name -> values.put(name, Tensors.copy(net.parameters().get(name))));
        return values;
    }

    @Test
    void holdsOnlyWhatItsOutputsNeed() {
        Network whole = whole(DataType.FLOAT);
        Network size = whole.part("size");
        assertThat(size.graph().inputs().keySet()).containsExactly("b");
        assertThat(size.graph().outputs().keySet()).containsExactly("size");
        assertThat(size.parameters().names())
                .containsExactly(
                        "right.dense_1.weight",
                        "right.batchnorm1d_1.gamma",
                        "right.batchnorm1d_1.beta",
                        "right.batchnorm1d_1.runningMean",
                        "right.batchnorm1d_1.runningVariance",
                        "size.weight",
                        "size.bias");
        assertThat(size.summary().toString()).doesNotContain("left").doesNotContain("score");
        Network both = whole.part("size", "score");
        assertThat(both.graph().outputs().keySet()).containsExactly("size", "score");
        assertThat(both.parameters().names())
                .containsExactlyInAnyOrderElementsOf(whole.parameters().names());
    }

    @Test
    void predictsWhatTheWholeDoes() {
        for (DataType type : List.of(DataType.FLOAT, DataType.DOUBLE)) {
            Network whole = whole(type);
            Map<String, INDArray> inputs = data(type).inputs();
            Map<String, INDArray> all = whole.forward(inputs);
            Bits.assertSame(whole.part("score").predict(inputs), all.get("score"));
            Bits.assertSame(whole.part("size").predict(inputs.get("b")), all.get("size"));
        }
    }

    @Test
    void yieldsTheResultsOfLayersAndBlocks() {
        Network net = Network.input(5)
                .dense(7)
                .batchNorm1d()
                .relu()
                .residual(b -> b.dense(7).batchNorm1d().relu())
                .dense(2)
                .build(3, DataType.DOUBLE);
        INDArray x = Noise.normal(DataType.DOUBLE, 1, 6, 5);
        Map<String, INDArray> layers =
                net.part("relu_1", "residual_1.branch", "residual_1", "dense_2").forward(x);
        assertThat(layers.keySet()).containsExactly("relu_1", "residual_1.branch", "residual_1", "dense_2");
        Bits.assertSame(layers.get("relu_1").add(layers.get("residual_1.branch")), layers.get("residual_1"));
        Bits.assertSame(layers.get("dense_2"), net.predict(x));
        assertThat(net.part("dense_1").explainBias("dense_1").toString()).startsWith("dense_1 has no bias.");
    }

    @Test
    void trainsTheParametersOfTheWhole() {
        for (Engine engine : List.of(Engine.fastest(DataType.FLOAT), Engine.nd4j(), Engine.replicas(2))) {
            Network whole = whole(DataType.FLOAT).on(engine);
            Network alone = whole(DataType.FLOAT).on(engine);
            Network size = whole.part("size");
            Map<String, INDArray> before = values(whole);
            size.trainer().loss(Loss.meanSquaredError()).batchSize(7).epochs(2).fit(sizes(DataType.FLOAT));
            before.forEach((name, value) -> {
                if (size.parameters().has(name)) {
                    assertThat(whole.parameters().get(name).equalsWithEps(value, 0))
                            .as(name)
                            .isFalse();
                } else {
                    Bits.assertSame(whole.parameters().get(name), value);
                }
            });
            // As a network of its own, from a file.
            alone.part("size").save(folder.resolve("size.safetensors"));
            Network loaded = Network.load(folder.resolve("size.safetensors")).on(engine);
            loaded.trainer()
                    .loss(Loss.meanSquaredError())
                    .batchSize(7)
                    .epochs(2)
                    .fit(sizes(DataType.FLOAT));
            loaded.parameters()
                    .names()
                    .forEach(name -> Bits.assertSame(
                            loaded.parameters().get(name), whole.parameters().get(name)));
        }
    }

    @Test
    void isFineWhateverTheRestOfTheWholeIs() {
        Network whole = whole(DataType.FLOAT);
        whole.parameters().get("left.dense_1.weight").assign(Double.NaN);
        whole.parameters().get("left.batchnorm1d_1.runningMean").assign(Double.NaN);
        Network size = whole.part("size");
        size.trainer().loss(Loss.meanSquaredError()).epochs(2).fit(sizes(DataType.FLOAT));
        assertThat(size.evaluate(sizes(DataType.FLOAT)).toString()).contains("mean squared error");
        Network copy = size.to(DataType.DOUBLE);
        assertThat(copy.predict(sizes(DataType.DOUBLE).features()).isNaN().any())
                .isFalse();
    }

    @Test
    void remembersTheClassesOfItsOwnOutputsOnly() {
        Network whole = whole(DataType.FLOAT).classNames("score", List.of("low", "mid", "high"));
        assertThat(whole.part("score").classNames()).containsExactly("low", "mid", "high");
        assertThat(whole.part("size").classNames()).isEmpty();
    }

    @Test
    void listsWhatThereIs() {
        Network whole = whole(DataType.FLOAT);
        assertThatThrownBy(() -> whole.part("score", "judge"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "part expects names of outputs or layers but got \"judge\"; this network has outputs [score, size]"
                                + " and layers [left.dense_1, left.batchnorm1d_1, left.relu_1, right.dense_1, right.batchnorm1d_1,"
                                + " right.relu_1, right.dropout_1, addition_1, score, size]");
        assertThatThrownBy(whole::part)
                .hasMessage("part expects at least one name but got none; name an output or a layer");
        assertThatThrownBy(() -> whole.part((String) null))
                .hasMessage("part expects names of outputs or layers but got null");
    }

    /** Goodfellow et al. 2014, algorithm 1, in one dimension: the generator learns where the data are. */
    @Test
    void trainsAGeneratorThroughAFrozenJudge() {
        Layer judging = Sequence.of().dense(16).relu().dense(1);
        GraphBuilder g = new GraphBuilder();
        Value made = g.call(
                "generator",
                Sequence.of().dense(16).then(BatchNorm1d.of()).then(Relu.of()).dense(1),
                g.input("noise", 4));
        Value real = g.named("real", g.call("judge", judging, g.input("x", 1)));
        Network whole = g.build(3, real, g.named("fake", g.call("judge", judging, made)), made);
        Network judge = whole.part("real");
        Network generator = whole.part("generator");
        Network through = whole.part("fake").freeze("judge");
        INDArray ones = Nd4j.ones(DataType.FLOAT, 32, 1);
        Map<String, INDArray> judgeBefore = values(judge);
        try (Loop judges = judge.trainer()
                        .optimizer(Adam.of(5e-3))
                        .loss(Loss.binaryCrossEntropy())
                        .loop(64);
                Loop generates = through.trainer()
                        .optimizer(Adam.of(2e-3))
                        .loss(Loss.binaryCrossEntropy())
                        .loop(32)) {
            INDArray noise = Noise.normal(DataType.FLOAT, 0, 32, 4);
            generates.step(noise, ones);
            judgeBefore.forEach(
                    (name, value) -> Bits.assertSame(judge.parameters().get(name), value));
            for (int step = 1; step <= 300; step++) {
                INDArray data =
                        Noise.normal(DataType.FLOAT, 2L * step, 32, 1).muli(0.3).addi(3);
                noise = Noise.normal(DataType.FLOAT, 2L * step + 1, 32, 4);
                judges.step(
                        Nd4j.concat(0, data, generator.predict(noise)),
                        Nd4j.concat(0, ones, Nd4j.zeros(DataType.FLOAT, 32, 1)));
                generates.step(noise, ones);
            }
        }
        double mean = generator
                .predict(Noise.normal(DataType.FLOAT, 7, 256, 4))
                .meanNumber()
                .doubleValue();
        assertThat(mean).isBetween(2.0, 4.0);
    }
}
