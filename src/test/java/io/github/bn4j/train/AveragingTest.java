package io.github.bn4j.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.bn4j.Bits;
import io.github.bn4j.Network;
import io.github.bn4j.data.Dataset;
import io.github.bn4j.data.Digits;
import io.github.bn4j.data.Split;
import io.github.bn4j.engine.Engine;
import io.github.bn4j.graph.Parameters;
import io.github.bn4j.internal.Floats;
import io.github.bn4j.layer.Padding;
import io.github.bn4j.networks.SmallNetworks;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;

/** Averages of weights: what they are, with which statistics, and that the training itself does not notice. */
class AveragingTest {

    private static final Dataset TRAIN = Digits.load().slice(0, 75);
    private static final Dataset TEST = Digits.load().slice(75, 150);

    @TempDir
    private Path folder;

    /** Three steps in each epoch. */
    private static Trainer trainer(Network net) {
        return net.trainer()
                .loss(Loss.softmaxCrossEntropy())
                .optimizer(Sgd.of(0.1).momentum(0.9))
                .batchSize(25);
    }

    private static void assertSameBits(Network actual, Network expected) {
        for (String name : expected.parameters().names()) {
            Bits.assertSame(actual.parameters().get(name), expected.parameters().get(name));
        }
    }

    private static TrainingListener recording(List<double[]> weights) {
        return new TrainingListener() {
            @Override
            public void onStep(StepEvent step) {
                weights.add(Floats.values(step.run().parameters().trainable()));
            }
        };
    }

    private static void assertAverage(Averaging how, int epochs, UnaryOperator<List<double[]>> average) {
        Network net = SmallNetworks.dense(DataType.DOUBLE);
        List<double[]> weights = new ArrayList<>();
        trainer(net)
                .averageWeights(how)
                .listener(recording(weights))
                .epochs(epochs)
                .fit(TRAIN);
        double[] actual = Floats.values(net.parameters().trainable());
        double[] expected = average.apply(weights).get(0);
        for (int i = 0; i < expected.length; i++) {
            assertThat(actual[i]).as("%s, element %s", how, i).isCloseTo(expected[i], within(1e-13));
        }
    }

    private static List<double[]> mean(List<double[]> weights, int... which) {
        double[] sum = new double[weights.get(0).length];
        for (int step : which) {
            for (int i = 0; i < sum.length; i++) {
                sum[i] += weights.get(step - 1)[i] / which.length;
            }
        }
        return List.of(sum);
    }

    /** By its definition, with a decay that warms up as that of TensorFlow's ExponentialMovingAverage with num_updates. */
    @Test
    void movesExponentiallyWithADecayThatWarmsUp() {
        for (double decay : new double[] {0.5, 0.999}) {
            assertAverage(Averaging.ema(decay), 5, weights -> {
                double[] average = weights.get(0).clone();
                for (int t = 1; t < weights.size(); t++) {
                    double kept = Math.min(decay, (1.0 + t) / (10.0 + t));
                    for (int i = 0; i < average.length; i++) {
                        average[i] = kept * average[i] + (1 - kept) * weights.get(t)[i];
                    }
                }
                return List.of(average);
            });
        }
    }

    @Test
    void isTheMeanOfTheWeightsAfterTheLastEpochs() {
        assertAverage(Averaging.swa(), 4, weights -> mean(weights, 9, 12));
        assertAverage(Averaging.swa(), 6, weights -> mean(weights, 15, 18));
        assertAverage(Averaging.swa().from(0), 3, weights -> mean(weights, 3, 6, 9));
        assertAverage(Averaging.swa().from(0.5).everySteps(2), 4, weights -> mean(weights, 6, 8, 10, 12));
        assertAverage(Averaging.swa().fromEpoch(2).everySteps(1), 3, weights -> mean(weights, 4, 5, 6, 7, 8, 9));
        assertAverage(Averaging.swa().fromEpoch(9), 2, weights -> List.of(weights.get(5)));
    }

    /** What is judged, in the history, stored, restored and left in the network are the same. */
    @Test
    void judgesStoresAndLeavesTheAverageWithStatisticsThatBelongToIt() {
        Path file = folder.resolve("best.safetensors");
        Network net = SmallNetworks.dense();
        History history = trainer(net)
                .averageWeights(Averaging.ema(0.9))
                .keepBest(file)
                .epochs(3)
                .fit(TRAIN, TEST);
        assertThat(history.epochs()).extracting(Epoch::judgedBy).containsOnly("ema(0.9)");
        assertThat(history.last().toString()).endsWith(", judged by ema(0.9)");
        assertThat(net.evaluate(TEST).accuracy()).isEqualTo(history.last().validationAccuracy());
        double[] statistics = Floats.values(net.parameters().state());
        net.recalibrate(TRAIN);
        assertThat(Floats.values(net.parameters().state())).isEqualTo(statistics);
        assertThat(Network.load(file).evaluate(TEST).accuracy())
                .isEqualTo(KeepBest.byLoss().of(history).validationAccuracy());

        Network without = SmallNetworks.dense();
        trainer(without).averageWeights(Averaging.ema(0.9)).epochs(3).fit(TRAIN);
        Bits.assertSame(without.parameters().trainable(), net.parameters().trainable());
        assertThat(Floats.values(without.parameters().state())).isEqualTo(statistics);
    }

    @Test
    void restoresTheBestAverage() {
        Network net = SmallNetworks.dense();
        History history = trainer(net)
                .averageWeights(Averaging.ema(0.5))
                .optimizer(Adam.of(0.1))
                .stopEarly(EarlyStopping.on("loss").patience(2))
                .epochs(50)
                .fit(TRAIN, TEST);
        Epoch best = history.best("loss");
        assertThat(best.number()).isLessThan(history.last().number());
        Network until = SmallNetworks.dense();
        trainer(until)
                .averageWeights(Averaging.ema(0.5))
                .optimizer(Adam.of(0.1))
                .epochs(best.number())
                .fit(TRAIN);
        assertSameBits(net, until);
    }

    static Stream<Engine> engines() {
        return Stream.of(Engine.nd4j(), Engine.fastest(DataType.FLOAT), Engine.replicas(2));
    }

    @ParameterizedTest
    @MethodSource("engines")
    void goesOnFromTheWeightsThatAreTrained(Engine engine) {
        for (Averaging how : List.of(Averaging.ema(0.99), Averaging.swa().fromEpoch(2))) {
            Network parts = SmallNetworks.dense().on(engine);
            Network whole = SmallNetworks.dense().on(engine);
            Network plain = SmallNetworks.dense().on(engine);
            List<Double> losses = new ArrayList<>();
            List<Double> expected = new ArrayList<>();
            Trainer trainer = trainer(parts).averageWeights(how).epochs(2).listener(losses(losses));
            trainer.fit(TRAIN, TEST);
            History history = trainer.fit(TRAIN, TEST);
            History once = trainer(whole).averageWeights(how).epochs(4).fit(TRAIN, TEST);
            trainer(plain).epochs(4).listener(losses(expected)).fit(TRAIN, TEST);
            assertThat(losses).isEqualTo(expected);
            assertSameBits(parts, whole);
            assertThat(history.epochs())
                    .extracting(Epoch::validationLoss)
                    .isEqualTo(once.epochs().stream().map(Epoch::validationLoss).toList());
            assertThat(Floats.values(parts.parameters().trainable()))
                    .isNotEqualTo(Floats.values(plain.parameters().trainable()));
        }
    }

    private static TrainingListener losses(List<Double> losses) {
        return new TrainingListener() {
            @Override
            public void onStep(StepEvent step) {
                losses.add(step.loss());
            }
        };
    }

    /** In the middle of an epoch, and after the end of a fit, when the network holds the average. */
    @ParameterizedTest
    @MethodSource("engines")
    void goesOnWithTheAverageThatIsStored(Engine engine) {
        for (int last : new int[] {5, 6}) {
            Checkpoints in =
                    Checkpoints.in(folder.resolve(Integer.toString(last))).every(1);
            UnaryOperator<Trainer> how = trainer -> trainer.averageWeights(Averaging.ema(0.9))
                    .keepBest(folder.resolve("best" + last))
                    .checkpoints(in);
            Trainer first = how.apply(trainer(SmallNetworks.dense().on(engine)));
            if (last == 5) {
                first.epochs(4).listener(stoppingAfter(last)).fit(TRAIN, TEST);
                assertThat(Thread.interrupted()).isTrue();
            } else {
                first.epochs(2).fit(TRAIN, TEST);
            }
            Network resumed = SmallNetworks.dense().on(engine);
            History history = how.apply(trainer(resumed)).epochs(4).resume(TRAIN, TEST);
            Network whole = SmallNetworks.dense().on(engine);
            History once =
                    trainer(whole).averageWeights(Averaging.ema(0.9)).epochs(4).fit(TRAIN, TEST);
            assertSameBits(resumed, whole);
            assertThat(history.epochs())
                    .extracting(Epoch::judgedBy)
                    .containsOnly("ema(0.9)")
                    .hasSize(4);
            assertThat(history.epochs())
                    .extracting(Epoch::metrics)
                    .isEqualTo(once.epochs().stream().map(Epoch::metrics).toList());
        }
    }

    private static TrainingListener stoppingAfter(long last) {
        return new TrainingListener() {
            @Override
            public void onStep(StepEvent step) {
                if (step.number() == last) {
                    Thread.currentThread().interrupt();
                }
            }
        };
    }

    @Test
    void beginsWithWhatSomebodyHasWritten() {
        Network net = SmallNetworks.dense();
        Trainer trainer = trainer(net).averageWeights(Averaging.ema(0.9)).epochs(1);
        trainer.fit(TRAIN);
        net.parameters().trainable().muli(0.5);
        Network copy = SmallNetworks.dense();
        copy.parameters().trainable().assign(net.parameters().trainable());
        copy.parameters().state().assign(net.parameters().state());
        List<double[]> weights = new ArrayList<>();
        trainer.optimizer(Sgd.of(1e-30)).listener(recording(weights)).fit(TRAIN);
        Bits.assertSame(net.parameters().trainable(), copy.parameters().trainable());
        assertThat(weights).allSatisfy(each -> assertThat(each)
                .isEqualTo(Floats.values(copy.parameters().trainable())));
    }

    @Test
    void leavesTheAverageAfterAnInterruptAndAnError() {
        for (boolean interrupt : new boolean[] {true, false}) {
            Network net = SmallNetworks.dense(DataType.DOUBLE);
            List<double[]> weights = new ArrayList<>();
            TrainingListener ending = new TrainingListener() {
                @Override
                public void onStep(StepEvent step) {
                    if (step.number() == 5) {
                        if (!interrupt) {
                            throw new IllegalStateException("enough");
                        }
                        Thread.currentThread().interrupt();
                    }
                }
            };
            Trainer trainer = trainer(net)
                    .averageWeights(Averaging.swa().from(0).everySteps(1))
                    .epochs(3)
                    .listener(recording(weights))
                    .listener(ending);
            try {
                if (interrupt) {
                    trainer.fit(TRAIN);
                } else {
                    assertThatThrownBy(() -> trainer.fit(TRAIN))
                            .hasMessage("enough")
                            .hasNoSuppressedExceptions();
                }
            } finally {
                assertThat(Thread.interrupted()).isEqualTo(interrupt);
            }
            double[] expected = mean(weights, 1, 2, 3, 4, 5).get(0);
            double[] actual = Floats.values(net.parameters().trainable());
            for (int i = 0; i < expected.length; i++) {
                assertThat(actual[i]).isCloseTo(expected[i], within(1e-13));
            }
        }
    }

    @Test
    void leavesWhatIsFrozen() {
        Network net = SmallNetworks.dense();
        trainer(net).fit(TRAIN);
        Map<String, double[]> before = new LinkedHashMap<>();
        net.parameters()
                .names()
                .forEach(name -> before.put(name, Floats.values(net.parameters().get(name))));
        Network head = net.freeze("dense_1", "batchnorm1d_*");
        trainer(head).averageWeights(Averaging.ema(0.9)).epochs(2).fit(TRAIN, TEST);
        before.forEach((name, values) -> {
            double[] now = Floats.values(net.parameters().get(name));
            if (name.startsWith("dense_2")) {
                assertThat(now).as(name).isNotEqualTo(values);
            } else {
                assertThat(now).as(name).isEqualTo(values);
            }
        });
    }

    private static Network digits(long seed) {
        return Network.input(1, 8, 8)
                .conv2d(16, 3, Padding.SAME)
                .batchNorm2d()
                .relu()
                .conv2d(32, 3, Padding.SAME)
                .batchNorm2d()
                .relu()
                .globalAvgPool2d()
                .dense(10)
                .build(seed);
    }

    /** Averages the running statistics as well, by the same decay. */
    private static final class AveragedStatistics implements TrainingListener {

        private final Averaging how;
        private double[] average = new double[0];
        private long taken;

        AveragedStatistics(Averaging how) {
            this.how = how;
        }

        @Override
        public void onStep(StepEvent step) {
            if (step.run().taken() < how.from() * step.run().steps()) {
                return;
            }
            double[] now = Floats.values(step.run().parameters().state());
            average = taken == 0 ? new double[now.length] : average;
            double kept = how.decay(taken);
            for (int i = 0; i < now.length; i++) {
                average[i] += (1 - kept) * (now[i] - average[i]);
            }
            taken++;
        }

        @Override
        public Parameters judged(Parameters parameters) {
            if (taken == 0) {
                return parameters;
            }
            Parameters copy = parameters.to(parameters.type());
            Floats.write(average, copy.state());
            return copy;
        }
    }

    /** Accuracy after 6 epochs with a large learning rate, mean of two networks. */
    private static double accuracy(UnaryOperator<Trainer> averaging) {
        Split data = Digits.load().split(0.8, 42);
        double sum = 0;
        for (long seed = 1; seed <= 2; seed++) {
            Trainer trainer = digits(seed)
                    .trainer()
                    .loss(Loss.softmaxCrossEntropy())
                    .optimizer(Sgd.of(0.3).momentum(0.9))
                    .epochs(6);
            sum += averaging
                    .apply(trainer)
                    .fit(data.train(), data.test())
                    .last()
                    .validationAccuracy();
        }
        return sum / 2;
    }

    /**
     * The same weights with the running averages of the training (as PyTorch's AveragedModel and Keras have them), with an average of
     * those (as Lightning and timm have them), and with statistics of their own.
     */
    @Test
    void isWorthItWithStatisticsOfItsOwn() {
        double live = accuracy(trainer -> trainer);
        for (Averaging how :
                List.of(Averaging.ema(0.99), Averaging.swa().from(0.5).everySteps(1))) {
            double copied = accuracy(trainer -> trainer.averageWeights(how.recalibrate(false)));
            double averaged = accuracy(
                    trainer -> trainer.averageWeights(how.recalibrate(false)).listener(new AveragedStatistics(how)));
            double own = accuracy(trainer -> trainer.averageWeights(how));
            String all = String.format(
                    Locale.ROOT,
                    "%s: live %.3f; average with statistics copied %.3f, averaged %.3f, recalibrated %.3f",
                    how,
                    live,
                    copied,
                    averaged,
                    own);
            assertThat(own).as(all).isGreaterThan(0.96).isGreaterThan(live).isGreaterThan(copied);
            // Averages of late statistics come close, and which of two is ahead by an example is a matter of rounding.
            assertThat(own).as(all).isGreaterThan(averaged - 0.005);
            if (how.decay() == 1) {
                assertThat(copied).as(all).isLessThan(own - 0.1);
            }
        }
    }

    @Test
    void printsAndRefuses() {
        assertThat(Averaging.ema(0.999)).hasToString("ema(0.999)");
        assertThat(Averaging.ema(0.99).fromEpoch(3).everySteps(10))
                .hasToString("ema(0.99).fromEpoch(3).everySteps(10)");
        assertThat(Averaging.swa()).hasToString("swa()");
        assertThat(Averaging.swa().from(0.5).recalibrate(false)).hasToString("swa().from(0.5).recalibrate(false)");
        assertThat(Averaging.swa().from(0)).hasToString("swa().from(0.0)");
        Trainer trainer = trainer(SmallNetworks.dense()).averageWeights(Averaging.swa());
        assertThat(trainer.toString()).endsWith(", averages swa()]");
        for (double decay : new double[] {0, 1, -0.5, 1.5, Double.NaN}) {
            assertThatThrownBy(() -> Averaging.ema(decay))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("ema expects a decay between 0 and 1 but got " + decay
                            + "; 0.999 forgets within some thousand steps");
        }
        assertThatThrownBy(() -> new Averaging(1.01, 0, 1, 1, true))
                .hasMessage("Averaging expects a decay between 0 and 1 but got 1.01; 0.999 forgets within some thousand"
                        + " steps");
        assertThatThrownBy(() -> Averaging.swa().from(1))
                .hasMessage("Averaging expects to begin after a share of the steps from 0 to below 1 but got 1.0;"
                        + " fromEpoch counts epochs");
        assertThatThrownBy(() -> Averaging.swa().fromEpoch(0))
                .hasMessage("Averaging expects to begin in an epoch from 1 on but got 0");
        assertThatThrownBy(() -> Averaging.swa().everySteps(0))
                .hasMessage("everySteps expects at least 1 step but got 0");
        assertThatThrownBy(() -> new Averaging(0.5, 0, 1, -1, true))
                .hasMessage("Averaging expects weights every so many steps, at least 1, but got -1");
        assertThatThrownBy(() -> trainer.loop(8))
                .hasMessage("loop expects a trainer that says how to take a step but got one with [averageWeights];"
                        + " leave that out, and do it between steps");
    }
}
