package io.github.bn4j.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bn4j.Bits;
import io.github.bn4j.Network;
import io.github.bn4j.data.Dataset;
import io.github.bn4j.data.Digits;
import io.github.bn4j.networks.SmallNetworks;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** A training ends when it is told to, by numbers of steps, by time or by another thread, and its history says why. */
class RunControlTest {

    private static final Dataset TRAIN = Digits.load().slice(0, 75);
    private static final Dataset TEST = Digits.load().slice(75, 150);

    /** Three steps in each epoch. */
    private static Trainer trainer(Network net) {
        return net.trainer().loss(Loss.softmaxCrossEntropy()).batchSize(25).epochs(4);
    }

    private static void assertSameBits(Network first, Network second) {
        for (String name : second.parameters().names()) {
            Bits.assertSame(first.parameters().get(name), second.parameters().get(name));
        }
    }

    @Test
    void endsAfterANumberOfStepsAndJudgesWhatThereIs() {
        Network net = SmallNetworks.dense();
        Trainer trainer = trainer(net).maxSteps(5);
        History history = trainer.fit(TRAIN, TEST);
        assertThat(history.epochs()).extracting(Epoch::number).containsExactly(1, 2);
        assertThat(history.endedEarly()).contains("in epoch 2, after 2 of 3 steps: maxSteps(5)");
        assertThat(history.toString().lines())
                .containsExactly(
                        history.epochs().get(0).toString(),
                        history.epochs().get(1).toString(),
                        "ended early, in epoch 2, after 2 of 3 steps: maxSteps(5)");
        assertThat(net.evaluate(TEST).accuracy()).isEqualTo(history.last().validationAccuracy());
        // The next fit has all of the budget again, and the epoch that was cut is not taken up.
        History second = trainer.fit(TRAIN, TEST);
        assertThat(second.epochs()).extracting(Epoch::number).containsExactly(1, 2, 3, 4);
        assertThat(second.endedEarly()).contains("in epoch 4, after 2 of 3 steps: maxSteps(5)");
    }

    @Test
    void takesTheStepsOfATrainingWithoutABudget() {
        Network budget = SmallNetworks.dense();
        Network plain = SmallNetworks.dense();
        assertThat(trainer(budget).maxSteps(6).fit(TRAIN).endedEarly()).contains("after epoch 2: maxSteps(6)");
        trainer(plain).epochs(2).fit(TRAIN);
        assertSameBits(budget, plain);
    }

    @Test
    void endsByItselfWhereTheBudgetIsNotReached() {
        assertThat(trainer(SmallNetworks.dense())
                        .maxSteps(12)
                        .maxTime(Duration.ofDays(200_000))
                        .fit(TRAIN)
                        .endedEarly())
                .isEmpty();
        assertThat(trainer(SmallNetworks.dense())
                        .maxSteps(Long.MAX_VALUE)
                        .fit(TRAIN)
                        .endedEarly())
                .isEmpty();
    }

    @Test
    void letsSchedulesKnowHowManyStepsThereAre() {
        List<String> told = new ArrayList<>();
        trainer(SmallNetworks.dense())
                .maxSteps(5)
                .schedule(at -> {
                    told.add(at.step() + " of " + at.steps() + ", " + at.epoch() + " of " + at.epochs());
                    return 1;
                })
                .fit(TRAIN);
        assertThat(told)
                .containsExactly(
                        "0 of 5, 0 of 4", "1 of 5, 0 of 4", "2 of 5, 0 of 4", "3 of 5, 1 of 4", "4 of 5, 1 of 4");
    }

    @Test
    void endsWhenItsTimeIsOver() {
        // Over with the first step, however fast that is.
        History history =
                trainer(SmallNetworks.dense()).maxTime(Duration.ofNanos(1)).fit(TRAIN, TEST);
        assertThat(history.endedEarly()).contains("in epoch 1, after 1 of 3 steps: maxTime(PT0.000000001S)");
        assertThat(history.last().validationLoss()).isFinite();
        Trainer longer = trainer(SmallNetworks.dense()).epochs(1_000_000).maxTime(Duration.ofMillis(300));
        for (int fit = 1; fit <= 2; fit++) {
            long start = System.nanoTime();
            assertThat(longer.fit(TRAIN).endedEarly()).get().asString().endsWith("maxTime(PT0.3S)");
            assertThat(System.nanoTime() - start).as("fit %s", fit).isGreaterThanOrEqualTo(300_000_000L);
        }
    }

    @Test
    void isStoppedByAnotherThread() throws Exception {
        Network net = SmallNetworks.dense();
        Trainer trainer = trainer(net);
        assertThat(trainer.stop("too early")).isFalse();
        CountDownLatch begun = new CountDownLatch(3);
        TrainingListener waiting = new TrainingListener() {
            @Override
            public void onEpoch(EpochEvent epoch) {
                begun.countDown();
            }
        };
        ExecutorService pool = Executors.newSingleThreadExecutor();
        try {
            Future<History> fit = pool.submit(
                    () -> trainer.epochs(1_000_000).listener(waiting).fit(TRAIN, TEST));
            begun.await();
            assertThat(trainer.stop("seen enough")).isTrue();
            History history = fit.get();
            assertThat(history.epochs()).hasSizeGreaterThanOrEqualTo(3);
            assertThat(history.endedEarly()).get().asString().endsWith(": seen enough");
            assertThat(net.evaluate(TEST).accuracy()).isEqualTo(history.last().validationAccuracy());
            assertThat(pool.submit(() -> Thread.currentThread().isInterrupted()).get())
                    .isFalse();
        } finally {
            pool.shutdownNow();
        }
        assertThat(trainer.stop("too late")).isFalse();
        assertThat(trainer.fit(TRAIN).endedEarly()).isEmpty();
    }

    @Test
    void saysWhereAListenerStoppedIt() {
        TrainingListener first = new TrainingListener() {
            @Override
            public void onStart(TrainingRun run) {
                run.stop("not today");
            }
        };
        assertThat(trainer(SmallNetworks.dense()).listener(first).fit(TRAIN).endedEarly())
                .contains("before the first step: not today");
        TrainingListener last = new TrainingListener() {
            @Override
            public void onEpoch(EpochEvent epoch) {
                if (epoch.run().taken() == epoch.run().steps()) {
                    epoch.run().stop("that was the last one anyway");
                }
            }
        };
        assertThat(trainer(SmallNetworks.dense()).listener(last).fit(TRAIN).endedEarly())
                .isEmpty();
    }

    /** The same settings, the same parameters, and nothing else of the training before. */
    @Test
    void startsAnewWithTheSameSettings() {
        Network net = SmallNetworks.dense();
        Trainer trainer = trainer(net).optimizer(Adam.of(0.01));
        trainer.fit(TRAIN);
        Network same = SmallNetworks.dense();
        Trainer other = trainer(same).optimizer(Adam.of(0.01));
        other.fit(TRAIN);
        History anew = trainer.restart().fit(TRAIN);
        assertThat(anew.epochs()).extracting(Epoch::number).containsExactly(1, 2, 3, 4);
        trainer(same).optimizer(Adam.of(0.01)).fit(TRAIN);
        assertSameBits(net, same);
        assertThat(trainer.fit(TRAIN).epochs()).hasSize(8);
    }

    @Test
    void refusesBudgetsThatAreNone() {
        Trainer trainer = trainer(SmallNetworks.dense());
        assertThatThrownBy(() -> trainer.maxSteps(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("maxSteps expects at least 1 step but got 0");
        assertThatThrownBy(() -> trainer.maxTime(Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("maxTime expects a time above 0 but got PT0S; take some seconds");
        assertThatThrownBy(() -> trainer.maxTime(Duration.ofSeconds(-2)))
                .hasMessage("maxTime expects a time above 0 but got PT-2S; take some seconds");
        assertThatThrownBy(() -> trainer.stop(""))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("stop expects a reason but got none; say it, the history tells it");
        assertThatThrownBy(
                        () -> trainer.maxSteps(5).maxTime(Duration.ofHours(1)).loop(8))
                .hasMessage("loop expects a trainer that says how to take a step but got one with [maxSteps, maxTime];"
                        + " leave that out, and do it between steps");
        assertThat(trainer.maxSteps(5).maxTime(Duration.ofHours(1)).toString())
                .contains("epochs 4, maxSteps 5, maxTime PT1H, batchSize 25");
    }
}
