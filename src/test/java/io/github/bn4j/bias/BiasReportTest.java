package io.github.bn4j.bias;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.bn4j.Bits;
import io.github.bn4j.GraphBuilder;
import io.github.bn4j.Network;
import io.github.bn4j.data.Digits;
import io.github.bn4j.graph.AddBias;
import io.github.bn4j.graph.Layer;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.Shift;
import io.github.bn4j.graph.Statistics;
import io.github.bn4j.graph.Tracer;
import io.github.bn4j.graph.Value;
import io.github.bn4j.internal.Tensors;
import io.github.bn4j.layer.BatchNorm1d;
import io.github.bn4j.layer.BatchNorm2d;
import io.github.bn4j.layer.Conv2d;
import io.github.bn4j.layer.Dense;
import io.github.bn4j.layer.Flatten;
import io.github.bn4j.layer.LayerNorm;
import io.github.bn4j.layer.Padding;
import io.github.bn4j.layer.Relu;
import io.github.bn4j.op.LogSoftmax;
import io.github.bn4j.text.Finding;
import io.github.bn4j.train.Loss;
import io.github.bn4j.train.Sgd;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** What people and programs read of the analysis. */
class BiasReportTest {

    /** A pointless bias, one that leaks, one that is missing, and a beta that is cancelled. */
    private static Network faulty() {
        GraphBuilder g = new GraphBuilder();
        Value x = g.call("stem", Conv2d.of(2, 3).useBias(true), g.input("image", 1, 6, 6));
        Value normalised = g.call("norm", BatchNorm2d.of(), x);
        Value y = g.call("mix", Conv2d.of(3, 1), normalised);
        Value leaking = g.add(g.call("second", BatchNorm2d.of(), y), g.call("active", Relu.of(), y));
        Value flat = g.call(Flatten.of(), leaking);
        return g.build(1, g.call("head", Dense.of(2).useBias(false), flat));
    }

    private static Network cascade() {
        return Network.input(4)
                .dense(3)
                .batchNorm1d()
                .dense(3)
                .batchNorm1d()
                .relu()
                .dense(2)
                .build(1);
    }

    @Test
    void printsATable() {
        assertThat(faulty().explainBias().toString().lines())
                .containsExactly(
                        "stem  on (pointless)  → norm: norm subtracts the mean of the batch from each channel",
                        "mix   kept            → active: active is not linear, so a shift changes the shape of the signal",
                        "head  off             → output: an output of the network shows it",
                        "0 parameters saved",
                        "note: stem has a bias that changes no output in training; absorbBias() takes it out exactly and"
                                + " saves 2 parameters",
                        "note: head has no bias, and nothing behind it adds a learned shift before an output; switch on its"
                                + " bias or the beta behind it");
        assertThat(cascade().explainBias().toString().lines().toList())
                .endsWith(
                        "6 parameters saved",
                        "note: batchnorm1d_1 has a beta that batchnorm1d_2 cancels; leaving it out saves 3 parameters");
        assertThat(Network.input(3).relu().build(1).explainBias().toString()).isEqualTo("no layer has a bias");
    }

    @Test
    void tellsTheStoryOfOneLayer() {
        assertThat(faulty().explainBias("mix"))
                .hasToString(
                        "mix keeps its bias. A constant added there goes → active: active is not linear, so a shift changes"
                                + " the shape of the signal. On another path second would cancel it.");
        assertThat(cascade().explainBias("batchnorm1d_1"))
                .hasToString(
                        "Note: batchnorm1d_1 has a beta that batchnorm1d_2 cancels; leaving it out saves 3 parameters.");
        assertThatThrownBy(() -> cascade().explainBias("dense_9"))
                .hasMessage(
                        "explainBias expects a layer with a bias but got \"dense_9\"; this network has [dense_1, dense_2,"
                                + " dense_3]");
    }

    @Test
    void listsEverythingThatCancelsAShiftOnItsPaths() {
        GraphBuilder g = new GraphBuilder();
        Value x = g.call(Dense.of(3), g.input("x", 4));
        Value[] outputs = new Value[6];
        for (int i = 0; i < outputs.length; i++) {
            outputs[i] = g.call("norm" + i, BatchNorm1d.of(), x);
        }
        Network net = g.build(outputs);
        assertThat(net.explainBias().of("dense_1").cancelledBy())
                .containsExactly("norm0", "norm1", "norm2", "norm3", "norm4", "norm5");
        assertThat(net.explainBias("dense_1"))
                .endsWith(" On its paths it is cancelled by norm0, norm1, norm2, norm3 and 2 more.");
    }

    @Test
    void givesThePathOperationByOperation() {
        Network net = Network.input(1, 4, 4)
                .conv2d(2, 1)
                .avgPool2d(2)
                .conv2d(3, 1)
                .batchNorm2d()
                .build(1);
        assertThat(net.explainBias().of("conv2d_1").path())
                .extracting(Stop::layer, Stop::op, Stop::shift)
                .containsExactly(
                        tuple("avgpool2d_1", "AveragePooling", Shift.PER_CHANNEL),
                        tuple("conv2d_2", "Convolution", Shift.PER_CHANNEL),
                        tuple("batchnorm2d_1", "BatchNormalization", Shift.NONE));
    }

    @Test
    void isReadByPrograms() {
        JsonObject json =
                JsonParser.parseString(faulty().explainBias().json().toString()).getAsJsonObject();
        JsonObject mix = json.getAsJsonArray("decisions").get(1).getAsJsonObject();
        assertThat(mix.get("bias").getAsString()).isEqualTo("mix.bias");
        assertThat(mix.get("asked").getAsString()).isEqualTo("AUTO");
        assertThat(mix.get("kept").getAsBoolean()).isTrue();
        assertThat(mix.get("rule").getAsString()).isEqualTo("BLOCKED");
        assertThat(mix.get("size").getAsLong()).isEqualTo(3);
        assertThat(mix.getAsJsonArray("cancelledBy").get(0).getAsString()).isEqualTo("second");
        JsonObject stop = mix.getAsJsonArray("path").get(0).getAsJsonObject();
        assertThat(stop.get("layer").getAsString()).isEqualTo("active");
        assertThat(stop.get("op").getAsString()).isEqualTo("Relu");
        assertThat(stop.get("shift").getAsString()).isEqualTo("ANY");
        JsonObject finding = json.getAsJsonArray("findings").get(0).getAsJsonObject();
        assertThat(finding.get("kind").getAsString()).isEqualTo("POINTLESS_BIAS");
        assertThat(finding.get("parameter").getAsString()).isEqualTo("stem.bias");
    }

    @Test
    void provesWhatItSays() {
        BiasProof proof = cascade().proveBias();
        assertThat(proof.evidence())
                .extracting(BiasProof.Evidence::bias)
                .containsExactly("dense_1.bias", "dense_2.bias", "dense_3.bias", "batchnorm1d_1.beta");
        assertThat(proof.agrees()).isTrue();
        assertThat(proof.toString().lines())
                .hasSize(4)
                .allMatch(
                        line -> line.matches(
                                "\\S+ +outputs \\d\\.\\de[+-]\\d\\d  gradients \\d\\.\\de[+-]\\d\\d  (redundant|needed), as reported"));
    }

    @Test
    void saysWhereNumbersContradictIt() {
        // An op that claims to swallow shifts and does not: a user's mistake that the proof is there to find.
        Layer liar = (scope, x) -> scope.apply(new LyingIdentity(), x);
        Network net = Network.input(3).dense(2).then(liar).build(1);
        assertThat(net.explainBias().of("dense_1").redundant()).isTrue();
        BiasProof proof = net.proveBias("dense_1");
        assertThat(proof.agrees()).isFalse();
        assertThat(proof.toString()).endsWith("CONTRADICTED: the report calls it redundant");
    }

    @Test
    void provesOnABatchOfYourOwn() {
        Network net = Network.input(1, 8, 8)
                .conv2d(2, 3)
                .batchNorm2d()
                .relu()
                .flatten()
                .dense(10)
                .build(1);
        INDArray images = Digits.load().slice(0, 16).features();
        assertThat(net.proveBias(Map.of("features", images)).agrees()).isTrue();
        assertThatThrownBy(() -> net.proveBias(Map.of("image", images)))
                .hasMessage("probe expects arrays for inputs [features] but got [image]; give it one for each");
        INDArray small = Tensors.zeros(DataType.FLOAT, 4, 1, 7, 7);
        assertThatThrownBy(() -> net.proveBias(Map.of("features", small)))
                .hasMessage("probe expects [4, 1, 8, 8] in input \"features\" but got [4, 1, 7, 7]");
        INDArray infinite = Tensors.zeros(DataType.FLOAT, 4, 1, 8, 8).addi(Float.POSITIVE_INFINITY);
        assertThatThrownBy(() -> net.proveBias(Map.of("features", infinite)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "network expects finite numbers in input \"features\" but got Infinity in row 0; fill in what is"
                                + " missing, or leave such rows out");
        assertThatThrownBy(() -> net.proveBias(Map.of("features", Nd4j.empty(DataType.FLOAT))))
                .hasMessage("probe expects at least one example in input \"features\" but got an empty array");
        assertThatThrownBy(() -> net.proveBias("relu_1"))
                .hasMessageContaining("explainBias expects a layer with a bias but got \"relu_1\"");
    }

    @Test
    void judgesAnyGraphThatOthersBuilt() {
        // As an importer would: nodes by hand, every bias asked for.
        Tracer tracer = new Tracer();
        Value x = tracer.input("x", Shape.of(4));
        Value y = tracer.scope().call("fc", Dense.of(3).useBias(true), x);
        Value z = tracer.scope().call("bn", BatchNorm1d.of(), y);
        tracer.output("y", tracer.scope().apply(new LogSoftmax(), z));
        BiasReport report = BiasAnalysis.of(tracer.graph());
        assertThat(report.findings(BiasFinding.POINTLESS_BIAS))
                .extracting(Finding::parameter)
                .containsExactly("fc.bias");
        assertThat(report.absent()).isEmpty();
        assertThat(tracer.graph().nodes()).anyMatch(node -> node.op() instanceof AddBias);
        // Told that the bias is gone, it tells the same story of a decision taken before.
        assertThat(BiasAnalysis.of(tracer.graph(), Set.of("fc.bias")).findings(BiasFinding.POINTLESS_BIAS))
                .isEmpty();
    }

    @Test
    void freezingChangesTheReportAndNotTheNetwork(@TempDir Path directory) throws IOException {
        Network net = Network.input(1, 8, 8)
                .conv2d(3, 3, Padding.SAME)
                .batchNorm2d()
                .relu()
                .flatten()
                .dense(8)
                .batchNorm1d()
                .relu()
                .dense(10)
                .build(2);
        net.trainer().loss(Loss.softmaxCrossEntropy()).fit(Digits.load().slice(0, 320));
        Network frozen = net.freezeBatchNorm("batchnorm2d_1");
        INDArray x = Digits.load().slice(320, 340).features();
        Bits.assertSame(frozen.predict(x), net.predict(x));
        assertThat(frozen.parameters()).isSameAs(net.parameters());
        assertThat(frozen.explainBias().of("conv2d_1").word()).isEqualTo("dropped before");
        assertThat(frozen.explainBias().of("dense_1").word()).isEqualTo("dropped");
        assertThat(frozen.explainBias("conv2d_1"))
                .hasToString(
                        "conv2d_1 has no bias. A constant added there goes → batchnorm2d_1 → relu_1: relu_1 is not linear,"
                                + " so a shift changes the shape of the signal. Note: conv2d_1 was built without bias because it was"
                                + " cancelled then, which it is not any more; predictions are what they were.");
        // The beta behind it still learns, so nothing is missing.
        assertThat(frozen.explainBias().findings(BiasFinding.MISSING_SHIFT)).isEmpty();
        assertThat(frozen.summary()).contains("BatchNorm2d() now frozen");

        INDArray mean = net.parameters().get("batchnorm2d_1.runningMean").dup();
        INDArray other = net.parameters().get("batchnorm1d_1.runningMean").dup();
        INDArray beta = net.parameters().get("batchnorm2d_1.beta").dup();
        for (int i = 0; i < 2; i++) {
            frozen.trainer()
                    .optimizer(Sgd.of(0.1))
                    .loss(Loss.softmaxCrossEntropy())
                    .fit(Digits.load().slice(0, 64));
        }
        Bits.assertSame(net.parameters().get("batchnorm2d_1.runningMean"), mean);
        assertThat(net.parameters().get("batchnorm1d_1.runningMean")).isNotEqualTo(other);
        assertThat(net.parameters().get("batchnorm2d_1.beta")).isNotEqualTo(beta);

        Path file = directory.resolve("frozen.safetensors");
        frozen.save(file);
        Network again = Network.load(file);
        assertThat(again.explainBias()).isEqualTo(frozen.explainBias());
        Bits.assertSame(again.predict(x), frozen.predict(x));
    }

    @Test
    void freezesAllOrTellsWhatThereIs() {
        Network net = cascade();
        assertThat(net.freezeBatchNorm().explainBias().findings(BiasFinding.NO_LONGER_CANCELLED))
                .extracting(Finding::layer)
                .containsExactly("dense_1", "dense_2");
        assertThatThrownBy(() -> net.freezeBatchNorm("dense_1"))
                .hasMessage("freezeBatchNorm expects names of batch normalisations but got [dense_1]; this network has"
                        + " [batchnorm1d_1, batchnorm1d_2]");
    }

    @Test
    void materializesBiasesAsZeros() {
        Network net = Network.input(4)
                .dense(3)
                .batchNorm1d()
                .relu()
                .then(Dense.of(2).useBias(false))
                .build(1);
        Network with = net.materializeBias();
        assertThat(with.parameters().get("dense_1.bias")).isEqualTo(Tensors.zeros(DataType.FLOAT, 3));
        assertThat(with.parameters().has("dense_2.bias")).isFalse();
        assertThat(with.explainBias().of("dense_1").word()).isEqualTo("on (pointless)");
        INDArray x = Tensors.of(DataType.FLOAT, new double[] {1, -2, 3, 0.5}, 1, 4);
        Bits.assertSame(with.predict(x), net.predict(x));
    }

    @Test
    void knowsTheBetaOfOtherNorms() {
        Network net = Network.input(4)
                .then(LayerNorm.of())
                .dense(3)
                .then(BatchNorm1d.of().statistics(Statistics.ghost(8)))
                .relu()
                .build(1);
        assertThat(net.explainBias().findings())
                .extracting(Finding::text)
                .isEqualTo(List.of(
                        "layernorm_1 has a beta that batchnorm1d_1 cancels; leaving it out saves 4 parameters"));
        assertThat(net.proveBias().agrees()).isTrue();
    }
}
