package io.github.bn4j.train;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.bn4j.Network;
import io.github.bn4j.data.Dataset;
import io.github.bn4j.data.Digits;
import io.github.bn4j.engine.Engine;
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
                .dense(10)
                .build(42, DataType.DOUBLE)
                .on(Engine.nd4j());
    }

    private static Trainer trainer(Network net) {
        return net.trainer().loss(Loss.softmaxCrossEntropy()).batchSize(32).epochs(3);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void severalProcessesDoWhatFitDoes(int processes) {
        Network alone = dense();
        Network shared = dense();
        History expected = trainer(alone).fit(DATA, OTHERS);
        SharedTraining training = SharedTraining.of(
                        trainer(shared),
                        SharedData.of(DATA.size(), DATA.slice(0, 5)),
                        SharedData.of(OTHERS.size(), OTHERS.slice(0, 3)).targets(OTHERS.targets()))
                .processes(processes);
        History history = training.stepsPerPart(4).fit(new SharedRuns(training, DATA, OTHERS));
        assertSame(history, expected, 1e-12);
        assertSame(shared.parameters().trainable(), alone.parameters().trainable(), 1e-12);
        assertSame(shared.parameters().state(), alone.parameters().state(), 1e-12);
    }

    private static void assertSame(History history, History expected, double tolerance) {
        assertThat(history.epochs()).hasSameSizeAs(expected.epochs());
        for (int i = 0; i < history.epochs().size(); i++) {
            Epoch actual = history.epochs().get(i);
            Epoch wanted = expected.epochs().get(i);
            assertThat(actual.number()).isEqualTo(wanted.number());
            assertThat(actual.trainLoss()).isCloseTo(wanted.trainLoss(), within(tolerance));
            assertThat(actual.metrics().keySet()).isEqualTo(wanted.metrics().keySet());
            actual.metrics().forEach((name, value) -> assertThat(value)
                    .as(name)
                    .isCloseTo(requireNonNull(wanted.metrics().get(name)), within(tolerance)));
        }
    }

    private static void assertSame(INDArray actual, INDArray expected, double tolerance) {
        double difference = actual.sub(expected).amaxNumber().doubleValue();
        assertThat(difference)
                .isLessThanOrEqualTo(tolerance * expected.amaxNumber().doubleValue());
    }
}
