package io.github.bn4j.engine.onednn;

import static io.github.bn4j.TensorAssert.assertTensor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import io.github.bn4j.Bits;
import io.github.bn4j.Network;
import io.github.bn4j.data.Dataset;
import io.github.bn4j.data.Digits;
import io.github.bn4j.data.Split;
import io.github.bn4j.engine.Engine;
import io.github.bn4j.engine.NeedsBfloat16;
import io.github.bn4j.engine.OneDnnOptions;
import io.github.bn4j.engine.Precision;
import io.github.bn4j.engine.TrainingProgram;
import io.github.bn4j.engine.onednn.EngineComparison.Difference;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Parameters;
import io.github.bn4j.layer.Conv2d;
import io.github.bn4j.layer.ConvTranspose2d;
import io.github.bn4j.layer.DepthwiseConv2d;
import io.github.bn4j.layer.Padding;
import io.github.bn4j.op.Convolution;
import io.github.bn4j.op.MatrixMultiply;
import io.github.bn4j.train.Adam;
import io.github.bn4j.train.Loss;
import io.github.bn4j.train.Optimizer;
import io.github.bn4j.train.Sgd;
import io.github.bn4j.train.Trainer;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

@NeedsBfloat16
class MixedPrecisionTest {

    /** Both factors of a product are rounded by up to 2⁻⁸; of the largest sum of many it leaves less. */
    private static final double BOUND = 0x1p-7;

    private final Network net = cnn();

    private static Network cnn() {
        return Network.input(1, 28, 28)
                .conv2d(20, 3, Padding.SAME)
                .batchNorm2d()
                .relu()
                .conv2d(24, 3, Padding.SAME)
                .batchNorm2d()
                .relu()
                .maxPool2d(2)
                .flatten()
                .dense(33)
                .batchNorm1d()
                .relu()
                .dense(10)
                .build(1);
    }

    private static Engine mixed(int threads) {
        return Engine.oneDnn(OneDnnOptions.defaults().threads(threads).precision(Precision.MIXED));
    }

    private static void assertAgrees(Network net, int batch, int threads) {
        EngineComparison comparison = new EngineComparison(
                EngineComparison.withLoss(net.graph()), net.parameters(), mixed(threads), batch, 1);
        Difference training = comparison.training();
        Difference prediction = comparison.prediction();
        assertThat(training.error()).as("%s", training).isBetween(1e-5, BOUND);
        assertThat(prediction.error()).as("%s", prediction).isBetween(1e-5, BOUND);
    }

    @ParameterizedTest
    @CsvSource({"1, 40", "3, 16", "20, 24", "64, 64", "50, 3"})
    void agreesWithFloat64OnConvolutions(int channels, int filters) {
        assertAgrees(
                Network.input(channels, 14, 14).conv2d(filters, 3, Padding.SAME).build(1), 8, 2);
        assertAgrees(Network.input(channels, 14, 14).conv2d(filters, 1).build(1), 8, 1);
    }

    @Test
    void agreesWithFloat64OnOtherConvolutions() {
        assertAgrees(Network.input(40, 14, 14).then(DepthwiseConv2d.of(3)).build(1), 8, 1);
        assertAgrees(
                Network.input(24, 7, 7)
                        .then(ConvTranspose2d.of(40, 2).stride(2))
                        .build(1),
                8,
                2);
    }

    /**
     * Dense layers of many widths. oneDNN 2.5.2 computes some wrong on two threads where it may choose how weights of bfloat16 lie,
     * with 33 to 63 columns of them.
     */
    @ParameterizedTest
    @CsvSource({
        "19, 1352, 45",
        "64, 1235, 63",
        "28, 1181, 34",
        "68, 1029, 48",
        "32, 1500, 64",
        "64, 3136, 128",
        "7, 1352, 200",
        "31, 45, 1352",
        "64, 500, 33",
        "1, 2048, 1000"
    })
    void agreesWithFloat64OnDenseLayers(int batch, int features, int units) {
        for (int threads = 1; threads <= 2; threads++) {
            if ((long) batch * features * units >= 1 << 20) {
                assertAgrees(Network.input(features).dense(units).build(1), batch, threads);
            }
        }
    }

    /** No layer runs in loops, and what is computed in bfloat16 is what was asked for. */
    @Test
    void multipliesInBfloat16() {
        try (OneDnnTraining training = training(net, mixed(1), 64)) {
            assertThat(training.program().implementations()).noneMatch(name -> name.contains("ref"));
            assertThat(kernels(training, Convolution.class)).allMatch(name -> name.contains("bf16"));
            assertThat(kernels(training, MatrixMultiply.class)).anyMatch(name -> name.contains("bf16"));
        }
        Engine full = mixed(1).precision(Precision.MIXED.except("conv2d_1", "conv2d_2", "dense_1"));
        try (OneDnnTraining training = training(net, full, 64)) {
            assertThat(training.program().implementations()).noneMatch(name -> name.contains("bf16"));
        }
    }

    /** Images narrower than the stride, of which a gradient by the weights would be made of what nobody has written. */
    @Test
    void leavesNarrowImagesToFloat32() {
        Network narrow = Network.input(16, 9, 1)
                .then(Conv2d.of(16, 3).stride(2).padding(1))
                .globalAvgPool2d()
                .dense(3)
                .build(1);
        try (OneDnnTraining training = training(narrow, mixed(1), 8)) {
            assertThat(training.program().implementations()).noneMatch(name -> name.contains("bf16"));
        }
    }

    /** Where there is a stride oneDNN 3 likes products of matrices for each group best, in a hundred times the time. */
    @ParameterizedTest
    @CsvSource({"24, 24", "37, 37", "64, 4"})
    void multipliesNoMatricesForEachGroup(int channels, int groups) {
        Network strided = Network.input(8, 15, 12)
                .conv2d(channels, 1)
                .then(Conv2d.of(channels, 3).groups(groups).stride(2).padding(1))
                .then(ConvTranspose2d.of(channels, 4).groups(groups).stride(2).padding(1))
                .build(1);
        assertAgrees(strided, 8, 2);
        try (OneDnnTraining training = training(strided, mixed(1), 8)) {
            assertThat(kernels(training, Convolution.class)).allMatch(name -> name.contains("bf16"));
            assertThat(training.program().implementations()).noneMatch(name -> name.contains("brgconv_strided"));
        }
    }

    private static Set<String> kernels(OneDnnTraining training, Class<?> op) {
        Set<String> used = training.program().used().get(op);
        // The others copy: "jit_direct_copy" is of version 3.
        List<String> copies = List.of("jit:", "simple", "jit_direct_copy");
        used.removeIf(name -> name.equals("oneDNN") || copies.stream().anyMatch(name::startsWith));
        return used;
    }

    private static OneDnnTraining training(Network net, Engine engine, int batch) {
        Graph graph = EngineComparison.withLoss(net.graph());
        return (OneDnnTraining) engine.training(graph, net.parameters(), batch, 1);
    }

    @Test
    void leavesOutTheFirstAndTheLastLayer() {
        Network convolutions = Network.input(16, 8, 8)
                .conv2d(16, 3)
                .relu()
                .conv2d(24, 3)
                .relu()
                .conv2d(8, 3)
                .build(1);
        assertThat(bfloat16Passes(convolutions, Precision.MIXED)).isEqualTo(8);
        assertThat(bfloat16Passes(convolutions, Precision.MIXED.exceptFirst())).isEqualTo(6);
        assertThat(bfloat16Passes(convolutions, Precision.MIXED.exceptLast())).isEqualTo(5);
        assertThat(bfloat16Passes(convolutions, Precision.MIXED.exceptFirst().exceptLast()))
                .isEqualTo(3);
        assertThat(bfloat16Passes(convolutions, Precision.MIXED.except("conv2d_2", "conv2d_3")))
                .isEqualTo(2);
    }

    /* The inputs of EngineComparison want no gradients, so a first layer has two passes. */
    private static long bfloat16Passes(Network net, Precision precision) {
        try (OneDnnTraining training = training(net, mixed(1).precision(precision), 4)) {
            return training.program().implementations().stream()
                    .filter(name -> name.contains("jit_bf16") || name.contains("brgconv"))
                    .count();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void givesTheSameBitsAgain(int threads) {
        Graph graph = EngineComparison.withLoss(net.graph());
        INDArray images = images();
        INDArray first = null;
        for (int run = 0; run < 3; run++) {
            try (TrainingProgram program = mixed(threads).training(graph, net.parameters(), 16, 1)) {
                program.step(1, images, Nd4j.ones(DataType.FLOAT, 16, 10));
                INDArray gradients = net.parameters().gradients().dup();
                first = first == null ? gradients : first;
                Bits.assertSame(gradients, first);
            }
        }
    }

    private static INDArray images() {
        return Nd4j.linspace(DataType.FLOAT, -1, 0.0001, 16 * 784).reshape('c', 16, 1, 28, 28);
    }

    @Test
    void learnsDigitsAsFloat32Does() {
        Split digits = Digits.load().split(0.8, 1);
        Network fast = trained(digits.train(), UnaryOperator.identity());
        assertThat(fast.evaluate(digits.test()).accuracy()).isGreaterThanOrEqualTo(0.985);
        assertThat(fast.parameters().type()).isEqualTo(DataType.FLOAT);
    }

    private static Network trained(Dataset data, UnaryOperator<Trainer> settings) {
        Network fast = digits().precision(Precision.MIXED);
        settings.apply(fast.trainer()
                        .loss(Loss.softmaxCrossEntropy())
                        .optimizer(Adam.of(2e-3))
                        .seed(1)
                        .batchSize(32)
                        .epochs(15))
                .fit(data);
        return fast;
    }

    /** Inputs by row, and a step that makes no numbers: then the parameters are those from before. */
    @Test
    void tellsOfWhatIsNotFinite() {
        Network fast = digits().precision(Precision.MIXED);
        Dataset data = Digits.load().slice(0, 64);
        INDArray images = data.features().dup();
        images.putScalar(new int[] {40, 0, 3, 3}, Double.NaN);
        assertThatThrownBy(() -> fast.predict(images))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("got NaN in row 40");
        assertStops(fast, data, Sgd.of(1e39));
        fast.parameters().get("dense_2.weight").muli(1e38);
        assertStops(fast, data, Sgd.of(0.1));
        fast.parameters().get("conv2d_2.weight").putScalar(new int[] {1, 2, 0, 0}, Double.NaN);
        assertThatThrownBy(() -> fast.predict(data.features()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("got NaN at [1, 2, 0, 0] of \"conv2d_2.weight\"");
    }

    private static void assertStops(Network net, Dataset data, Optimizer optimizer) {
        INDArray before = net.parameters().trainable().dup();
        Trainer trainer = net.trainer()
                .loss(Loss.softmaxCrossEntropy())
                .optimizer(optimizer)
                .batchSize(64);
        assertThatThrownBy(() -> trainer.fit(data))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith(
                        "fit expects finite numbers but got NaN or infinity in epoch 1, step 1, first in")
                .hasMessageEndingWith("(the parameters are still those before this step)");
        Bits.assertSame(net.parameters().trainable(), before);
    }

    private static Network digits() {
        return Network.input(1, 8, 8)
                .conv2d(24, 3, Padding.SAME)
                .batchNorm2d()
                .relu()
                .conv2d(40, 3, Padding.SAME)
                .batchNorm2d()
                .relu()
                .maxPool2d(2)
                .flatten()
                .dense(64)
                .batchNorm1d()
                .relu()
                .dense(10)
                .build(1);
    }

    /** What is kept of a network and done with it is in float32, whatever computes it. */
    @Test
    void foldsRecalibratesSavesAndExplainsAsBefore(@TempDir Path folder) {
        Dataset data = Digits.load();
        Network fast = trained(data, trainer -> trainer.epochs(2));
        Network full = fast.precision(Precision.FULL);
        assertThat(fast.explainBias()).isEqualTo(full.explainBias());
        assertThat(fast.fold().network().evaluate(data).accuracy())
                .isCloseTo(fast.evaluate(data).accuracy(), offset(0.005));
        fast.save(folder.resolve("net"));
        Parameters loaded = Network.load(folder.resolve("net")).parameters();
        Bits.assertSame(loaded.trainable(), full.parameters().trainable());
        Bits.assertSame(loaded.state(), full.parameters().state());
        INDArray before = running(fast);
        fast.recalibrate(data);
        INDArray mixed = running(fast);
        full.recalibrate(data);
        assertTensor(mixed).isCloseTo(running(full), 0.02);
        assertThat(mixed).isNotEqualTo(before);
        assertThat(fast.batchNormReport(data).findings())
                .isEqualTo(full.batchNormReport(data).findings());
    }

    private static INDArray running(Network net) {
        return net.parameters().get("batchnorm2d_2.runningMean").dup();
    }
}
