package io.github.bn4j.train;

import static io.github.bn4j.TensorAssert.assertTensor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.bn4j.Bits;
import io.github.bn4j.Network;
import io.github.bn4j.checkpoint.CheckpointException;
import io.github.bn4j.data.Dataset;
import io.github.bn4j.data.Digits;
import io.github.bn4j.data.Sampling;
import io.github.bn4j.data.TailBatch;
import io.github.bn4j.engine.Engine;
import io.github.bn4j.graph.Parameters;
import io.github.bn4j.layer.Padding;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;

/** Processes that step apart, each on its part of every batch, and go on with the mean of what they have come to. */
class LocalStepsTest {

    /** Of batches of 29 the last one has a single example, so all processes but one have none of it. */
    private static final Dataset DATA = Digits.load().slice(0, 204);

    private static final Dataset OTHERS = Digits.load().slice(204, 270);

    private static Network withoutNorm() {
        return Network.input(1, 8, 8)
                .flatten()
                .dense(9)
                .relu()
                .dense(10)
                .build(1, DataType.DOUBLE)
                .on(Engine.nd4j());
    }

    private static Network convolutional(DataType type) {
        return Network.input(1, 8, 8)
                .conv2d(5, 3, Padding.SAME)
                .batchNorm2d()
                .relu()
                .maxPool2d(2)
                .flatten()
                .dropout(0.2)
                .dense(10)
                .build(7, type);
    }

    private static Trainer plain(Trainer trainer) {
        return trainer.loss(Loss.softmaxCrossEntropy()).batchSize(29).epochs(3);
    }

    private static History run(SharedTraining training, Dataset data, @Nullable Dataset others) {
        return training.fit(new SharedRuns(training, data, others));
    }

    private static void assertSameBits(Network actual, Network expected) {
        Bits.assertSame(actual.parameters().trainable(), expected.parameters().trainable());
        Bits.assertSame(actual.parameters().state(), expected.parameters().state());
    }

    /** The mean of steps of plain gradient descent is a step by the mean of the gradients. */
    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4})
    void aMeanAfterEachStepOfPlainGradientDescentIsWhatOneProcessDoes(int processes) {
        double[] weights = new double[DATA.size()];
        // With 0 for neighbours, so that all that some process has of a batch does not count.
        Arrays.setAll(weights, row -> row % 40 < 20 ? 0 : row % 7 / 3.0);
        for (Dataset data : List.of(DATA, DATA.weights(weights))) {
            UnaryOperator<Trainer> settings = trainer -> plain(trainer)
                    .sampling(Sampling.inOrder())
                    .optimizer(Sgd.of(0.1))
                    .l2("dense_1.weight", 1e-3)
                    .accumulate(2)
                    .epochs(4);
            Network alone = withoutNorm();
            History expected = settings.apply(alone.trainer()).fit(data, OTHERS);
            Network several = withoutNorm();
            History history = run(
                    SharedRuns.training(settings.apply(several.trainer()), data, OTHERS)
                            .processes(processes)
                            .averageEvery(1),
                    data,
                    OTHERS);
            assertTensor(several.parameters().trainable())
                    .isRelativelyCloseTo(alone.parameters().trainable(), 1e-12);
            for (int i = 0; i < 4; i++) {
                Epoch actual = history.epochs().get(i);
                Epoch wanted = expected.epochs().get(i);
                assertThat(actual.trainLoss()).isCloseTo(wanted.trainLoss(), within(1e-12));
                assertThat(actual.validationLoss()).isCloseTo(wanted.validationLoss(), within(1e-12));
            }
        }
    }

    @Test
    void oneProcessAloneDoesWhatFitDoes() {
        Network alone = convolutional(DataType.FLOAT);
        History expected = plain(alone.trainer()).fit(DATA, OTHERS);
        Network shared = convolutional(DataType.FLOAT);
        History history =
                run(SharedRuns.training(plain(shared.trainer()), DATA, OTHERS).averageEvery(3), DATA, OTHERS);
        assertSameBits(shared, alone);
        assertThat(history.last().trainLoss()).isEqualTo(expected.last().trainLoss());
        assertThat(history.last().validationLoss()).isEqualTo(expected.last().validationLoss());
    }

    /** A part begins with the state of the first process everywhere, so cuts would show if they were not in the same state. */
    @Test
    void allAreInTheSameStateAfterEachMean() {
        double[] weights = new double[DATA.size()];
        // The first process has fewer examples that count than others, and takes fewer steps.
        Arrays.setAll(weights, row -> row % 29 < 10 && row < 120 ? 0 : 1);
        Dataset data = DATA.weights(weights);
        for (Optimizer optimizer : List.of(Adam.of(1e-2), Sgd.of(0.05).momentum(0.9), Muon.of(1e-2))) {
            for (DataType type : List.of(DataType.FLOAT, DataType.DOUBLE)) {
                UnaryOperator<Trainer> settings = trainer -> plain(trainer)
                        .optimizer(optimizer)
                        .sampling(Sampling.inOrder())
                        .schedule(Schedule.plateau().patience(1))
                        .metrics(Metric.f1());
                Network whole = convolutional(type);
                History expected = run(
                        SharedRuns.training(settings.apply(whole.trainer()), data, OTHERS)
                                .processes(3)
                                .averageEvery(2),
                        data,
                        OTHERS);
                Network cut = convolutional(type);
                History history = run(
                        SharedRuns.training(settings.apply(cut.trainer()), data, OTHERS)
                                .processes(3)
                                .averageEvery(2)
                                .stepsPerPart(2),
                        data,
                        OTHERS);
                assertSameBits(cut, whole);
                assertThat(history.epochs().stream().map(Epoch::trainLoss))
                        .isEqualTo(
                                expected.epochs().stream().map(Epoch::trainLoss).toList());
                assertThat(history.epochs().stream().map(Epoch::metrics))
                        .isEqualTo(
                                expected.epochs().stream().map(Epoch::metrics).toList());
            }
        }
    }

    @Test
    void goesOnFromAnyStateWithTheSameBits() {
        List<byte[]> states = new ArrayList<>();
        Network whole = convolutional(DataType.FLOAT);
        SharedTraining training = SharedRuns.training(plain(whole.trainer()), DATA, null)
                .processes(2)
                .averageEvery(3)
                .stepsPerPart(3);
        SharedRuns runs = new SharedRuns(training, DATA, null);
        training.fit((parts, state) -> {
            states.add(state);
            return runs.run(parts, state);
        });
        assertThat(states).hasSize(9);
        for (int lost : new int[] {0, 1, 4, 8}) {
            Network again = convolutional(DataType.FLOAT);
            SharedTraining second = SharedRuns.training(plain(again.trainer()), DATA, null)
                    .processes(2)
                    .averageEvery(3);
            second.resume(states.get(lost), new SharedRuns(second, DATA, null));
            assertSameBits(again, whole);
        }
        SharedTraining other =
                SharedRuns.training(plain(convolutional(DataType.FLOAT).trainer()), DATA, null);
        assertThatThrownBy(() -> other.resume(states.get(1), new SharedRuns(other, DATA, null)))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("with averageEvery 3, but got averageEvery none; say what it was begun with");
    }

    /** One that is cut short ends with a mean, whenever the next would have been. */
    @Test
    void anEpochThatEndsEarlyEndsWithAMean() {
        Network first = convolutional(DataType.FLOAT);
        Network second = convolutional(DataType.FLOAT);
        History history = run(
                SharedRuns.training(plain(first.trainer()).maxSteps(6), DATA, OTHERS)
                        .processes(2)
                        .averageEvery(6),
                DATA,
                OTHERS);
        run(
                SharedRuns.training(plain(second.trainer()).maxSteps(6), DATA, OTHERS)
                        .processes(2)
                        .averageEvery(100),
                DATA,
                OTHERS);
        assertThat(history.endedEarly()).contains("in epoch 1, after 6 of 8 steps: maxSteps(6)");
        assertSameBits(second, first);
    }

    @Test
    void whatIsFrozenKeepsItsBits() {
        Network net = convolutional(DataType.FLOAT).freeze("conv2d_1", "batchnorm2d_1");
        Parameters parameters = net.parameters();
        List<String> frozen = parameters.names().stream()
                .filter(name -> !name.startsWith("dense"))
                .toList();
        assertThat(frozen).hasSizeGreaterThanOrEqualTo(5);
        List<float[]> before = frozen.stream()
                .map(name -> parameters.get(name).dup().data().asFloat())
                .toList();
        run(SharedRuns.training(plain(net.trainer()), DATA, null).processes(3).averageEvery(1), DATA, null);
        for (int i = 0; i < frozen.size(); i++) {
            assertThat(parameters.get(frozen.get(i)).dup().data().asFloat())
                    .as(frozen.get(i))
                    .isEqualTo(before.get(i));
        }
    }

    @Test
    void learnsLikeATrainingThatIsSynchronised() {
        Dataset digits = Digits.load();
        Dataset train = digits.slice(0, 1400);
        Dataset test = digits.slice(1400, digits.size());
        Network together = convolutional(DataType.FLOAT);
        Network apart = convolutional(DataType.FLOAT);
        UnaryOperator<Trainer> settings = trainer -> plain(trainer)
                .optimizer(Adam.of(1e-2))
                .batchSize(64)
                .tail(TailBatch.DROP)
                .epochs(5);
        run(SharedRuns.training(settings.apply(together.trainer()), train, null).processes(2), train, null);
        run(
                SharedRuns.training(settings.apply(apart.trainer()), train, null)
                        .processes(2)
                        .averageEvery(7),
                train,
                null);
        together.recalibrate(train);
        apart.recalibrate(train);
        assertTensor(apart.parameters().trainable())
                .differsFrom(together.parameters().trainable(), 1e-3);
        double synchronised = together.evaluate(test).accuracy();
        assertThat(synchronised).isGreaterThan(0.9);
        assertThat(apart.evaluate(test).accuracy()).isGreaterThan(synchronised - 0.03);
    }

    @Test
    void refusesWhatDoesNotGoWithIt() {
        Network net = convolutional(DataType.FLOAT);
        SharedTraining training =
                SharedRuns.training(plain(net.trainer()), DATA, null).processes(2);
        SharedTraining.Workers none = (parts, state) -> {
            throw new AssertionError("a part");
        };
        assertThatThrownBy(() -> training.averageEvery(0)).hasMessage("averageEvery expects at least 1 step but got 0");
        assertThatThrownBy(() -> training.groups(2).averageEvery(3).fit(none))
                .hasMessage(
                        "averageEvery expects processes that step apart but got groups of 2 that normalise together; leave"
                                + " one of them out");
        assertThatThrownBy(() -> training.averageEvery(3).stepsPerPart(4).fit(none))
                .hasMessage(
                        "averageEvery expects parts that end with a mean, of a multiple of 3 steps, but got 4; say another"
                                + " stepsPerPart");
        Averaging ema = Averaging.ema(0.9).recalibrate(false);
        assertThatThrownBy(() -> SharedRuns.training(plain(net.trainer()).averageWeights(ema), DATA, null)
                        .averageEvery(3))
                .hasMessage(
                        "averageEvery expects a training without averageWeights, as the weights of each process are its own"
                                + " between two means, but got " + ema + "; leave one of them out");
        // A batch of 30 examples has 1 for the last of 29 processes, which nobody can normalise.
        SharedTraining single = SharedRuns.training(
                        plain(Network.input(1, 8, 8)
                                        .flatten()
                                        .dense(6)
                                        .batchNorm1d()
                                        .dense(10)
                                        .build(42)
                                        .trainer())
                                .batchSize(34),
                        DATA,
                        null)
                .averageEvery(3);
        assertThatThrownBy(() -> single.processes(20).fit(none)).hasMessageStartingWith("layer \"batchnorm1d_1\"");
    }

    @Test
    void saysWhereNumbersOfOneProcessStopBeingFinite() {
        Network net = convolutional(DataType.FLOAT);
        SharedTraining training = SharedRuns.training(plain(net.trainer()).optimizer(Sgd.of(1e30)), DATA, null)
                .processes(2)
                .averageEvery(4);
        assertThatThrownBy(() -> run(training, DATA, null))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("fit expects finite");
    }
}
