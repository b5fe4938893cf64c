package io.github.bn4j.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.bn4j.Network;
import io.github.bn4j.data.Dataset;
import io.github.bn4j.data.Digits;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class ScheduleTest {

    private static TrainingProgress at(long step, long steps) {
        return new TrainingProgress(step, steps, 0, 1, new History(List.of()));
    }

    private static double[] factors(Schedule schedule, long from, long to, long steps) {
        return LongStream.range(from, to)
                .mapToDouble(step -> schedule.factor(at(step, steps)))
                .toArray();
    }

    /** Rates of PyTorch 2.13; train/schedules.json was made by train/schedules.py. */
    static Stream<Arguments> references() {
        return Stream.of(
                Arguments.of("CosineAnnealingLR T_max=5", Schedule.cosine(), 5),
                Arguments.of("CosineAnnealingWarmRestarts T_0=3 T_mult=2", Schedule.cosineRestarts(3, 2), 100),
                Arguments.of("OneCycleLR total_steps=10", Schedule.oneCycle(), 10),
                Arguments.of("PolynomialLR total_iters=5 power=1", Schedule.polynomial(1), 5),
                Arguments.of("PolynomialLR total_iters=5 power=1", Schedule.linear(), 5),
                Arguments.of("StepLR 2 .1", Schedule.step(2, 0.1), 100),
                Arguments.of("MultiStepLR [2, 4] .1", Schedule.multiStep(0.1, 2, 4), 100),
                Arguments.of("ExponentialLR .5", Schedule.exponential(0.5), 100));
    }

    @ParameterizedTest
    @MethodSource("references")
    void givesTheRatesOfPyTorch(String reference, Schedule schedule, long steps) {
        double[] expected = ReferenceValues.row("schedules.json", reference);
        assertThat(factors(schedule, 0, expected.length, steps)).containsExactly(expected, within(1e-12));
    }

    @Test
    void goesOnAfterAWarmupAsPyTorchDoes() {
        // The line of PyTorch begins where it is told, ours with one part of as many as it has steps.
        double[] expected =
                ReferenceValues.row("schedules.json", "SequentialLR LinearLR(.1, 3) + CosineAnnealingLR(5)");
        expected[0] = 1 / 3.0;
        expected[1] = 2 / 3.0;
        expected[2] = 1;
        assertThat(factors(Schedule.cosine().warmupSteps(3), 0, 8, 8)).containsExactly(expected, within(1e-12));
        assertThat(factors(Schedule.cosine().warmup(0.4), 0, 8, 8)).containsExactly(expected, within(1e-12));
    }

    private static Epoch epoch(double loss, double accuracy) {
        return new Epoch(1, 0, loss, accuracy, 0);
    }

    private static double[] afterEach(Schedule schedule, List<Epoch> epochs) {
        return IntStream.rangeClosed(1, epochs.size())
                .mapToDouble(n -> schedule.factor(new TrainingProgress(5, 9, 0, 1, new History(epochs.subList(0, n)))))
                .toArray();
    }

    /** The patience of PyTorch is one less than ours. */
    static Stream<Arguments> plateaus() {
        ReduceOnPlateau half = Schedule.plateau().factor(0.5);
        return Stream.of(
                Arguments.of("ReduceLROnPlateau patience=0", half.patience(1)),
                Arguments.of("ReduceLROnPlateau patience=2", half.patience(3)),
                Arguments.of(
                        "ReduceLROnPlateau patience=2 cooldown=2",
                        half.patience(3).cooldown(2)));
    }

    @ParameterizedTest
    @MethodSource("plateaus")
    void fallsOnAPlateauAsThatOfPyTorch(String reference, ReduceOnPlateau schedule) {
        double[] expected = ReferenceValues.row("schedules.json", reference);
        List<Epoch> same = Stream.generate(() -> epoch(1, Double.NaN)).limit(10).toList();
        assertThat(afterEach(schedule, same)).containsExactly(expected);
    }

    @Test
    void countsWhatIsAGain() {
        ReduceOnPlateau half = Schedule.plateau().factor(0.5).patience(1);
        List<Epoch> losses = Stream.of(Double.NaN, 1.0, 0.95, 0.9, 0.85, Double.NaN, -1.0, -0.99995)
                .map(loss -> epoch(loss, 0.5))
                .toList();
        assertThat(afterEach(half, losses)).containsExactly(0.5, 0.5, 0.5, 0.5, 0.5, 0.25, 0.25, 0.125);
        // From the best, absolute, and strictly: of 0.95, 0.9 and 0.85 only the last is 0.1 better than 1.
        assertThat(afterEach(half.leastGain(0.1), losses))
                .containsExactly(0.5, 0.5, 0.25, 0.125, 0.125, 0.0625, 0.0625, 0.03125);
        assertThat(afterEach(half.lowest(0.2), losses)).endsWith(0.25, 0.25, 0.2);
        List<Epoch> accuracies = Stream.of(0.5, 0.7, 0.6, 0.8)
                .map(accuracy -> epoch(1, accuracy))
                .toList();
        assertThat(afterEach(half.on("accuracy"), accuracies)).containsExactly(1, 1, 0.5, 0.5);
    }

    private static void assertFollows(Schedule schedule, LongToDoubleFunction formula) {
        for (long step = 0; step < 20; step++) {
            assertThat(schedule.factor(at(step, 20)))
                    .as("%s in step %s", schedule, step)
                    .isCloseTo(formula.applyAsDouble(step), within(1e-14));
        }
    }

    @Test
    void followsItsFormulaOverTwentySteps() {
        assertFollows(Schedule.constant(), s -> 1);
        assertFollows(Schedule.cosine(), s -> Math.pow(Math.cos(Math.PI * s / 40), 2));
        assertFollows(Schedule.cosine().downTo(0.1), s -> 0.1 + 0.9 * Math.pow(Math.cos(Math.PI * s / 40), 2));
        assertFollows(Schedule.cosineRestarts(4, 1), s -> Math.pow(Math.cos(Math.PI * (s % 4) / 8), 2));
        assertFollows(Schedule.polynomial(2), s -> (20 - s) * (20 - s) / 400.0);
        assertFollows(Schedule.linear().warmup(0.25), s -> s < 5 ? (s + 1) / 5.0 : (20 - s) / 15.0);
        assertFollows(Schedule.steps(0.1, 0.5, 0.75), s -> s < 10 ? 1 : s < 15 ? 0.1 : 0.01);
        assertFollows(Schedule.step(7, 0.5), s -> s < 7 ? 1 : s < 14 ? 0.5 : 0.25);
        // Vaswani et al. 2017, equation 3, with 1 as its peak: min(n^-½, n w^-1½) √w, where n counts from 1 in the
        // line.
        assertFollows(
                Schedule.inverseSquareRoot(6).warmupSteps(6),
                s -> s < 6 ? (s + 1) / 6.0 : Math.min(1 / Math.sqrt((double) s), s * Math.pow(6, -1.5)) * Math.sqrt(6));
    }

    @Test
    void countsEpochsWhereItIsToldTo() {
        Schedule schedule = Schedule.multiStep(0.1, 2, 3).byEpoch();
        List<Double> factors = new ArrayList<>();
        for (int step = 0; step < 8; step++) {
            factors.add(schedule.factor(new TrainingProgress(step, 8, step / 2, 4, new History(List.of()))));
        }
        assertThat(factors.subList(0, 4)).containsOnly(1.0);
        assertThat(factors.subList(4, 6)).containsOnly(0.1);
        assertThat(factors.get(7)).isCloseTo(0.01, within(1e-15));
        // A line of steps before epochs.
        assertThat(schedule.warmupSteps(2).factor(new TrainingProgress(0, 8, 0, 4, new History(List.of()))))
                .isEqualTo(0.5);
        assertThat(Schedule.linear().byEpoch().factor(new TrainingProgress(5, 8, 2, 4, new History(List.of()))))
                .isEqualTo(0.5);
    }

    @Test
    void isOneForTrainingsOfFewSteps() {
        for (long steps = 1; steps < 8; steps++) {
            for (Schedule schedule : List.of(
                    Schedule.oneCycle(),
                    Schedule.cosine().warmup(0.05),
                    Schedule.oneCycle(0.9, 10, 10).warmup(0.5))) {
                for (double factor : factors(schedule, 0, steps, steps)) {
                    assertThat(factor).as("%s", schedule).isPositive().isLessThanOrEqualTo(1);
                }
            }
        }
        assertThat(factors(Schedule.oneCycle(), 0, 1, 1)).containsExactly(1);
    }

    @Test
    void printsAsTheCallsThatMakeIt() {
        assertThat(Schedule.cosine().warmup(0.05)).hasToString("cosine().warmup(0.05)");
        assertThat(Schedule.multiStep(0.1, 30, 60).byEpoch()).hasToString("multiStep(0.1, 30, 60).byEpoch()");
        assertThat(Schedule.steps(0.1, 0.5)).hasToString("steps(0.1, 0.5)");
        assertThat(Schedule.step(3, 0.5).downTo(0.1)).hasToString("step(3, 0.5).downTo(0.1)");
        assertThat(Schedule.exponential(0.9)).hasToString("exponential(0.9)");
        assertThat(Schedule.polynomial(2)).hasToString("polynomial(2.0)");
        assertThat(Schedule.linear().warmupSteps(9)).hasToString("linear().warmupSteps(9)");
        assertThat(Schedule.cosineRestarts(10, 2)).hasToString("cosineRestarts(10, 2.0)");
        assertThat(Schedule.oneCycle()).hasToString("oneCycle(0.3, 25.0, 10000.0)");
        assertThat(Schedule.inverseSquareRoot(100)).hasToString("inverseSquareRoot(100)");
        assertThat(Schedule.constant()).hasToString("constant()");
        assertThat(Schedule.plateau()).hasToString("plateau().factor(0.1).patience(10)");
        assertThat(Schedule.plateau()
                        .leastGain(0.5)
                        .cooldown(2)
                        .lowest(0.01)
                        .on("accuracy")
                        .warmup(0.5))
                .hasToString(
                        "plateau().factor(0.1).patience(10).leastGain(0.5).cooldown(2).lowest(0.01).on(\"accuracy\")"
                                + ".warmup(0.5)");
    }

    private static void assertRefused(ThrowingCallable call, String message) {
        assertThatThrownBy(call).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
    }

    @Test
    void refusesWhatMakesNoSense() {
        assertRefused(() -> Schedule.steps(0, 0.5), "Schedule.steps expects a factor above 0 but got 0.0");
        assertRefused(
                () -> Schedule.steps(0.1, 30),
                "Schedule.steps expects shares of the training from 0 to 1 but got 30.0; count steps by multiStep");
        assertRefused(() -> Schedule.step(0, 0.5), "Schedule.step expects at least 1 step but got 0");
        assertRefused(() -> Schedule.step(1, -1), "Schedule.step expects a factor above 0 but got -1.0");
        assertRefused(() -> Schedule.multiStep(0.1, -3), "Schedule.multiStep expects numbers of steps but got -3");
        assertRefused(() -> Schedule.exponential(0), "Schedule.exponential expects a factor above 0 but got 0.0");
        assertRefused(() -> Schedule.polynomial(-1), "Schedule.polynomial expects a power above 0 but got -1.0");
        assertRefused(
                () -> Schedule.cosineRestarts(0, 1),
                "Schedule.cosineRestarts expects a wave of at least 1 step but got 0");
        assertRefused(
                () -> Schedule.cosineRestarts(1, 0.5),
                "Schedule.cosineRestarts expects growth of at least 1 but got 0.5");
        assertRefused(
                () -> Schedule.oneCycle(1, 25, 1e4), "Schedule.oneCycle expects a share between 0 and 1 but got 1.0");
        assertRefused(
                () -> Schedule.oneCycle(0.3, 0, 1e4),
                "Schedule.oneCycle expects divisors of at least 1 but got 0.0 and 10000.0");
        assertRefused(
                () -> Schedule.inverseSquareRoot(0), "Schedule.inverseSquareRoot expects at least 1 step but got 0");
        assertRefused(() -> Schedule.cosine().warmup(1), "warmup expects a share between 0 and 1 but got 1.0");
        assertRefused(() -> Schedule.cosine().warmupSteps(0), "warmupSteps expects at least 1 step but got 0");
        assertRefused(() -> Schedule.cosine().downTo(2), "downTo expects a factor from 0 to 1 but got 2.0");
        assertRefused(() -> Schedule.plateau().patience(0), "plateau expects patience of at least 1 epoch but got 0");
        assertRefused(() -> Schedule.plateau().factor(1), "plateau expects a factor between 0 and 1 but got 1.0");
        assertRefused(
                () -> Schedule.plateau().leastGain(-1), "plateau expects a least gain of at least 0 but got -1.0");
        assertRefused(
                () -> Schedule.plateau().cooldown(-1), "plateau expects cooldown of at least 0 epochs but got -1");
        assertRefused(
                () -> Schedule.plateau().lowest(1), "plateau expects a lowest factor from 0 to below 1 but got 1.0");
    }

    private static final Dataset FEW = Digits.load().slice(0, 64);

    private static Network network() {
        return Network.input(1, 8, 8).flatten().dense(10).build(1);
    }

    private static Trainer trainer(Network net) {
        return net.trainer()
                .optimizer(Sgd.of(0.1))
                .loss(Loss.softmaxCrossEntropy())
                .batchSize(16);
    }

    @Test
    void refusesToJudgeByWhatIsNotThere() {
        Trainer watching = trainer(network()).schedule(Schedule.plateau().warmup(0.1));
        assertRefused(
                () -> watching.fit(FEW),
                "schedule expects validation data to judge by but got none; call fit(data, validation)");
        INDArray targets = Nd4j.rand(DataType.FLOAT, 64, 10);
        Dataset numbers = Dataset.of(FEW.features(), targets);
        assertRefused(
                () -> network()
                        .trainer()
                        .loss(Loss.meanSquaredError())
                        .schedule(Schedule.plateau().on("accuracy"))
                        .fit(numbers, numbers),
                "schedule expects the name of a metric that is measured but got \"accuracy\"; there are [loss], and"
                        + " metrics(Metric.f1()) or the like adds others");
    }

    @Test
    void endsATrainingWhoseFactorIsNone() {
        Schedule ends = at -> at.step() < 2 ? 1 : Double.NaN;
        Schedule named = new NamedSchedule("own", ends);
        assertThatThrownBy(() -> trainer(network()).schedule(named).fit(FEW))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("schedule expects a finite factor of at least 0 but got NaN from own in step 3 of 4; the"
                        + " steps before it are kept");
    }

    @Test
    void tellsAStrangerHowFarATrainingHasCome() {
        List<TrainingProgress> told = new ArrayList<>();
        Trainer trainer = trainer(network()).epochs(2).schedule(at -> {
            told.add(at);
            return 1 / (1 + 0.1 * at.step());
        });
        trainer.fit(FEW, FEW);
        trainer.fit(FEW, FEW);
        assertThat(told).hasSize(16);
        assertThat(told).extracting(TrainingProgress::step).startsWith(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L, 0L);
        assertThat(told).extracting(TrainingProgress::steps).containsOnly(8L);
        assertThat(told).extracting(TrainingProgress::epoch).startsWith(0, 0, 0, 0, 1, 1, 1, 1, 0);
        assertThat(told).extracting(TrainingProgress::epochs).containsOnly(2);
        assertThat(told)
                .extracting(at -> at.finished().epochs().size())
                .containsExactly(0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3);
        assertThat(told.get(15).finished().epochs().get(2).validationLoss()).isFinite();
    }

    @Test
    void remembersAPlateauInTheNextFit() {
        // A rate of almost nothing gains nothing.
        List<Double> factors = new ArrayList<>();
        ReduceOnPlateau plateau = Schedule.plateau().factor(0.5).patience(1).leastGain(1);
        Schedule recorded = at -> {
            factors.add(plateau.factor(at));
            return plateau.factor(at);
        };
        Trainer trainer = trainer(network())
                .optimizer(Sgd.of(1e-9))
                .batchSize(64)
                .epochs(3)
                .schedule(recorded);
        trainer.fit(FEW, FEW);
        trainer.fit(FEW, FEW);
        assertThat(factors).containsExactly(1.0, 1.0, 0.5, 0.25, 0.125, 0.0625);
    }

    /** Four steps of plain descent, by hand: w ← w − rate · factor · gradient, the gradients from steps alone. */
    @Test
    void scalesTheLearningRateOfEachStep() {
        Network scheduled = network();
        trainer(scheduled)
                .schedule(Schedule.steps(0.5, 0.25, 0.75))
                .epochs(4)
                .batchSize(64)
                .fit(FEW);
        Network byHand = network();
        for (double rate : new double[] {0.1, 0.05, 0.05, 0.025}) {
            trainer(byHand).optimizer(Sgd.of(rate)).batchSize(64).fit(FEW);
        }
        float[] expected = byHand.parameters().trainable().data().asFloat();
        float[] got = scheduled.parameters().trainable().data().asFloat();
        for (int i = 0; i < expected.length; i++) {
            // The batch is the same 64 examples in another order in each epoch.
            assertThat(got[i]).isCloseTo(expected[i], within(1e-6f));
        }
    }
}
