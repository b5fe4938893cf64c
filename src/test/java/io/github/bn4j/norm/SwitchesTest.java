package io.github.bn4j.norm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.bn4j.Bits;
import io.github.bn4j.Network;
import io.github.bn4j.data.Dataset;
import io.github.bn4j.engine.Engine;
import io.github.bn4j.graph.Parameter;
import io.github.bn4j.graph.ShapeException;
import io.github.bn4j.graph.Statistics;
import io.github.bn4j.internal.Tensors;
import io.github.bn4j.layer.BatchNorm1d;
import io.github.bn4j.layer.BatchNorm2d;
import io.github.bn4j.layer.Conv2d;
import io.github.bn4j.networks.Noise;
import io.github.bn4j.train.Adam;
import io.github.bn4j.train.AdamW;
import io.github.bn4j.train.Loss;
import io.github.bn4j.train.Optimizer;
import io.github.bn4j.train.Sgd;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What a batch normalisation normalises with, what it updates and what it trains, switched when built and afterwards. */
class SwitchesTest {

    @TempDir
    Path folder;

    private static Network net(BatchNorm2d norm, DataType type) {
        return Network.input(2, 4, 4)
                .then(Conv2d.of(3, 3).useBias(false))
                .then(norm)
                .relu()
                .residual(b -> b.conv2d(3, 1).batchNorm2d())
                .flatten()
                .dense(2)
                .batchNorm1d()
                .build(5, type);
    }

    private static Dataset data(DataType type) {
        return Dataset.of(Noise.normal(type, 1, 12, 2, 4, 4), Noise.normal(type, 2, 12, 2));
    }

    private static void fit(Network net, Optimizer optimizer) {
        net.trainer()
                .optimizer(optimizer)
                .loss(Loss.meanSquaredError())
                .batchSize(4)
                .epochs(2)
                .fit(data(net.parameters().type()));
    }

    private static Map<String, INDArray> values(Network net) {
        Map<String, INDArray> values = new LinkedHashMap<>();
        net.parameters()
                .names()
                .forEach(name -> values.put(name, Tensors.copy(net.parameters().get(name))));
        return values;
    }

    static Stream<Arguments> switches() {
        return IntStream.range(0, 16)
                .mapToObj(i -> Arguments.of(
                        (i & 1) == 0 ? Statistics.batch() : Statistics.running(),
                        (i & 2) == 0,
                        (i & 4) == 0,
                        (i & 8) == 0 ? DataType.FLOAT : DataType.DOUBLE));
    }

    @ParameterizedTest
    @MethodSource("switches")
    void trainsAlikeSwitchedAndBuiltSo(Statistics statistics, boolean update, boolean train, DataType type) {
        Network built = net(
                BatchNorm2d.of().statistics(statistics).updateRunning(update).trainAffine(train), type);
        Network switched = net(BatchNorm2d.of(), type)
                .statistics(statistics, "batchnorm2d_1")
                .updateRunning(update, "batchnorm2d_1")
                .trainAffine(train, "batchnorm2d_1");
        Map<String, INDArray> before = values(built);
        fit(built, Sgd.of(0.1).momentum(0.9));
        fit(switched, Sgd.of(0.1).momentum(0.9));
        Map<String, INDArray> after = values(built);
        values(switched).forEach((name, value) -> Bits.assertSame(value, after.get(name)));
        assertThat(after.get("batchnorm2d_1.runningMean").equals(before.get("batchnorm2d_1.runningMean")))
                .isEqualTo(!update);
        assertThat(after.get("batchnorm2d_1.gamma").equals(before.get("batchnorm2d_1.gamma")))
                .isEqualTo(!train);
        assertThat(after.get("batchnorm2d_1.beta").equals(before.get("batchnorm2d_1.beta")))
                .isEqualTo(!train);
    }

    static Stream<Arguments> optimizers() {
        return Stream.of(
                        Sgd.of(0.1).momentum(0.9).weightDecay(0.1),
                        Sgd.of(0.1).nesterov(0.9).weightDecay(0.1),
                        Adam.of(0.1).weightDecay(0.1),
                        AdamW.of(0.1).weightDecay(0.5))
                .flatMap(optimizer -> Stream.of(
                        Arguments.of(optimizer, Engine.nd4j()),
                        Arguments.of(optimizer, Engine.fastest(DataType.FLOAT))));
    }

    @ParameterizedTest
    @MethodSource("optimizers")
    void neverMovesWhatDoesNotTrain(Optimizer optimizer, Engine engine) {
        Network net = net(BatchNorm2d.of(), DataType.FLOAT).on(engine);
        fit(net, optimizer);
        Network fixed = net.trainAffine(false, "batchnorm2d_1", "residual_1.*");
        Map<String, INDArray> before = values(fixed);
        fit(fixed, optimizer);
        fixed.save(folder.resolve("fixed.safetensors"));
        Network again = Network.load(folder.resolve("fixed.safetensors"));
        fit(again, optimizer);
        Map<String, INDArray> after = values(again);
        for (String layer : List.of("batchnorm2d_1", "residual_1.branch.batchnorm2d_1")) {
            Bits.assertSame(after.get(layer + ".gamma"), before.get(layer + ".gamma"));
            Bits.assertSame(after.get(layer + ".beta"), before.get(layer + ".beta"));
            assertThat(after.get(layer + ".runningMean")).isNotEqualTo(before.get(layer + ".runningMean"));
        }
        assertThat(after.get("batchnorm1d_1.gamma")).isNotEqualTo(before.get("batchnorm1d_1.gamma"));
        assertThat(after.get("dense_1.weight")).isNotEqualTo(before.get("dense_1.weight"));
        assertThat(again.summary()).contains("BatchNorm2d() now by batch statistics, gamma and beta fixed");

        Network trained = again.trainAffine(true);
        fit(trained, optimizer);
        assertThat(trained.parameters().get("batchnorm2d_1.gamma")).isNotEqualTo(after.get("batchnorm2d_1.gamma"));
        Bits.assertSame(again.parameters().get("batchnorm2d_1.gamma"), after.get("batchnorm2d_1.gamma"));
    }

    @Test
    void switchesBackAndSaysWhatIsNow() {
        Network net = net(BatchNorm2d.of(), DataType.FLOAT);
        Network frozen = net.freezeBatchNorm();
        assertThat(frozen.graph().layers()).containsEntry("batchnorm2d_1", "BatchNorm2d() now frozen");
        assertThat(frozen.trainAffine(false).graph().layers())
                .containsEntry("batchnorm2d_1", "BatchNorm2d() now frozen, gamma and beta fixed");
        assertThat(frozen.statistics(Statistics.batch()).graph().layers())
                .containsEntry("batchnorm2d_1", "BatchNorm2d() now by batch statistics, running averages fixed");
        assertThat(frozen.statistics(Statistics.ghost(2))
                        .updateRunning(true)
                        .graph()
                        .layers())
                .containsEntry("batchnorm2d_1", "BatchNorm2d() now by ghost batches of 2");
        Network back = frozen.trainAffine(false)
                .updateRunning(true)
                .statistics(Statistics.batch())
                .trainAffine(true);
        assertThat(back.graph().nodes()).isEqualTo(net.graph().nodes());
        assertThat(back.parameters().all())
                .extracting(Parameter::role)
                .isEqualTo(net.parameters().all().stream().map(Parameter::role).toList());
        assertThat(back.graph().layers()).containsEntry("batchnorm2d_1", "BatchNorm2d() now by batch statistics");
    }

    @Test
    void findsLayersByPattern() {
        Network net = net(BatchNorm2d.of(), DataType.FLOAT);
        assertThat(frozen(net.freezeBatchNorm("batchnorm?d_1"))).containsExactly("batchnorm2d_1", "batchnorm1d_1");
        assertThat(frozen(net.freezeBatchNorm("*batchnorm2d_*")))
                .containsExactly("batchnorm2d_1", "residual_1.branch.batchnorm2d_1");
        assertThat(frozen(net.freezeBatchNorm("residual_1.*", "batchnorm1d_1")))
                .containsExactly("residual_1.branch.batchnorm2d_1", "batchnorm1d_1");
        assertThat(frozen(net.freezeBatchNorm("*"))).hasSize(3);
        assertThat(frozen(net.freezeBatchNorm())).hasSize(3);
        assertThat(net.recalibrate(data(DataType.FLOAT), "batchnorm2d_*").changes())
                .extracting(Recalibration.Change::layer)
                .containsExactly("batchnorm2d_1");
    }

    private static List<String> frozen(Network net) {
        return net.graph().layers().entrySet().stream()
                .filter(entry -> entry.getValue().endsWith(" now frozen"))
                .map(Map.Entry::getKey)
                .toList();
    }

    @Test
    void listsWhatThereIsIfAPatternFitsNothing() {
        Network net = net(BatchNorm2d.of(), DataType.FLOAT);
        String there = "; this network has [batchnorm2d_1, residual_1.branch.batchnorm2d_1, batchnorm1d_1]";
        assertThatThrownBy(() -> net.freezeBatchNorm("batchnorm2d_1", "norm*", "batchnorm2d.1"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "freezeBatchNorm expects names of batch normalisations but got [norm*, batchnorm2d.1]" + there);
        assertThatThrownBy(() -> net.statistics(Statistics.batch(), "dense_1"))
                .hasMessage("statistics expects names of batch normalisations but got [dense_1]" + there);
        assertThatThrownBy(() -> net.updateRunning(false, ""))
                .hasMessage("updateRunning expects names of batch normalisations but got []" + there);
        assertThatThrownBy(() -> net.trainAffine(false, "conv*"))
                .hasMessage("trainAffine expects names of batch normalisations but got [conv*]" + there);
    }

    @Test
    void updatesRunningAveragesThatItNormalisesWith() {
        Network net = Network.input(1)
                .then(BatchNorm1d.of().epsilon(0).statistics(Statistics.running()))
                .build(1, DataType.DOUBLE);
        net.parameters().get("batchnorm1d_1.runningMean").assign(1);
        net.parameters().get("batchnorm1d_1.runningVariance").assign(4);
        INDArray x = Tensors.of(DataType.DOUBLE, new double[] {3, 5}, 2, 1);
        double loss = net.trainer()
                .optimizer(Sgd.of(1e-3))
                .loss(Loss.meanSquaredError())
                .fit(Dataset.of(x, x.mul(0)))
                .epochs()
                .get(0)
                .trainLoss();
        // y = (x − 1) / 2 = 1 and 2; then mean 0.9 · 1 + 0.1 · 4 and variance 0.9 · 4 + 0.1 · 2.
        assertThat(loss).isCloseTo(2.5, within(1e-12));
        assertThat(net.parameters().get("batchnorm1d_1.runningMean").getDouble(0))
                .isCloseTo(1.3, within(1e-12));
        assertThat(net.parameters().get("batchnorm1d_1.runningVariance").getDouble(0))
                .isCloseTo(3.8, within(1e-12));
        Dataset one = Dataset.of(x, x).slice(0, 1);
        assertThatThrownBy(() -> net.trainer().loss(Loss.meanSquaredError()).fit(one))
                .isInstanceOf(ShapeException.class)
                .hasMessage("layer \"batchnorm1d_1\" BatchNorm1d(epsilon 0.0, running statistics) expects more than one"
                        + " value per channel in training but got [1, 1]; use updateRunning(false), or a larger batch");
        net.freezeBatchNorm().trainer().loss(Loss.meanSquaredError()).fit(one);
    }
}
