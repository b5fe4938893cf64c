package io.github.bn4j.norm;

import static io.github.bn4j.TensorAssert.assertTensor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.bn4j.FoldedNetwork;
import io.github.bn4j.Network;
import io.github.bn4j.check.LayerCheck;
import io.github.bn4j.data.Dataset;
import io.github.bn4j.engine.Engine;
import io.github.bn4j.graph.Call;
import io.github.bn4j.graph.Gradients;
import io.github.bn4j.graph.Layer;
import io.github.bn4j.graph.Node;
import io.github.bn4j.graph.Normalization;
import io.github.bn4j.graph.Op;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.Statistics;
import io.github.bn4j.layer.BatchNorm1d;
import io.github.bn4j.layer.RunningVariance;
import io.github.bn4j.networks.Noise;
import io.github.bn4j.train.Loss;
import io.github.bn4j.train.Sgd;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A normalisation that the library does not have does in all respects what the batch normalisation does that it imitates. */
class StrangersNormalizationTest {

    private static final List<String> NAMES = List.of("gain gamma", "mean runningMean", "variance runningVariance");

    private static Network net(Layer norm) {
        return Network.input(9)
                .dense(21)
                .then("norm", norm)
                .relu()
                .dense(5)
                .then("last", norm)
                .dense(3)
                .build(4, DataType.DOUBLE)
                .on(Engine.nd4j());
    }

    private static Network strangers() {
        return net(new Whitening());
    }

    private static Network ours() {
        return net(BatchNorm1d.of().epsilon(1e-3).beta(false).runningVariance(RunningVariance.BIASED));
    }

    private static final Dataset DATA =
            Dataset.of(Noise.normal(DataType.DOUBLE, 1, 57, 9).addi(0.5), Noise.normal(DataType.DOUBLE, 2, 57, 3));

    private static Network trained(Network net) {
        net.trainer()
                .optimizer(Sgd.of(0.05))
                .loss(Loss.meanSquaredError())
                .epochs(2)
                .batchSize(19)
                .accumulate(2)
                .fit(DATA);
        return net;
    }

    private static void assertAlike(Network strangers, Network ours) {
        for (String layer : new String[] {"norm", "last"}) {
            for (String pair : NAMES) {
                String[] names = pair.split(" ");
                INDArray expected = ours.parameters().get(layer + "." + names[1]);
                INDArray actual = strangers.parameters().get(layer + "." + names[0]);
                assertTensor(actual).as(layer + "." + names[0]).isCloseTo(expected, 1e-12);
            }
        }
        INDArray x = DATA.features();
        assertTensor(strangers.predict(x)).isCloseTo(ours.predict(x), 1e-12);
    }

    @Test
    void keepsTheContract() {
        assertThat(LayerCheck.violations(new Whitening(), Shape.of(7))).isEmpty();
    }

    @Test
    void cancelsTheBiasBeforeIt() {
        assertThat(strangers().parameters().names())
                .contains("dense_3.bias")
                .doesNotContain("dense_1.bias", "dense_2.bias");
        assertThat(strangers().proveBias().agrees()).isTrue();
    }

    @Test
    void trains() {
        assertAlike(trained(strangers()), trained(ours()));
    }

    @Test
    void isRecalibrated() {
        Network strangers = trained(strangers());
        Network ours = trained(ours());
        assertThat(strangers.recalibrate(DATA))
                .hasToString(ours.recalibrate(DATA).toString());
        assertAlike(strangers, ours);
    }

    @Test
    void isFrozenAndSwitched() {
        Network strangers = trained(strangers()).freezeBatchNorm("norm").updateRunning(false, "last");
        Network ours = trained(ours()).freezeBatchNorm("norm").updateRunning(false, "last");
        assertAlike(trained(strangers), trained(ours));
        assertThat(strangers.explainBias())
                .hasToString(ours.explainBias()
                        .toString()
                        .replace("BatchNorm1d", "Whitening")
                        .replace("batchnorm1d", "whitening"));
    }

    @Test
    void isFolded() {
        Network net = trained(strangers());
        FoldedNetwork folded = net.fold();
        assertThat(folded.report().absorbed().keySet()).containsExactly("norm", "last");
        assertThat(folded.report().left()).isEmpty();
        INDArray x = DATA.features();
        assertTensor(folded.network().predict(x)).isCloseTo(net.predict(x), 1e-12);
    }

    @Test
    void isReported() {
        BatchNormReport strangers = trained(strangers()).batchNormReport(DATA, 19);
        BatchNormReport ours = trained(ours()).batchNormReport(DATA, 19);
        assertThat(strangers.toString().replace(".gain", ".gamma")).isEqualTo(ours.toString());
        assertThat(strangers.norms())
                .usingRecursiveComparison()
                .withEqualsForType((a, b) -> Math.abs(a - b) < 1e-9, Double.class)
                .isEqualTo(ours.norms());
    }

    @Test
    void takesBiasesOfOldWeightsInItsRunningMean() {
        Network with = net(new Whitening());
        Map<String, INDArray> weights = new LinkedHashMap<>();
        with.parameters()
                .names()
                .forEach(name -> weights.put(name, with.parameters().get(name)));
        weights.put("dense_1.bias", Noise.normal(DataType.DOUBLE, 3, 21));
        Network net = strangers();
        net.importWeights(weights);
        INDArray moved = net.parameters().get("norm.mean").add(weights.get("dense_1.bias"));
        assertThat(moved.amaxNumber().doubleValue()).isCloseTo(0, within(1e-12));
    }

    @Test
    void isStoredAndRead(@TempDir Path folder) {
        Network net = trained(strangers().freezeBatchNorm("last"));
        net.save(folder.resolve("net.safetensors"));
        Network again = Network.load(folder.resolve("net.safetensors"), Whitening.Whiten.class);
        assertThat(again.predict(DATA.features())).isEqualTo(net.predict(DATA.features()));
        assertThat(again.graph().nodes())
                .extracting(Node::op)
                .isEqualTo(net.graph().nodes().stream().map(Node::op).toList());
    }

    @Test
    void refusesNegativeVariances() {
        Network net = strangers();
        net.parameters().get("norm.variance").putScalar(3, -1);
        assertThatThrownBy(() -> net.predict(DATA.features()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(
                        "expects running variances of at least 0 but got -1.0 at [3] of \"norm.variance\"");
    }

    @Test
    void normalisesOtherwiseOnlyIfItSaysSo() {
        Layer fixed = (scope, x) -> scope.apply(new Fixed(), x, scope.state("runningMean", x.shape(), source -> 0));
        assertThatThrownBy(() -> net(fixed).statistics(Statistics.ghost(4)))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessageStartingWith("Fixed expects to normalise by Optional[Normalization[")
                .hasMessageEndingWith("; override Op.normalization(Normalization) to allow it");
    }

    /** Says that it normalises, and nothing of how that can change. */
    record Fixed() implements Op {

        @Override
        public Shape outputShape(List<Shape> inputs, List<Shape> parameters) {
            return inputs.get(0);
        }

        @Override
        public INDArray forward(Call call) {
            return call.input(0);
        }

        @Override
        public Gradients backward(Call call, INDArray dy) {
            return Gradients.of(dy);
        }

        @Override
        public Optional<Normalization> normalization() {
            return new Whitening.Whiten(Statistics.batch(), true).normalization();
        }
    }
}
