package io.github.bn4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bn4j.checkpoint.Checkpoint;
import io.github.bn4j.checkpoint.CheckpointException;
import io.github.bn4j.data.Dataset;
import io.github.bn4j.engine.Engine;
import io.github.bn4j.engine.InferenceProgram;
import io.github.bn4j.graph.Parameters;
import io.github.bn4j.internal.Tensors;
import io.github.bn4j.layer.BatchNorm1d;
import io.github.bn4j.networks.Noise;
import io.github.bn4j.train.Adam;
import io.github.bn4j.train.AdamW;
import io.github.bn4j.train.Evaluation;
import io.github.bn4j.train.Loss;
import io.github.bn4j.train.Optimizer;
import io.github.bn4j.train.Sgd;
import io.github.bn4j.train.StepEvent;
import io.github.bn4j.train.Trainer;
import io.github.bn4j.train.TrainingListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** NaN and infinity are told of, wherever they come from. */
class NonFiniteTest {

    private static final float NAN = Float.NaN;
    private static final float INF = Float.POSITIVE_INFINITY;

    @Test
    void countsOutputsThatSayNothingAsWrong() {
        INDArray outputs = Nd4j.createFromArray(new float[][] {
            {NAN, NAN, NAN},
            {NAN, 2, 1},
            {3, NAN, 1},
            {INF, 0, 0},
            {-INF, -INF, -INF},
            {0, -INF, -1},
            {0, 1, 2},
            {1, 0, 0}
        });
        INDArray classes = Nd4j.createFromArray(0f, 0, 0, 0, 0, 0, 2, 1);

        Evaluation evaluation = Evaluation.of(outputs, classes);

        assertThat(evaluation.withoutResult()).isEqualTo(5);
        assertThat(evaluation.accuracy()).isEqualTo(2 / 8.0);
        assertThat(evaluation.confusion()).isDeepEqualTo(new int[][] {{1, 0, 0}, {1, 0, 0}, {0, 0, 1}});
        assertThat(evaluation).hasToString("Evaluation[8 examples, accuracy 0.2500, 5 with NaN or infinite outputs]");
        assertThat(Evaluation.of(outputs.getRow(6, true), Nd4j.createFromArray(2f)))
                .hasToString("Evaluation[1 examples, accuracy 1.0000]");
    }

    @Test
    void countsTheRowsOfARegressionThatAreNotFinite() {
        INDArray outputs = Nd4j.createFromArray(1f, NAN, 3, -INF, 5, 6).reshape(3, 1, 2);

        Evaluation evaluation = Evaluation.of(outputs, Nd4j.zeros(DataType.FLOAT, 3, 1, 2));

        assertThat(evaluation.withoutResult()).isEqualTo(2);
        assertThat(evaluation)
                .hasToString("Evaluation[3 examples, mean squared error NaN, mean absolute error NaN, 2 with NaN or"
                        + " infinite outputs]");
    }

    @Test
    void refusesTargetsThatAreNotFinite() {
        INDArray targets = Nd4j.zeros(DataType.FLOAT, 4, 2);
        targets.putScalar(2, 1, NAN);
        assertThatThrownBy(() -> Evaluation.of(Nd4j.zeros(DataType.FLOAT, 4, 2), targets))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "Evaluation expects finite targets but got NaN in row 2; leave out examples without a target");
    }

    @ParameterizedTest
    @EnumSource(
            value = DataType.class,
            names = {"HALF", "BFLOAT16", "INT", "LONG", "BOOL", "UTF8"})
    void refusesTypesThatNoEngineComputesIn(DataType type) {
        String message = "network expects parameters of type FLOAT or DOUBLE but got " + type + "; take DataType.FLOAT";
        assertThatThrownBy(() -> Network.input(3).dense(2).build(1, type))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
        GraphBuilder g = new GraphBuilder();
        assertThatThrownBy(() -> g.build(1, type, g.input("x", 3))).hasMessage(message);
        Network net = Network.input(3).dense(2).build(1);
        assertThatThrownBy(() -> net.to(type)).hasMessage(message);
    }

    /** What a training leaves after each step. */
    private static final class Kept implements TrainingListener {

        private final Parameters parameters;
        private INDArray trainable;
        private INDArray state;
        private int steps;

        Kept(Parameters parameters) {
            this.parameters = parameters;
            copy();
        }

        private void copy() {
            trainable = parameters.trainable().dup();
            state = parameters.state().dup();
        }

        @Override
        public void onStep(StepEvent step) {
            copy();
            steps++;
        }

        void assertThatParametersAreThose() {
            assertThat(parameters.trainable()).isEqualTo(trainable);
            assertThat(parameters.state()).isEqualTo(state);
        }
    }

    static Stream<Engine> engines() {
        return Stream.of(Engine.fastest(DataType.FLOAT), Engine.nd4j(), Engine.replicas(2));
    }

    private static Network small() {
        return Network.input(3).dense(5).batchNorm1d().relu().dense(2).build(1);
    }

    private static Dataset noise(int rows) {
        return Dataset.of(Noise.uniform(DataType.FLOAT, 7, rows, 3), Tensors.zeros(DataType.FLOAT, rows));
    }

    private static void assertStopped(Network net, Trainer trainer, Dataset data, int steps, String where) {
        Kept kept = new Kept(net.parameters());
        assertThatThrownBy(() ->
                        trainer.loss(Loss.softmaxCrossEntropy()).listener(kept).fit(data))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageMatching(
                        "fit expects finite numbers but got NaN or infinity in epoch \\d, step \\d+, first in "
                                + Pattern.quote(where) + "; lower the learning rate or scale the data"
                                + " \\(the parameters are still those before this step\\)");
        assertThat(kept.steps).isEqualTo(steps);
        kept.assertThatParametersAreThose();
    }

    @ParameterizedTest
    @MethodSource("engines")
    void keepsTheLastRunningAveragesWhenOneBecomesInfinite(Engine engine) {
        Network net = Network.input(3).batchNorm1d().dense(2).build(1).on(engine);
        Dataset data = noise(32);
        data.features().putScalar(20, 1, 1e22);
        String where = "\"batchnorm1d_1.runningVariance\" of layer \"batchnorm1d_1\" BatchNorm1d()";
        for (UnaryOperator<Trainer> way : List.<UnaryOperator<Trainer>>of(
                trainer -> trainer, trainer -> trainer.accumulate(2), trainer -> trainer.accumulateAsOne(2))) {
            Trainer trainer =
                    way.apply(net.trainer().batchSize(8).optimizer(Sgd.of(0.1).momentum(0.9)));
            assertStopped(net, trainer.batchSize(16), data, 0, where);
        }
        // After good steps, with the bad row somewhere in one of eight batches.
        Kept kept = new Kept(net.parameters());
        Trainer trainer = net.trainer()
                .batchSize(4)
                .seed(3)
                .loss(Loss.softmaxCrossEntropy())
                .listener(kept);
        assertThatThrownBy(() -> trainer.fit(data)).hasMessageContaining("first in " + where);
        assertThat(kept.steps).isBetween(1, 7);
        kept.assertThatParametersAreThose();
    }

    @ParameterizedTest
    @MethodSource("engines")
    void takesBackAStepThatOverflows(Engine engine) {
        for (Optimizer optimizer : List.of(
                Sgd.of(1e300),
                Sgd.of(1e39),
                Sgd.of(1e39).momentum(0.9),
                Sgd.of(0.1).weightDecay(1e40),
                Sgd.of(0.1).nesterov(0.9).weightDecay(1e40),
                Adam.of(1e300),
                Adam.of(1e-3).epsilon(1e-60),
                Adam.of(1e-3).weightDecay(1e30),
                AdamW.of(1e300),
                AdamW.of(1e-3).weightDecay(1e300))) {
            Network net = small().on(engine);
            assertStopped(
                    net,
                    net.trainer().batchSize(8).optimizer(optimizer),
                    noise(8),
                    0,
                    "what the optimizer " + optimizer + " makes of the parameters");
        }
    }

    @ParameterizedTest
    @MethodSource("engines")
    void doesNotTrainOrPredictByParametersThatAreNotFinite(Engine engine) {
        Network net = Network.input(3).dense(5).relu().dense(2).build(1).on(engine);
        net.parameters().get("dense_1.weight").putScalar(4, 1, NAN).putScalar(2, 0, -INF);
        String fault = "finite parameters but got -Infinity at [2, 0], [4, 1] of \"dense_1.weight\"; set it through"
                + " parameters(), load the network again, or measure running averages anew by recalibrate(data)";
        assertThatThrownBy(() -> net.trainer().loss(Loss.softmaxCrossEntropy()).fit(noise(8)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("fit expects " + fault);
        for (int again = 0; again < 2; again++) {
            assertThatThrownBy(() -> net.predict(noise(8).features()))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("network expects " + fault);
        }
        assertThatThrownBy(() -> net.evaluate(noise(8))).hasMessage("network expects " + fault);
        assertThatThrownBy(net::fold).hasMessage("fold expects " + fault);
        Network wide = net.to(DataType.DOUBLE);
        assertThatThrownBy(() -> wide.predict(noise(8).features())).hasMessage("network expects " + fault);
    }

    @ParameterizedTest
    @MethodSource("engines")
    void namesTheChannelsWhoseRunningAveragesAreNoneToNormaliseBy(Engine engine) {
        Network net = Network.input(3)
                .dense(12)
                .batchNorm1d()
                .relu()
                .dense(2)
                .build(1)
                .on(engine);
        INDArray variance = net.parameters().get("batchnorm1d_1.runningVariance");
        Dataset data = noise(8);
        INDArray expected = net.predict(data.features());
        variance.putScalar(3, -0.5).putScalar(7, -1);
        String advice = "; set it through parameters(), load the network again, or measure running averages anew by"
                + " recalibrate(data)";
        String negative =
                "running variances of at least 0 but got -0.5 at [3], [7] of \"batchnorm1d_1.runningVariance\"";
        assertThatThrownBy(() -> net.predict(data.features())).hasMessage("network expects " + negative + advice);
        assertThatThrownBy(net::fold).hasMessage("fold expects " + negative + advice);
        assertThatThrownBy(() -> net.batchNormReport(data)).hasMessage("batchNormReport expects " + negative + advice);
        assertThatThrownBy(() -> net.trainer().loss(Loss.softmaxCrossEntropy()).fit(data))
                .hasMessage("fit expects " + negative + advice);
        variance.assign(NAN);
        String nan = "finite parameters but got NaN at [0], [1], [2], [3], [4], [5], [6], [7] and 4 more places of"
                + " \"batchnorm1d_1.runningVariance\"";
        assertThatThrownBy(() -> net.batchNormReport(data)).hasMessage("batchNormReport expects " + nan + advice);

        net.recalibrate(data);
        assertThat(net.predict(data.features()).shape()).isEqualTo(expected.shape());
    }

    @Test
    void refusesRunningVariancesOfZeroWhereNothingIsAddedToThem() {
        Network net = Network.input(3).then(BatchNorm1d.of().epsilon(0)).build(1);
        net.parameters().get("batchnorm1d_1.runningVariance").putScalar(1, 0);
        assertThatThrownBy(() -> net.predict(noise(8).features()))
                .hasMessage("network expects running variances and epsilon above 0 but got 0.0 at [1] of"
                        + " \"batchnorm1d_1.runningVariance\"; set it through parameters(), load the network again, or"
                        + " measure running averages anew by recalibrate(data)");
    }

    @ParameterizedTest
    @MethodSource("engines")
    void namesTheRowOfAnInputThatIsNotFinite(Engine engine) {
        for (Network net : List.of(small().on(engine), small().to(DataType.DOUBLE))) {
            for (float value : new float[] {NAN, INF, -INF}) {
                INDArray features = noise(600).features();
                features.putScalar(300, 2, value);
                assertThatThrownBy(() -> net.predict(features))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessage("network expects finite numbers in input \"features\" but got " + value
                                + " in row 300; fill in what is missing, or leave such rows out");
                assertThatThrownBy(() -> net.predict(features.castTo(DataType.DOUBLE)))
                        .hasMessageContaining("row 300");
                assertThatThrownBy(() -> net.predict(features.dup('f'))).hasMessageContaining("row 300");
                try (InferenceProgram program = net.engine().inference(net.graph(), net.parameters(), 600)) {
                    assertThatThrownBy(() -> program.run(features)).hasMessageContaining("row 300");
                }
                try (InferenceProgram program = net.engine().inference(net.graph(), net.parameters(), 1)) {
                    assertThatThrownBy(() -> program.run(features.getRow(300, true)))
                            .hasMessageContaining("row 0");
                }
            }
        }
    }

    @Test
    void refusesNumbersThatTheNetworksTypeCannotHold() {
        Network net = small();
        INDArray features = noise(8).features().castTo(DataType.DOUBLE);
        features.putScalar(3, 1, -1e39);
        String message =
                "network expects finite numbers in input \"features\" but got -1.0E39, more than FLOAT holds, in"
                        + " row 3; fill in what is missing, or leave such rows out";
        assertThatThrownBy(() -> net.predict(features)).hasMessage(message);
        Dataset data = Dataset.of(features, Tensors.zeros(DataType.FLOAT, 8));
        assertThatThrownBy(() -> net.trainer().loss(Loss.softmaxCrossEntropy()).fit(data))
                .hasMessage(message);
        assertThatThrownBy(() -> net.recalibrate(data)).hasMessageContaining("more than FLOAT holds");
        assertThat(net.to(DataType.DOUBLE).predict(features).shape()).containsExactly(8, 2);
    }

    @Test
    void refusesWeightsFromElsewhereThatAreNotFinite() {
        Network net = small();
        Parameters own = net.parameters();
        INDArray before = own.trainable().dup();
        Map<String, INDArray> weights = new HashMap<>();
        own.names().forEach(name -> weights.put(name, own.get(name).castTo(DataType.DOUBLE)));
        weights.put("dense_1.bias", Tensors.zeros(DataType.DOUBLE, 5));
        Map<String, String> faults = Map.of(
                "dense_1.weight",
                "finite parameters but got NaN at [0, 0] of \"dense_1.weight\"",
                "dense_1.bias",
                "finite parameters but got NaN at [0] of \"dense_1.bias\"",
                "batchnorm1d_1.runningMean",
                "finite parameters but got NaN at [0] of \"batchnorm1d_1.runningMean\"");
        faults.forEach((name, fault) -> {
            Map<String, INDArray> bad = new HashMap<>(weights);
            bad.put(name, weights.get(name).dup().putScalar(0, NAN));
            assertThatThrownBy(() -> net.importWeights(bad))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("importWeights expects " + fault
                            + "; take weights from before the training diverged, or set these values");
        });
        Map<String, INDArray> large = new HashMap<>(weights);
        large.put("dense_1.weight", weights.get("dense_1.weight").dup().putScalar(1, 1e300));
        assertThatThrownBy(() -> net.importWeights(large))
                .hasMessage(
                        "importWeights expects finite parameters but got Infinity at [0, 1] of \"dense_1.weight\" as"
                                + " FLOAT; take weights from before the training diverged, or set these values");
        Map<String, INDArray> negative = new HashMap<>(weights);
        negative.put(
                "batchnorm1d_1.runningVariance", Tensors.of(DataType.DOUBLE, new double[] {1, 1, -1, 1, -1e-9}, 5));
        assertThatThrownBy(() -> net.importWeights(negative))
                .hasMessage("importWeights expects running variances of at least 0 but got -1.0 at [2], [4] of"
                        + " \"batchnorm1d_1.runningVariance\"; take weights from before the training diverged, or set these"
                        + " values");
        assertThat(own.trainable()).isEqualTo(before);
        net.importWeights(weights);
        assertThat(own.trainable()).isEqualTo(before);
    }

    @Test
    void savesNothingThatItWouldNotLoad(@TempDir Path folder) throws IOException {
        Path path = folder.resolve("net.safetensors");
        Network net = small();
        net.save(path);
        byte[] before = Files.readAllBytes(path);
        String advice = "; set it through parameters(), load the network again, or measure running averages anew by"
                + " recalibrate(data)";
        net.parameters().get("dense_2.weight").putScalar(1, 4, INF);
        assertThatThrownBy(() -> net.save(path))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("Network.save expects finite parameters but got Infinity at [1, 4] of \"dense_2.weight\""
                        + advice);
        Network other = small();
        other.parameters().get("batchnorm1d_1.runningVariance").putScalar(4, -2);
        assertThatThrownBy(() -> other.save(path))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("Network.save expects running variances of at least 0 but got -2.0 at [4] of"
                        + " \"batchnorm1d_1.runningVariance\"" + advice);
        assertThat(Files.readAllBytes(path)).isEqualTo(before);
        assertThat(folder.toFile().list()).containsExactly("net.safetensors");
    }

    @Test
    void refusesFilesThatHoldNumbersThatAreNotFinite(@TempDir Path folder) {
        Path path = folder.resolve("net.safetensors");
        small().save(path);
        Checkpoint saved = Checkpoint.read(path);
        saved.tensors().get("dense_2.weight").putScalar(1, 4, INF);
        saved.write(path);
        assertThatThrownBy(() -> Network.load(path))
                .isInstanceOf(CheckpointException.class)
                .hasMessage(
                        "Network.load expects finite parameters but got Infinity at [1, 4] of \"dense_2.weight\" in \""
                                + path + "\"; load an earlier file, such as one that keepBest wrote");
        saved.tensors().get("dense_2.weight").putScalar(1, 4, 0);
        saved.tensors().get("batchnorm1d_1.runningVariance").putScalar(4, -2);
        saved.write(path);
        assertThatThrownBy(() -> Network.load(path))
                .isInstanceOf(CheckpointException.class)
                .hasMessageStartingWith("Network.load expects running variances of at least 0 but got -2.0 at [4] of");
    }

    @Test
    void doesNotWriteWhatRecalibrationMeasuresButFloatCannotHold() {
        Network net = Network.input(3).batchNorm1d().dense(2).build(1);
        INDArray before = net.parameters().state().dup();
        Dataset data = noise(8);
        data.features().putScalar(3, 1, 1e22);
        assertThatThrownBy(() -> net.recalibrate(data))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(
                        "recalibrate expects finite values before \"batchnorm1d_1\" but got NaN or infinity in channel 1;"
                                + " look at the weights before it, or scale the data");
        assertThat(net.parameters().state()).isEqualTo(before);
        assertThat(net.to(DataType.DOUBLE).recalibrate(data).changes()).hasSize(1);
    }
}
