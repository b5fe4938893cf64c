package io.github.bn4j.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.bn4j.Bits;
import io.github.bn4j.Network;
import io.github.bn4j.data.Dataset;
import io.github.bn4j.data.Digits;
import io.github.bn4j.data.Split;
import io.github.bn4j.data.TailBatch;
import io.github.bn4j.graph.Parameters;
import io.github.bn4j.internal.Floats;
import io.github.bn4j.internal.Tensors;
import io.github.bn4j.networks.SmallNetworks;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What listeners are told, in which order, and what becomes of what they throw, say and remember. */
class TrainingListenerTest {

    private static final Split DIGITS =
            new Split(Digits.load().slice(0, 75), Digits.load().slice(75, 150));

    @TempDir
    private Path folder;

    /** Three steps in each of two epochs. */
    private static Trainer trainer(Network net) {
        return net.trainer()
                .loss(Loss.softmaxCrossEntropy())
                .optimizer(Sgd.of(0.05))
                .batchSize(25)
                .epochs(2);
    }

    /** Writes down what it is told, and throws where it is to. */
    private static final class Recorder implements TrainingListener {

        private final String who;
        private final List<String> told;
        private final String fails;

        Recorder(String who, List<String> told, String fails) {
            this.who = who;
            this.told = told;
            this.fails = fails;
        }

        private void hear(String what) {
            told.add(who + " " + what);
            if (what.equals(fails)) {
                throw new IllegalStateException(who + " at " + what);
            }
        }

        @Override
        public void onStart(TrainingRun run) {
            hear("start");
        }

        @Override
        public void onStep(StepEvent step) {
            hear("step " + step.number());
        }

        @Override
        public Parameters judged(Parameters parameters) {
            hear("judged");
            return parameters;
        }

        @Override
        public void onEpoch(EpochEvent epoch) {
            hear("epoch " + epoch.epoch().number());
        }

        @Override
        public void onEnd(EndEvent end) {
            hear("end");
        }
    }

    private static TrainingListener atEach(Consumer<StepEvent> action) {
        return new TrainingListener() {
            @Override
            public void onStep(StepEvent step) {
                action.accept(step);
            }
        };
    }

    @Test
    void tellsEachEventToAllInTheOrderInWhichTheyWereAdded() {
        List<String> told = new ArrayList<>();
        trainer(SmallNetworks.dense())
                .epochs(1)
                .listener(new Recorder("a", told, ""))
                .listener(new Recorder("b", told, ""))
                .fit(DIGITS.train(), DIGITS.test());
        assertThat(told)
                .containsExactly(
                        "a start",
                        "b start",
                        "a step 1",
                        "b step 1",
                        "a step 2",
                        "b step 2",
                        "a step 3",
                        "b step 3",
                        "a judged",
                        "b judged",
                        "a epoch 1",
                        "b epoch 1",
                        "a end",
                        "b end");
    }

    @Test
    void endsWithWhatAListenerThrowsAndTellsAllThatHaveBegun() {
        for (String where : List.of("start", "step 2", "judged", "epoch 1")) {
            List<String> told = new ArrayList<>();
            Trainer trainer = trainer(SmallNetworks.dense())
                    .listener(new Recorder("a", told, ""))
                    .listener(new Recorder("b", told, where))
                    .listener(new Recorder("c", told, ""));
            assertThatThrownBy(() -> trainer.fit(DIGITS.train(), DIGITS.test()))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("b at " + where)
                    .hasNoSuppressedExceptions();
            assertThat(told).doesNotContain("c " + where);
            assertThat(told.subList(told.indexOf("b " + where) + 1, told.size()))
                    .as(where)
                    .containsExactlyElementsOf(
                            where.equals("start") ? List.of("a end", "b end") : List.of("a end", "b end", "c end"));
        }
    }

    @Test
    void suppressesWhatIsThrownAfterTheFirst() {
        List<String> told = new ArrayList<>();
        Network net = SmallNetworks.dense();
        Trainer ends = trainer(net)
                .epochs(1)
                .listener(new Recorder("a", told, "end"))
                .listener(new Recorder("b", told, "end"))
                .listener(new Recorder("c", told, ""));
        assertThatThrownBy(() -> ends.fit(DIGITS.train()))
                .hasMessage("a at end")
                .satisfies(failure -> assertThat(failure.getSuppressed())
                        .extracting(Throwable::getMessage)
                        .containsExactly("b at end"));
        assertThat(told).endsWith("a end", "b end", "c end");
        assertThatThrownBy(
                        () -> ends.listener(new Recorder("d", told, "step 5")).fit(DIGITS.train()))
                .hasMessage("d at step 5")
                .satisfies(failure -> assertThat(failure.getSuppressed())
                        .extracting(Throwable::getMessage)
                        .containsExactly("a at end", "b at end"));
        // The network is free again, and its steps are kept.
        assertThat(trainer(net).epochs(1).fit(DIGITS.train()).epochs()).hasSize(1);
    }

    @Test
    void tellsWhatFailed() {
        List<EndEvent> ends = new ArrayList<>();
        TrainingListener ending = new TrainingListener() {
            @Override
            public void onEnd(EndEvent end) {
                ends.add(end);
            }
        };
        Trainer trainer = trainer(SmallNetworks.dense()).listener(ending);
        History history = trainer.fit(DIGITS.train());
        assertThat(ends.get(0).failure()).isEmpty();
        assertThat(ends.get(0).history()).isEqualTo(history);
        Trainer failing = trainer.listener(new Recorder("x", new ArrayList<>(), "epoch 3"));
        assertThatThrownBy(() -> failing.fit(DIGITS.train())).hasMessage("x at epoch 3");
        assertThat(ends.get(1).failure()).get().satisfies(thrown -> assertThat(thrown)
                .hasMessage("x at epoch 3"));
    }

    /** What early stopping restores is there when the user's listeners are told of the end, and a file of the best before an epoch. */
    @Test
    void tellsListenersOfItsOwnBeforeThoseOfTheUser() {
        Path file = folder.resolve("best.safetensors");
        Network net = SmallNetworks.dense();
        List<Boolean> stored = new ArrayList<>();
        List<INDArray> atTheEnd = new ArrayList<>();
        TrainingListener watching = new TrainingListener() {
            @Override
            public void onEpoch(EpochEvent epoch) {
                stored.add(Files.exists(file));
            }

            @Override
            public void onEnd(EndEvent end) {
                atTheEnd.add(end.run().parameters().trainable().dup());
            }
        };
        History history = trainer(net)
                .listener(watching)
                .optimizer(Adam.of(0.1))
                .keepBest(file)
                .stopEarly(EarlyStopping.on("loss").patience(3))
                .epochs(30)
                .fit(DIGITS.train(), DIGITS.test());
        assertThat(history.best("loss").number()).isLessThan(history.last().number());
        assertThat(stored).hasSameSizeAs(history.epochs()).doesNotContain(false);
        Bits.assertSame(atTheEnd.get(0), net.parameters().trainable());
        Bits.assertSame(
                Network.load(file).parameters().trainable(), net.parameters().trainable());
    }

    @Test
    void tellsNobodyOfWhatIsRefused() {
        List<String> told = new ArrayList<>();
        Trainer trainer = trainer(SmallNetworks.dense()).listener(new Recorder("a", told, ""));
        assertThatThrownBy(() -> trainer.batchSize(74).fit(DIGITS.train()))
                .hasMessageContaining("more than one value per channel");
        assertThatThrownBy(() -> trainer.metrics(Metric.f1()).fit(DIGITS.train()))
                .hasMessageContaining("validation data");
        assertThat(told).isEmpty();
    }

    @Test
    void tellsNumbersOfStepsThroughAllFits() {
        List<String> told = new ArrayList<>();
        Trainer trainer = trainer(SmallNetworks.dense())
                .schedule(at -> at.step() < 3 ? 1 : 0.5)
                .listener(atEach(step -> told.add(step.epoch() + " " + step.step() + " " + step.number() + " "
                        + step.learningRate() + " " + step.run().epochs() + " "
                        + step.run().stepsPerEpoch())));
        trainer.fit(DIGITS.train());
        trainer.epochs(1).fit(DIGITS.train());
        assertThat(told)
                .containsExactly(
                        "1 1 1 0.05 2 3",
                        "1 2 2 0.05 2 3",
                        "1 3 3 0.05 2 3",
                        "2 1 4 0.025 2 3",
                        "2 2 5 0.025 2 3",
                        "2 3 6 0.025 2 3",
                        "3 1 7 0.05 1 3",
                        "3 2 8 0.05 1 3",
                        "3 3 9 0.05 1 3");
    }

    /** The square root of the sum of squares in double precision, over all parameters, also where clipping changes the gradients. */
    @Test
    void tellsTheNormOfGradientsBeforeTheyAreChanged() {
        for (double[] settings : new double[][] {{0, 1}, {1e-3, 1}, {1e-3, 3}}) {
            Network net = SmallNetworks.dense();
            List<Double> expected = new ArrayList<>();
            List<Double> told = new ArrayList<>();
            Trainer trainer = trainer(net).accumulate((int) settings[1]).batchSize(10);
            if (settings[0] > 0) {
                trainer = trainer.changeGradients(gradients -> expected.add(norm(gradients)))
                        .clipNorm(settings[0])
                        .listener(atEach(
                                step -> assertThat(norm(net.parameters())).isCloseTo(settings[0], within(1e-6))));
            } else {
                trainer = trainer.listener(atEach(step -> expected.add(norm(net.parameters()))));
            }
            trainer.listener(atEach(step -> told.add(step.gradientNorm()))).fit(DIGITS.train());
            assertThat(told).hasSameSizeAs(expected).isNotEmpty();
            for (int i = 0; i < told.size(); i++) {
                assertThat(told.get(i))
                        .isCloseTo(expected.get(i), within(1e-12))
                        .isGreaterThan(0.01);
            }
        }
    }

    private static double norm(Parameters parameters) {
        double sum = 0;
        for (String name : parameters.names()) {
            if (!name.contains("running")) {
                sum += DoubleStream.of(Floats.values(parameters.gradient(name)))
                        .map(g -> g * g)
                        .sum();
            }
        }
        return Math.sqrt(sum);
    }

    @Test
    void tellsOfStepsThatAreSkipped() {
        Dataset train = DIGITS.train();
        double[] weights = new double[train.size()];
        weights[11] = 1;
        List<StepEvent> steps = new ArrayList<>();
        List<Double> norms = new ArrayList<>();
        History history = trainer(SmallNetworks.dense())
                .epochs(1)
                .listener(atEach(step -> {
                    steps.add(step);
                    norms.add(step.gradientNorm());
                }))
                .fit(train.weights(weights));
        assertThat(steps).extracting(StepEvent::skipped).containsExactlyInAnyOrder(false, true, true);
        for (int i = 0; i < 3; i++) {
            assertThat(steps.get(i).loss() == 0).isEqualTo(steps.get(i).skipped());
            assertThat(norms.get(i) == 0).isEqualTo(steps.get(i).skipped());
            assertThat(steps.get(i).toString())
                    .matches("epoch 1, step " + (i + 1) + ": "
                            + (steps.get(i).skipped() ? "skipped" : "loss \\d\\.\\d{4}")
                            + ", learning rate 5\\.00e-02");
        }
        assertThat(history.last().trainLoss())
                .isEqualTo(steps.stream().mapToDouble(StepEvent::loss).sum());
    }

    /** With steps that change nothing, the mean over an epoch is the weighted one over its examples: Σ w l / Σ w. */
    @Test
    void weighsStepsOfAnEpochByWhatTheyCount() {
        Dataset train = DIGITS.train();
        double[] weights = new double[train.size()];
        for (int row = 0; row < weights.length; row++) {
            weights[row] = row % 7 == 0 ? 5 : row % 3 == 0 ? 0 : 0.25;
        }
        Network net = Network.input(1, 8, 8).flatten().dense(10).build(3, DataType.DOUBLE);
        Loss loss = Loss.softmaxCrossEntropy().classWeights(1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
        Trainer still =
                net.trainer().loss(loss).optimizer(Sgd.of(1e-300)).batchSize(7).tail(TailBatch.KEEP);
        Dataset weighted = train.weights(weights);
        History history = still.fit(weighted, weighted);
        assertThat(history.last().trainLoss()).isCloseTo(history.last().validationLoss(), within(1e-12));
    }

    @Test
    void stopsAfterTheStepInWhichItIsAskedTo() {
        Network net = SmallNetworks.dense();
        List<String> told = new ArrayList<>();
        List<String> reasons = new ArrayList<>();
        History history = trainer(net)
                .epochs(9)
                .listener(atEach(step -> {
                    if (step.number() == 5) {
                        step.run().stop("enough");
                        step.run().stop("a second reason");
                        reasons.add(step.run().stopped().orElseThrow());
                    }
                }))
                .listener(new Recorder("b", told, ""))
                .fit(DIGITS.train(), DIGITS.test());
        assertThat(reasons).containsExactly("enough");
        assertThat(told).endsWith("b step 4", "b step 5", "b judged", "b epoch 2", "b end");
        assertThat(history.epochs()).extracting(Epoch::number).containsExactly(1, 2);
        assertThat(history.last().validationLoss()).isFinite();
        assertThat(net.evaluate(DIGITS.test()).accuracy())
                .isEqualTo(history.last().validationAccuracy());
    }

    @Test
    void stopsBeforeTheFirstStepAndAfterAnEpoch() {
        List<String> told = new ArrayList<>();
        TrainingListener never = new TrainingListener() {
            @Override
            public void onStart(TrainingRun run) {
                run.stop("not today");
            }
        };
        Network net = SmallNetworks.dense();
        History none = trainer(net)
                .listener(never)
                .listener(new Recorder("b", told, ""))
                .fit(DIGITS.train());
        assertThat(none.epochs()).isEmpty();
        assertThat(told).containsExactly("b start", "b end");
        Bits.assertSame(
                net.parameters().trainable(), SmallNetworks.dense().parameters().trainable());
        TrainingListener once = new TrainingListener() {
            @Override
            public void onEpoch(EpochEvent epoch) {
                epoch.run().stop("one will do");
            }
        };
        Trainer trainer = trainer(SmallNetworks.dense()).listener(once);
        assertThat(trainer.fit(DIGITS.train()).epochs()).hasSize(1);
        assertThat(trainer.fit(DIGITS.train()).epochs())
                .extracting(Epoch::number)
                .containsExactly(1, 2);
    }

    @Test
    void refusesToStopWithoutAReason() {
        TrainingListener blank = atEach(step -> step.run().stop(" "));
        assertThatThrownBy(() -> trainer(SmallNetworks.dense()).listener(blank).fit(DIGITS.train()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("stop expects a reason but got none; say it, the history tells it");
    }

    /** An average of all weights that were judged, a stranger's. */
    private static final class Averaging implements TrainingListener {

        private int steps;
        private double sum;

        @Override
        public void onStep(StepEvent step) {
            steps++;
            sum += step.run().parameters().trainable().getDouble(0);
        }

        @Override
        public Parameters judged(Parameters parameters) {
            Parameters zeros = parameters.to(parameters.type());
            zeros.trainable().assign(0);
            return zeros;
        }

        @Override
        public String name() {
            return "average";
        }

        @Override
        public Map<String, INDArray> state() {
            return Map.of("sum", Tensors.of(DataType.DOUBLE, new double[] {sum, steps}, 2));
        }

        @Override
        public void restore(Map<String, INDArray> state) {
            sum = state.get("sum").getDouble(0);
            steps = state.get("sum").getInt(1);
        }
    }

    @Test
    void judgesByWhatAListenerSays() {
        Network net = SmallNetworks.dense();
        Path file = folder.resolve("best.safetensors");
        History history = trainer(net).listener(new Averaging()).keepBest(file).fit(DIGITS.train(), DIGITS.test());
        // With weights of 0 all classes are equally likely.
        assertThat(history.epochs())
                .allSatisfy(epoch -> assertThat(epoch.validationLoss()).isCloseTo(Math.log(10), within(1e-5)));
        assertThat(net.parameters().trainable().norm2Number().doubleValue()).isGreaterThan(1);
        assertThat(Network.load(file).parameters().trainable().norm2Number().doubleValue())
                .isZero();
    }

    @Test
    void takesUpWhatAListenerOfTheSameNameRemembered() {
        Averaging whole = new Averaging();
        trainer(SmallNetworks.dense()).epochs(4).listener(whole).fit(DIGITS.train());
        Trainer trainer = trainer(SmallNetworks.dense()).epochs(2);
        trainer.listener(new Averaging()).fit(DIGITS.train());
        Averaging second = new Averaging();
        trainer.listener(second).fit(DIGITS.train());
        assertThat(second.steps).isEqualTo(12).isEqualTo(whole.steps);
        assertThat(second.sum).isEqualTo(whole.sum);
        Averaging anew = new Averaging();
        trainer(SmallNetworks.dense()).listener(anew).fit(DIGITS.train());
        assertThat(anew.steps).isEqualTo(6);
        assertThatThrownBy(
                        () -> trainer.listener(anew).listener(new Averaging()).fit(DIGITS.train()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("listener expects names of their own but got \"average\" again; leave one out, or let it"
                        + " have another name");
    }
}
