package io.github.bn4j.train;

import static io.github.bn4j.TensorAssert.assertTensor;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.bn4j.Bits;
import io.github.bn4j.GraphBuilder;
import io.github.bn4j.Network;
import io.github.bn4j.checkpoint.CheckpointException;
import io.github.bn4j.console.Progress;
import io.github.bn4j.data.Augmentation;
import io.github.bn4j.data.Dataset;
import io.github.bn4j.data.Digits;
import io.github.bn4j.data.Sampling;
import io.github.bn4j.data.TailBatch;
import io.github.bn4j.engine.Engine;
import io.github.bn4j.engine.NeedsBfloat16;
import io.github.bn4j.engine.Precision;
import io.github.bn4j.graph.Value;
import io.github.bn4j.layer.BatchNorm1d;
import io.github.bn4j.layer.Dense;
import io.github.bn4j.layer.Flatten;
import io.github.bn4j.layer.Padding;
import io.github.bn4j.layer.Relu;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Several processes that take the steps of a training together leave what one process leaves. */
class SharedTrainingTest {

    private static final Dataset DATA = Digits.load().slice(0, 203);
    private static final Dataset OTHERS = Digits.load().slice(203, 270);

    private static Network dense() {
        return Network.input(1, 8, 8)
                .flatten()
                .dense(13)
                .batchNorm1d()
                .relu()
                .dropout(0.2)
                .residual(b -> b.dense(13).batchNorm1d().relu())
                .dense(10)
                .build(42, DataType.DOUBLE)
                .on(Engine.nd4j());
    }

    private static Network convolutional() {
        return Network.input(1, 8, 8)
                .conv2d(5, 3, Padding.SAME)
                .batchNorm2d()
                .relu()
                .maxPool2d(2)
                .flatten()
                .dense(10)
                .build(7);
    }

    /** Two outputs, of which one sees the other's features. */
    private static Network forked() {
        GraphBuilder g = new GraphBuilder();
        Value x = g.input("image", 1, 8, 8);
        Value hidden = g.call(Relu.of(), g.call(BatchNorm1d.of(), g.call(Dense.of(11), g.call(Flatten.of(), x))));
        return g.build(3, DataType.DOUBLE, g.call("digit", Dense.of(10), hidden), g.call("ink", Dense.of(1), hidden))
                .on(Engine.nd4j());
    }

    /** Trains in one process and in several, with three cuts of each epoch. */
    private static void compare(
            int processes,
            Supplier<Network> build,
            UnaryOperator<Trainer> settings,
            Dataset data,
            @Nullable Dataset others,
            double tolerance) {
        Network alone = build.get();
        Network several = build.get();
        Trainer one = settings.apply(alone.trainer());
        History expected = others == null ? one.fit(data) : one.fit(data, others);
        SharedTraining training = SharedRuns.training(settings.apply(several.trainer()), data, others)
                .processes(processes)
                .stepsPerPart(3);
        History history = training.fit(new SharedRuns(training, data, others));
        assertSame(history, expected, tolerance);
        assertSame(several, alone, tolerance);
    }

    private static void assertSame(Network actual, Network expected, double tolerance) {
        assertTensor(actual.parameters().trainable())
                .isRelativelyCloseTo(expected.parameters().trainable(), tolerance);
        assertTensor(actual.parameters().state())
                .isRelativelyCloseTo(expected.parameters().state(), tolerance);
    }

    private static void assertSame(History history, History expected, double tolerance) {
        assertThat(history.endedEarly()).isEqualTo(expected.endedEarly());
        assertThat(history.epochs()).hasSameSizeAs(expected.epochs());
        for (int i = 0; i < history.epochs().size(); i++) {
            Epoch actual = history.epochs().get(i);
            Epoch wanted = expected.epochs().get(i);
            assertThat(actual.number()).isEqualTo(wanted.number());
            assertThat(actual.judgedBy()).isEqualTo(wanted.judgedBy());
            assertThat(actual.trainLoss()).isCloseTo(wanted.trainLoss(), within(tolerance));
            assertThat(actual.metrics().keySet()).isEqualTo(wanted.metrics().keySet());
            actual.metrics().forEach((name, value) -> assertThat(value)
                    .as(name)
                    .isCloseTo(requireNonNull(wanted.metrics().get(name)), within(tolerance)));
        }
    }

    private static Trainer plain(Trainer trainer) {
        return trainer.loss(Loss.softmaxCrossEntropy()).batchSize(29).epochs(3);
    }

    @Test
    @NeedsBfloat16
    void processesComputeInThePrecisionOfTheNetwork() {
        Network full = convolutional();
        Network mixed = convolutional().precision(Precision.MIXED);
        for (Network net : List.of(full, mixed)) {
            SharedTraining training =
                    SharedRuns.training(plain(net.trainer()), DATA, null).processes(2);
            training.fit(new SharedRuns(training, DATA, null));
        }
        assertTensor(mixed.parameters().trainable())
                .differsFrom(full.parameters().trainable(), 1e-4)
                .isRelativelyCloseTo(full.parameters().trainable(), 0.05);
    }

    /** 8 steps in each of 7 epochs, the last of one example, so of empty parts. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void severalProcessesDoWhatOneDoes(int processes) {
        compare(
                processes,
                SharedTrainingTest::withoutNorm,
                trainer -> plain(trainer).batchSize(29).epochs(7).metrics(Metric.f1()),
                Digits.load().slice(0, 204),
                OTHERS,
                1e-12);
        compare(
                processes,
                SharedTrainingTest::dense,
                trainer -> plain(trainer)
                        .tail(TailBatch.MERGE)
                        .epochs(7)
                        .optimizer(AdamW.of(2e-3))
                        .schedule(Schedule.cosine().warmup(0.1)),
                DATA,
                null,
                1e-12);
    }

    private static Network withoutNorm() {
        return Network.input(1, 8, 8)
                .flatten()
                .dense(9)
                .relu()
                .dense(10)
                .build(1, DataType.DOUBLE)
                .on(Engine.nd4j());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void convolutionsInFloatComeNear(int processes) {
        compare(
                processes,
                SharedTrainingTest::convolutional,
                trainer -> plain(trainer).optimizer(Sgd.of(0.05)).epochs(7),
                DATA,
                OTHERS,
                1e-5);
    }

    @Test
    void examplesCountWhatTheirWeightsAndClassesSay() {
        double[] weights = new double[DATA.size()];
        Arrays.setAll(weights, row -> row % 7 / 3.0);
        double[] perClass = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
        compare(
                3,
                SharedTrainingTest::dense,
                trainer -> trainer.loss(Loss.softmaxCrossEntropy()
                                .classWeights(perClass)
                                .ignoring(4))
                        .batchSize(30)
                        .epochs(2),
                DATA.weights(weights),
                OTHERS,
                1e-12);
        // Of one loss alone examples count differently.
        compare(
                2,
                SharedTrainingTest::forked,
                trainer -> trainer.loss("digit", Loss.softmaxCrossEntropy().classWeights(perClass))
                        .loss("ink", Loss.meanSquaredError())
                        .batchSize(30)
                        .epochs(2),
                forkedData(DATA),
                forkedData(OTHERS),
                1e-12);
    }

    private static Dataset forkedData(Dataset digits) {
        INDArray ink = digits.features().sum(1, 2, 3).div(64);
        return Dataset.of(Map.of("image", digits.features()), Map.of("digit", digits.labels(), "ink", ink));
    }

    @Test
    void examplesAreDrawnAndAugmentedAlike() {
        for (Sampling sampling : List.of(Sampling.shuffled(), Sampling.balanced())) {
            compare(
                    3,
                    SharedTrainingTest::convolutional,
                    trainer -> plain(trainer)
                            .optimizer(Sgd.of(0.02))
                            .sampling(sampling)
                            .augment(Augmentation.of(Augmentation.shift(1), Augmentation.rotate(10)))
                            .epochs(2),
                    DATA,
                    null,
                    1e-5);
        }
    }

    @Test
    void settingsOfAllKindsDoWhatTheyDoInOneProcess() {
        compare(
                2,
                SharedTrainingTest::dense,
                trainer -> plain(trainer)
                        .tail(TailBatch.DROP)
                        .optimizer(Sgd.of(0.1).nesterov(0.9))
                        .decay("dense_1.weight", 1e-3)
                        .rate("dense_2", 0.5)
                        .l1("*gamma", 1e-4)
                        .clipNorm(0.5)
                        .accumulate(2)
                        .schedule(Schedule.plateau().patience(1))
                        .averageWeights(Averaging.ema(0.9).recalibrate(false))
                        .stopEarly(EarlyStopping.on("accuracy").patience(2))
                        .seed(5)
                        .epochs(8),
                DATA,
                OTHERS,
                1e-12);
        compare(
                2,
                SharedTrainingTest::dense,
                trainer -> plain(trainer)
                        .tail(TailBatch.DROP)
                        .maxSteps(10)
                        .averageWeights(Averaging.swa().recalibrate(false))
                        .epochs(4),
                DATA,
                OTHERS,
                1e-12);
    }

    /** Without sums over all of them, mean and variance are others. */
    @Test
    void statisticsOfGroupsAreOthers() {
        Network alone = dense();
        plain(alone.trainer()).tail(TailBatch.DROP).fit(DATA);
        Network grouped = dense();
        SharedTraining training = SharedRuns.training(plain(grouped.trainer()).tail(TailBatch.DROP), DATA, null)
                .processes(2)
                .groups(1);
        training.fit(new SharedRuns(training, DATA, null));
        assertTensor(grouped.parameters().trainable())
                .differsFrom(alone.parameters().trainable(), 1e-6);
    }

    private static Trainer watched(Trainer trainer) {
        return plain(trainer)
                .tail(TailBatch.MERGE)
                .stopEarly(EarlyStopping.on("loss").patience(2))
                .epochs(3);
    }

    @Test
    void cutsChangeNoBit() {
        Network whole = dense();
        SharedTraining training =
                SharedRuns.training(watched(whole.trainer()), DATA, OTHERS).processes(2);
        History expected = training.fit(new SharedRuns(training, DATA, OTHERS));
        for (int steps : new int[] {1, 5}) {
            Network cut = dense();
            SharedTraining parts = SharedRuns.training(watched(cut.trainer()), DATA, OTHERS)
                    .processes(2)
                    .stepsPerPart(steps);
            History history = parts.fit(new SharedRuns(parts, DATA, OTHERS));
            assertSame(history, expected, 0);
            assertSame(cut, whole, 0);
        }
    }

    @Test
    void whatIsDoneAgainFromTheLastStateChangesNoBit() {
        Network whole = dense();
        SharedTraining training = SharedRuns.training(watched(whole.trainer()), DATA, OTHERS)
                .processes(2)
                .stepsPerPart(3);
        List<byte[]> states = new ArrayList<>();
        SharedRuns runs = new SharedRuns(training, DATA, OTHERS);
        History expected = training.fit((parts, state) -> {
            states.add(state);
            return runs.run(parts, state);
        });
        assertThat(states).hasSize(9);
        for (int lost : new int[] {0, 2, 3, 8}) {
            Network again = dense();
            List<Integer> told = new ArrayList<>();
            SharedTraining second = SharedRuns.training(
                            watched(again.trainer()).listener(new TrainingListener() {
                                @Override
                                public void onEpoch(EpochEvent event) {
                                    told.add(event.epoch().number());
                                }
                            }),
                            DATA,
                            OTHERS)
                    .processes(2)
                    .stepsPerPart(4);
            History history = second.resume(states.get(lost), new SharedRuns(second, DATA, OTHERS));
            assertSame(history, expected, 0);
            assertSame(again, whole, 0);
            // Of an epoch that a state has, its process was told only after that.
            assertThat(told).isEqualTo(List.of(1, 2, 3).subList(Math.max(0, (lost - 1) / 3), 3));
        }
    }

    @Test
    void aTrainingGoesOnInNoOtherGroups() {
        SharedTraining pairs = SharedRuns.training(watched(dense().trainer()), DATA, OTHERS)
                .processes(4)
                .groups(2);
        List<byte[]> states = new ArrayList<>();
        SharedRuns runs = new SharedRuns(pairs, DATA, OTHERS);
        pairs.fit((parts, state) -> {
            states.add(state);
            return runs.run(parts, state);
        });
        SharedTraining together =
                SharedRuns.training(watched(dense().trainer()), DATA, OTHERS).processes(4);
        for (SharedTraining other : List.of(together, together.groups(4))) {
            assertThatThrownBy(() -> other.resume(states.get(1), runs))
                    .isInstanceOf(CheckpointException.class)
                    .hasMessageContaining("with groups 2, but got groups none; say what it was begun with");
        }
        assertThat(together.groups(2).resume(states.get(2), runs).epochs()).hasSize(3);
    }

    @Test
    void aTrainingGoesOnInSeveralProcessesAndBack() {
        Network alone = dense();
        Trainer one = plain(alone.trainer()).tail(TailBatch.DROP).epochs(1);
        one.fit(DATA);
        one.fit(DATA);
        History expected = one.fit(DATA);
        Network several = dense();
        Trainer other = plain(several.trainer()).tail(TailBatch.DROP).epochs(1);
        other.fit(DATA);
        SharedTraining training = SharedRuns.training(other, DATA, null).processes(2);
        training.fit(new SharedRuns(training, DATA, null));
        History history = other.fit(DATA);
        assertSame(history, expected, 1e-12);
        assertSame(several, alone, 1e-12);
        // What the network remembers of its trainings is the same as well.
        assertThat(several.evaluate(OTHERS).toString())
                .isEqualTo(alone.evaluate(OTHERS).toString());
    }

    @Test
    void tellsListenersOfEpochsAndMayBeStoppedByThem() {
        Network net = dense();
        List<String> told = new ArrayList<>();
        Trainer trainer = watched(net.trainer()).listener(new TrainingListener() {
            @Override
            public void onStart(TrainingRun run) {
                told.add("start, " + run.steps() + " steps");
            }

            @Override
            public void onPart(TrainingRun run) {
                told.add(run.taken() + " steps");
            }

            @Override
            public void onEpoch(EpochEvent event) {
                told.add("epoch " + event.epoch().number() + " after "
                        + event.run().taken() + " steps");
                if (event.epoch().number() == 2) {
                    event.run().stop("two are enough");
                }
            }

            @Override
            public void onEnd(EndEvent end) {
                told.add("end");
            }
        });
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        SharedTraining training = SharedRuns.training(
                        trainer.listener(Progress.lines(new PrintStream(printed, true, StandardCharsets.UTF_8))),
                        DATA,
                        OTHERS)
                .processes(2)
                .stepsPerPart(5);
        History history = training.fit(new SharedRuns(training, DATA, OTHERS));
        assertThat(printed.toString(StandardCharsets.UTF_8).lines())
                .containsExactly(
                        "step 5 of 21",
                        history.epochs().get(0).toString(),
                        "step 12 of 21",
                        history.last().toString(),
                        "ended early, after epoch 2: two are enough");
        assertThat(told)
                .containsExactly(
                        "start, 21 steps",
                        "5 steps",
                        "7 steps",
                        "epoch 1 after 7 steps",
                        "12 steps",
                        "14 steps",
                        "epoch 2 after 14 steps",
                        "end");
        assertThat(history.endedEarly()).contains("after epoch 2: two are enough");
        assertThat(history.epochs()).hasSize(2);
    }

    @Test
    void anEpochIsJudgedThatIsCutShort() {
        Network net = dense();
        Trainer trainer = watched(net.trainer());
        SharedTraining training =
                SharedRuns.training(trainer, DATA, OTHERS).processes(2).stepsPerPart(3);
        SharedRuns runs = new SharedRuns(training, DATA, OTHERS);
        History history = training.fit((parts, state) -> {
            trainer.stop("it is late");
            return runs.run(parts, state);
        });
        assertThat(history.endedEarly()).contains("in epoch 1, after 3 of 7 steps: it is late");
        assertThat(history.epochs()).hasSize(1);
        assertThat(history.last().metrics()).containsKeys("loss", "accuracy");
    }

    @Test
    void keepsTheBest(@TempDir Path folder) {
        Path file = folder.resolve("best.safetensors");
        Network net = dense();
        Trainer trainer = watched(net.trainer()).epochs(2).keepBest(file);
        SharedTraining training = SharedRuns.training(trainer, DATA, OTHERS).processes(2);
        History history = training.fit(new SharedRuns(training, DATA, OTHERS));
        assertThat(Files.exists(file)).isTrue();
        Epoch best = history.best("loss");
        assertThat(Network.load(file).on(Engine.nd4j()).trainer().loss(Loss.softmaxCrossEntropy()))
                .isNotNull();
        assertThat(Network.load(file).evaluate(OTHERS).logLoss()).isCloseTo(best.validationLoss(), within(1e-9));
    }

    @Test
    void numbersThatStopBeingFiniteAreExplainedAsInOneProcess() {
        UnaryOperator<Trainer> settings =
                trainer -> plain(trainer).optimizer(Sgd.of(1e200)).tail(TailBatch.DROP);
        Network alone = dense();
        String[] message = new String[1];
        assertThatThrownBy(() -> settings.apply(alone.trainer()).fit(DATA))
                .isInstanceOf(IllegalStateException.class)
                .satisfies(failure -> message[0] = failure.getMessage());
        Network several = dense();
        INDArray before = several.parameters().trainable().dup();
        SharedTraining training = SharedRuns.training(settings.apply(several.trainer()), DATA, null)
                .processes(3);
        assertThatThrownBy(() -> training.fit(new SharedRuns(training, DATA, null)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(message[0]);
        // Nothing but whole parts comes back.
        Bits.assertSame(several.parameters().trainable(), before);
        assertThat(several.trainer().stop("none is under way")).isFalse();
    }
}
