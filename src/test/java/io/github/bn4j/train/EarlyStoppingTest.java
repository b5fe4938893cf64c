package io.github.bn4j.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bn4j.Bits;
import io.github.bn4j.Network;
import io.github.bn4j.data.Dataset;
import io.github.bn4j.data.Digits;
import io.github.bn4j.data.Split;
import io.github.bn4j.networks.SmallNetworks;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

/** A training ends when a metric does not get better, and leaves the best network, whatever ended it. */
class EarlyStoppingTest {

    private static final Split DIGITS = Digits.load().slice(0, 300).split(0.5, 1);

    private static Trainer trainer(Network net) {
        return net.trainer()
                .loss(Loss.softmaxCrossEntropy())
                .optimizer(Adam.of(0.05))
                .batchSize(16);
    }

    /** Values that are said beforehand, one for each epoch. */
    private record Said(String name, boolean higherIsBetter, List<Double> values, int[] next) implements Metric {

        static Said of(boolean higherIsBetter, Double... values) {
            return new Said("said", higherIsBetter, List.of(values), new int[1]);
        }

        @Override
        public Tally tally() {
            double value = values.get(next[0]++);
            return new Tally() {
                @Override
                public void add(Predictions some) {}

                @Override
                public void merge(Tally other) {}

                @Override
                public double value() {
                    return value;
                }
            };
        }
    }

    private static Trainer watching(Network net, EarlyStopping how, boolean higherIsBetter, Double... values) {
        return trainer(net)
                .metrics(Said.of(higherIsBetter, values))
                .stopEarly(how)
                .epochs(values.length);
    }

    /** The number of epochs that it takes. */
    private static int epochs(EarlyStopping how, boolean higherIsBetter, Double... values) {
        return watching(SmallNetworks.dense(), how, higherIsBetter, values)
                .fit(DIGITS.train(), DIGITS.test())
                .epochs()
                .size();
    }

    private static void assertSameBits(Network actual, int epochs) {
        Network expected = SmallNetworks.dense();
        if (epochs > 0) {
            trainer(expected).epochs(epochs).fit(DIGITS.train());
        }
        for (String name : expected.parameters().names()) {
            Bits.assertSame(actual.parameters().get(name), expected.parameters().get(name));
        }
    }

    @Test
    void countsEpochsWithoutGainInTheDirectionOfTheMetric() {
        EarlyStopping two = EarlyStopping.on("said").patience(2);
        assertThat(epochs(two, true, 0.5, 0.6, 0.6, 0.7, 0.7, 0.1, 0.8)).isEqualTo(6);
        assertThat(epochs(two, false, 0.5, 0.4, 0.4, 0.3, 0.3, 0.9, 0.2)).isEqualTo(6);
        assertThat(epochs(two.patience(1), true, 0.5, 0.6, 0.6, 0.7)).isEqualTo(3);
        assertThat(epochs(two, true, 1.0, 2.0, 3.0)).isEqualTo(3);
    }

    /** As Keras counts: of 1, 0.95, 0.9, 0.85 at a least gain of 0.1 only the last is one. */
    @Test
    void measuresTheLeastGainFromTheLastGain() {
        EarlyStopping how = EarlyStopping.on("said").patience(3).leastGain(0.1);
        assertThat(epochs(how, false, 1.0, 0.95, 0.9, 0.85, 0.85, 0.85, 0.85, 0.1))
                .isEqualTo(7);
        assertThat(epochs(how, true, -1.0, -0.95, -0.9, -0.91, 0.1)).isEqualTo(4);
        assertThat(epochs(how.leastGain(0.5), true, 0.0, 0.5, 0.25, 0.125, 1.0))
                .as("a gain of just the least is none")
                .isEqualTo(4);
    }

    @Test
    void neverTakesWhatIsUndefinedForTheBest() {
        Network net = SmallNetworks.dense();
        EarlyStopping two = EarlyStopping.on("said").patience(2);
        History history = watching(net, two, true, Double.NaN, 0.5, Double.NaN, Double.NaN, 0.9)
                .fit(DIGITS.train(), DIGITS.test());
        assertThat(history.epochs()).hasSize(4);
        assertThat(history.best("said").number()).isEqualTo(2);
        assertSameBits(net, 2);
        Network broken = SmallNetworks.dense();
        watching(broken, two, true, Double.NaN, Double.NaN, 0.9).fit(DIGITS.train(), DIGITS.test());
        assertSameBits(broken, 2);
    }

    @Test
    void restoresTheBestParametersAndRunningAverages() {
        Double[] values = {0.5, 0.8, 0.7, 0.75, 0.6};
        EarlyStopping how = EarlyStopping.on("said").patience(3);
        Network stopped = SmallNetworks.dense();
        assertThat(watching(stopped, how, true, values)
                        .fit(DIGITS.train(), DIGITS.test())
                        .epochs())
                .hasSize(5);
        assertThat(SmallNetworks.dense().parameters().names()).contains("batchnorm1d_1.runningVariance");
        assertSameBits(stopped, 2);
        Network atTheEnd = SmallNetworks.dense();
        watching(atTheEnd, how.patience(9), true, values).fit(DIGITS.train(), DIGITS.test());
        assertSameBits(atTheEnd, 2);
        Network last = SmallNetworks.dense();
        watching(last, how.restoreBest(false), true, values).fit(DIGITS.train(), DIGITS.test());
        assertSameBits(last, 5);
    }

    /** The least gain is for patience; what is restored is the best of all. */
    @Test
    void restoresTheBestHoweverSmallItsGain() {
        Network net = SmallNetworks.dense();
        watching(net, EarlyStopping.on("said").leastGain(0.1).patience(3), true, 0.5, 0.55, 0.59, 0.54)
                .fit(DIGITS.train(), DIGITS.test());
        assertSameBits(net, 3);
    }

    @Test
    void restoresTheBestAfterAnInterruptAndAfterAnError() {
        for (boolean interrupt : new boolean[] {true, false}) {
            Network net = SmallNetworks.dense();
            TrainingListener ending = new TrainingListener() {
                @Override
                public void onStep(StepEvent event) {
                    if (event.epoch() == 4 && event.step() == 3) {
                        if (!interrupt) {
                            throw new IllegalStateException("enough");
                        }
                        Thread.currentThread().interrupt();
                    }
                }
            };
            Trainer trainer = watching(net, EarlyStopping.on("said"), true, 0.5, 0.8, 0.7, 0.9)
                    .listener(ending);
            try {
                if (interrupt) {
                    assertThat(trainer.fit(DIGITS.train(), DIGITS.test()).endedEarly())
                            .get()
                            .asString()
                            .startsWith("in epoch 4, after 3 of ");
                } else {
                    assertThatThrownBy(() -> trainer.fit(DIGITS.train(), DIGITS.test()))
                            .hasMessage("enough");
                }
            } finally {
                assertThat(Thread.interrupted()).isEqualTo(interrupt);
            }
            assertSameBits(net, 2);
        }
    }

    @Test
    void goesOnWithTheBestSoFar() {
        Network net = SmallNetworks.dense();
        Trainer trainer = watching(
                net, EarlyStopping.on("said").patience(2), true, 0.5, 0.8, 0.7, 0.6, 0.7, 0.6, 0.9, 0.85, 0.85, 0.9);
        History first = trainer.fit(DIGITS.train(), DIGITS.test());
        assertThat(first.epochs()).hasSize(4);
        assertThat(first.endedEarly()).contains("after epoch 4: said has not got better for 2 epochs");
        assertSameBits(net, 2);
        assertThat(trainer.fit(DIGITS.train(), DIGITS.test()).epochs()).hasSize(6);
        assertSameBits(net, 2);
        History third = trainer.fit(DIGITS.train(), DIGITS.test());
        assertThat(third.epochs()).hasSize(9);
        assertThat(third.best("said").number()).isEqualTo(7);
    }

    @Test
    void watchesTheLossAndMetricsThatAreMeasured() {
        Network net = SmallNetworks.dense();
        History history = trainer(net)
                .metrics(Metric.accuracy(), Metric.topK(3), Metric.f1())
                .stopEarly(EarlyStopping.on("loss").patience(2))
                .epochs(30)
                .fit(DIGITS.train(), DIGITS.test());
        Epoch best = history.best("loss");
        Evaluation result = net.evaluate(DIGITS.test());
        assertThat(history.epochs()).hasSizeLessThan(30);
        assertThat(history.last().number()).isEqualTo(best.number() + 2);
        assertThat(best.metrics()).containsOnlyKeys("loss", "accuracy", "top3", "f1");
        assertThat(best.metrics().get("f1")).isEqualTo(result.f1());
        assertThat(best.metrics().get("top3")).isEqualTo(result.topK(3));
        assertThat(best.validationAccuracy()).isEqualTo(result.accuracy());
        assertThat(history.last().toString())
                .matches("epoch \\d+: loss [\\d.]+, validation loss [\\d.]+, validation accuracy [\\d.]+, top3 [\\d.]+,"
                        + " f1 [\\d.]+");
    }

    private static Dataset targets() {
        return Dataset.of(Nd4j.rand(DataType.FLOAT, 40, 5), Nd4j.rand(DataType.FLOAT, 40, 3));
    }

    @Test
    void refusesBadInputBeforeAnyTraining() {
        Network net = SmallNetworks.dense();
        Trainer trainer = trainer(net);
        assertThatThrownBy(() -> EarlyStopping.on("f1").patience(0))
                .hasMessage("EarlyStopping expects a patience of at least 1 epoch but got 0; 1 ends at the first epoch"
                        + " without a gain");
        assertThatThrownBy(() -> EarlyStopping.on("f1").leastGain(-0.1))
                .hasMessage("EarlyStopping expects a least gain of at least 0 but got -0.1; gains are positive whatever"
                        + " the direction");
        assertThatThrownBy(() -> trainer.metrics(Metric.f1(), Metric.topK(3))
                        .stopEarly(EarlyStopping.on("f2"))
                        .fit(DIGITS.train(), DIGITS.test()))
                .hasMessage("stopEarly expects the name of a metric that is measured but got \"f2\"; there are [loss,"
                        + " accuracy, f1, top3], and metrics(Metric.f1()) or the like adds others");
        assertThatThrownBy(() -> trainer.stopEarly(EarlyStopping.on("loss")).fit(DIGITS.train()))
                .hasMessage("stopEarly expects validation data to judge by but got none; call fit(data, validation)");
        assertThatThrownBy(() -> trainer.metrics(Metric.f1()).fit(DIGITS.train()))
                .hasMessage("metrics expects validation data to measure on but got none; call fit(data, validation)");
        assertThatThrownBy(() -> trainer.metrics(Metric.topK(11)).fit(DIGITS.train(), DIGITS.test()))
                .hasMessage("topK expects at most 10, the number of classes, but got 11; choose a smaller one");
        assertThatThrownBy(() -> trainer.metrics(Metric.f1(), Metric.f1()))
                .hasMessage("metrics expects names of their own but got \"f1\" again; leave one out, or rename it");
        assertThatThrownBy(() -> trainer.metrics(Metric.r2()).fit(DIGITS.train(), DIGITS.test()))
                .hasMessage("r2 expects a regression but got a classification; use accuracy() or confusion()");
        assertSameBits(net, 0);

        Network regression = Network.input(5).dense(3).build(1);
        Trainer numbers = regression.trainer().loss(Loss.meanSquaredError());
        assertThatThrownBy(() -> numbers.metrics(Metric.f1()).fit(targets(), targets()))
                .hasMessage("f1 expects a classification but got a regression; use meanSquaredError() or"
                        + " meanAbsoluteError()");
        assertThat(numbers.metrics(Metric.r2()).fit(targets(), targets()).last().metrics())
                .containsOnlyKeys("loss", "r2");
    }

    @Test
    void tellsTheProgressOfMetrics() {
        List<Epoch> told = new ArrayList<>();
        TrainingListener recorder = new TrainingListener() {
            @Override
            public void onEpoch(EpochEvent event) {
                told.add(event.epoch());
            }
        };
        History history = trainer(SmallNetworks.dense())
                .metrics(Metric.rocAuc())
                .listener(recorder)
                .epochs(2)
                .fit(DIGITS.train(), DIGITS.test());
        assertThat(told).isEqualTo(history.epochs());
        assertThat(history.metrics()).containsOnlyKeys("accuracy", "rocAuc");
        assertThatThrownBy(() -> history.best("f1"))
                .hasMessage(
                        "History.best expects the name of a metric that is measured but got \"f1\"; there are [loss,"
                                + " accuracy, rocAuc], and metrics(Metric.f1()) or the like adds others");
    }
}
