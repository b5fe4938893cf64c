package io.github.bn4j.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.bn4j.Network;
import io.github.bn4j.data.Dataset;
import io.github.bn4j.data.Digits;
import org.junit.jupiter.api.Test;

class ScheduleTest {

    @Test
    void fallsAsItsFormulaSays() {
        assertThat(Schedule.constant().factor(0.9)).isEqualTo(1);
        assertThat(Schedule.cosine().factor(0)).isEqualTo(1);
        assertThat(Schedule.cosine().factor(0.5)).isCloseTo(0.5, within(1e-15));
        assertThat(Schedule.cosine().factor(1.0 / 3)).isCloseTo(0.75, within(1e-15));
        Schedule steps = Schedule.steps(0.1, 0.5, 0.75);
        assertThat(steps.factor(0.49)).isEqualTo(1);
        assertThat(steps.factor(0.5)).isEqualTo(0.1);
        assertThat(steps.factor(0.8)).isCloseTo(0.01, within(1e-15));
        Schedule warm = Schedule.cosine().warmup(0.2);
        assertThat(warm.factor(0.1)).isCloseTo(0.5, within(1e-15));
        assertThat(warm.factor(0)).isPositive();
        assertThat(warm.factor(0.6)).isCloseTo(0.5, within(1e-15));
    }

    @Test
    void refusesWhatMakesNoSense() {
        assertThatThrownBy(() -> Schedule.steps(0, 0.5))
                .hasMessage("Schedule.steps expects a factor above 0 but got 0.0");
        assertThatThrownBy(() -> Schedule.cosine().warmup(1))
                .hasMessage("warmup expects a share between 0 and 1 but got 1.0");
    }

    /** Four steps of plain descent, by hand: w ← w − rate · factor(step / 4) · gradient, the gradients from steps alone. */
    @Test
    void scalesTheLearningRateOfEachStep() {
        Dataset few = Digits.load().slice(0, 64);
        Network scheduled = Network.input(1, 8, 8).flatten().dense(10).build(1);
        scheduled
                .trainer()
                .optimizer(Sgd.of(0.1))
                .schedule(Schedule.steps(0.5, 0.25, 0.75))
                .loss(Loss.softmaxCrossEntropy())
                .epochs(4)
                .batchSize(64)
                .fit(few);
        Network byHand = Network.input(1, 8, 8).flatten().dense(10).build(1);
        for (double rate : new double[] {0.1, 0.05, 0.05, 0.025}) {
            byHand.trainer()
                    .optimizer(Sgd.of(rate))
                    .loss(Loss.softmaxCrossEntropy())
                    .batchSize(64)
                    .fit(few);
        }
        float[] expected = byHand.parameters().trainable().data().asFloat();
        float[] got = scheduled.parameters().trainable().data().asFloat();
        for (int i = 0; i < expected.length; i++) {
            // The batch is the same 64 examples in another order in each epoch.
            assertThat(got[i]).isCloseTo(expected[i], within(1e-6f));
        }
    }
}
