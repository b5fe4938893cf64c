package io.github.bn4j.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.bn4j.Bits;
import io.github.bn4j.GraphBuilder;
import io.github.bn4j.Network;
import io.github.bn4j.data.Augmentation;
import io.github.bn4j.data.Dataset;
import io.github.bn4j.data.Digits;
import io.github.bn4j.data.TailBatch;
import io.github.bn4j.engine.Engine;
import io.github.bn4j.graph.Parameters;
import io.github.bn4j.graph.Value;
import io.github.bn4j.internal.Tensors;
import io.github.bn4j.layer.Dense;
import io.github.bn4j.layer.Sequence;
import io.github.bn4j.networks.SmallNetworks;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Steps on batches that the user hands over, instead of a fit. */
class LoopTest {

    private static final Dataset DATA = Digits.load().slice(0, 150);

    private static Trainer trainer(Network net) {
        return net.trainer().loss(Loss.softmaxCrossEntropy()).optimizer(Adam.of(1e-2));
    }

    private static void assertSameBits(Network first, Network second) {
        for (String name : second.parameters().names()) {
            Bits.assertSame(first.parameters().get(name), second.parameters().get(name));
        }
    }

    /** The order of a fit: a pure function of the seed and of the epoch. */
    private static List<int[]> batches(Dataset data, int examples, long seed, int epoch) {
        return data.batches(examples, TailBatch.KEEP, seed + 0x9E3779B97F4A7C15L * epoch);
    }

    record Setting(String name, DataType type, Engine engine, int batch, int step, UnaryOperator<Trainer> change) {

        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Setting> settings() {
        Engine fastest = Engine.fastest(DataType.FLOAT);
        UnaryOperator<Trainer> same = trainer -> trainer;
        return Stream.of(
                new Setting("plain", DataType.FLOAT, fastest, 20, 20, same),
                new Setting("plain on ND4J", DataType.FLOAT, Engine.nd4j(), 20, 20, same),
                new Setting("double", DataType.DOUBLE, Engine.nd4j(), 32, 32, same),
                new Setting("replicas", DataType.FLOAT, Engine.replicas(2), 20, 20, same),
                new Setting(
                        "scheduled, clipped, decayed", DataType.FLOAT, fastest, 20, 20, trainer -> trainer.optimizer(
                                        AdamW.of(1e-2).weightDecay(0.1))
                                .clipNorm(0.5)
                                .decay("dense_2", 0.3)
                                .schedule(Schedule.cosine().warmup(0.2))),
                new Setting(
                        "weighted",
                        DataType.FLOAT,
                        fastest,
                        20,
                        20,
                        trainer -> trainer.loss(Loss.softmaxCrossEntropy()
                                .classWeights(1, 2, 0, 4, 5, 6, 7, 8, 9, 10)
                                .labelSmoothing(0.1))),
                new Setting("accumulated", DataType.FLOAT, fastest, 8, 24, trainer -> trainer.accumulate(3)),
                new Setting("accumulated as one", DataType.FLOAT, fastest, 8, 24, t -> t.accumulateAsOne(3)));
    }

    @ParameterizedTest
    @MethodSource("settings")
    void takesTheStepsOfAFitBitForBit(Setting setting) {
        Network fitted = SmallNetworks.convolutional(setting.type).on(setting.engine);
        Network looped = SmallNetworks.convolutional(setting.type).on(setting.engine);
        double[] sure = new double[DATA.size()];
        Arrays.setAll(sure, row -> row % 3);
        Dataset data = setting.name.equals("weighted") ? DATA.weights(sure) : DATA;
        List<Double> expected = new ArrayList<>();
        List<Double> losses = new ArrayList<>();
        setting.change
                .apply(trainer(fitted).seed(99))
                .batchSize(setting.batch)
                .epochs(2)
                .listener(new TrainingListener() {
                    @Override
                    public void onStep(StepEvent step) {
                        expected.add(step.loss());
                    }
                })
                .fit(data);

        int perEpoch = batches(data, setting.step, 99, 1).size();
        try (Loop loop = setting.change.apply(trainer(looped).seed(99)).loop(setting.batch, 2L * perEpoch)) {
            for (int epoch = 1; epoch <= 2; epoch++) {
                for (int[] rows : batches(data, setting.step, 99, epoch)) {
                    losses.add(loop.step(data.select(rows)));
                }
            }
            assertThat(loop.steps()).isEqualTo(2L * perEpoch);
        }

        assertSameBits(looped, fitted);
        assertThat(losses).isEqualTo(expected);
    }

    @Test
    void takesAnyNumberOfRowsWhateverTheBatchSize() {
        Network looped = SmallNetworks.convolutional(DataType.FLOAT);
        Network fitted = SmallNetworks.convolutional(DataType.FLOAT);
        // More sizes than programs are kept, and the first one again; more rows than a batch has are two batches.
        int[] sizes = {2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 2, 33};
        Trainer trainer = trainer(fitted).seed(3).batchSize(20);
        int from = 0;
        try (Loop loop = trainer(looped).seed(3).loop(20)) {
            for (int i = 0; i < sizes.length; i++) {
                Dataset rows = DATA.slice(from, from + sizes[i]);
                from += sizes[i];
                Dataset ordered = rows.select(batches(rows, sizes[i], 3, i + 1).get(0));
                double loss = loop.step(ordered.features(), ordered.labels());
                History history = trainer.tail(TailBatch.MERGE).fit(rows);
                assertThat(loss)
                        .as("%s rows", sizes[i])
                        .isEqualTo(history.last().trainLoss());
            }
        }
        assertSameBits(looped, fitted);
    }

    @Test
    void goesOnWhereTheLastLoopOrFitEnded() {
        Network once = SmallNetworks.convolutional(DataType.FLOAT);
        Network often = SmallNetworks.convolutional(DataType.FLOAT);
        List<int[]> batches = batches(DATA, 30, 1, 1);
        try (Loop loop = trainer(once).seed(1).loop(30)) {
            batches.forEach(rows -> loop.step(DATA.select(rows)));
            batches(DATA, 30, 1, 1).forEach(rows -> loop.step(DATA.select(rows)));
        }
        Trainer trainer = trainer(often).seed(1);
        for (int[] rows : batches) {
            try (Loop loop = trainer.loop(30)) {
                loop.step(DATA.select(rows));
            }
        }
        try (Loop open = trainer.loop(30)) {
            // A fit counts epochs of its own, and takes the optimiser's memory from the loop and back.
            History history = trainer.batchSize(30).fit(DATA);
            assertThat(history.last().number()).isEqualTo(1);
            assertSameBits(often, once);
            open.step(DATA.select(batches.get(0)));
        }
    }

    @Test
    void trainsTwoNetworksInTurnAsIfEachWereAlone() {
        Network[] alone = {
            SmallNetworks.convolutional(DataType.FLOAT),
            Network.input(1, 8, 8).flatten().dense(10).build(2)
        };
        Network[] inTurn = {
            SmallNetworks.convolutional(DataType.FLOAT),
            Network.input(1, 8, 8).flatten().dense(10).build(2)
        };
        List<int[]> batches = batches(DATA, 25, 5, 1);
        for (Network net : alone) {
            try (Loop loop = trainer(net).loop(25)) {
                batches.forEach(rows -> loop.step(DATA.select(rows)));
            }
        }
        try (Loop first = trainer(inTurn[0]).loop(25);
                Loop second = trainer(inTurn[1]).loop(25)) {
            for (int[] rows : batches) {
                first.step(DATA.select(rows));
                second.step(DATA.select(rows));
            }
        }
        assertSameBits(inTurn[0], alone[0]);
        assertSameBits(inTurn[1], alone[1]);
    }

    @Test
    void sharesParametersWithAnotherLoopThatIsOpen() {
        Network net = Network.input(1, 8, 8).flatten().dense(10).build(2, DataType.DOUBLE);
        Network same = net.classNames(List.of("0", "1", "2", "3", "4", "5", "6", "7", "8", "9"));
        INDArray weight = net.parameters().get("dense_1.weight");
        Dataset batch = DATA.slice(0, 40);
        INDArray[] after = new INDArray[2];
        for (int i = 0; i < 2; i++) {
            Network other = Network.input(1, 8, 8).flatten().dense(10).build(2, DataType.DOUBLE);
            Trainer trainer = other.trainer().loss(Loss.softmaxCrossEntropy());
            try (Loop loop = trainer.optimizer(Sgd.of(0.1)).loop(40)) {
                for (int step = 0; step <= i; step++) {
                    loop.step(batch);
                }
            }
            after[i] = other.parameters().get("dense_1.weight");
        }
        try (Loop first = trainer(net).optimizer(Sgd.of(0.1)).loop(40);
                Loop second = trainer(same).optimizer(Sgd.of(0.1)).loop(40)) {
            first.step(batch);
            Bits.assertSame(weight, after[0]);
            second.step(batch);
            Bits.assertSame(weight, after[1]);
        }
    }

    @Test
    void takesSeveralInputsAndTargetsByName() {
        GraphBuilder g = new GraphBuilder();
        Value left = g.input("left", 1, 8, 8);
        Value right = g.input("right", 1, 8, 8);
        Value body = g.concat(
                g.call(Sequence.of().flatten().dense(6).relu(), left),
                g.call(Sequence.of().flatten().dense(6).relu(), right));
        Network net = g.build(g.call("sum", Dense.of(1), body), g.call("first", Dense.of(10), body));
        INDArray x = DATA.features();
        INDArray y = DATA.labels();
        INDArray sums = y.mul(2).reshape(150, 1);
        Trainer trainer = net.trainer()
                .optimizer(Adam.of(1e-2))
                .loss("sum", Loss.meanSquaredError())
                .loss("first", Loss.softmaxCrossEntropy());
        List<Double> losses = new ArrayList<>();
        try (Loop loop = trainer.loop(50)) {
            for (int step = 0; step < 30; step++) {
                losses.add(loop.step(Map.of("left", x, "right", x), Map.of("sum", sums, "first", y)));
            }
        }
        assertThat(losses.get(29)).isLessThan(losses.get(0) / 2);
        // Evaluations know what the outputs were trained for.
        Evaluation result = net.evaluate(Dataset.of(Map.of("left", x, "right", x), Map.of("sum", sums, "first", y)));
        assertThat(result.output("first").task()).isEqualTo(Task.CLASSIFICATION);
        assertThat(result.output("sum").task()).isEqualTo(Task.REGRESSION);
    }

    @Test
    void takesClassNumbersAndDistributionsInOneLoop() {
        Network numbers = SmallNetworks.convolutional(DataType.FLOAT);
        Network both = SmallNetworks.convolutional(DataType.FLOAT);
        Dataset batch = DATA.slice(0, 30);
        try (Loop first = trainer(numbers).loop(30);
                Loop second = trainer(both).loop(30)) {
            for (int step = 0; step < 4; step++) {
                double loss = first.step(batch);
                assertThat(second.step(step % 2 == 0 ? batch : batch.oneHot(10)))
                        .isCloseTo(loss, within(1e-5));
            }
        }
    }

    @Test
    void leavesOutAStepInWhichNothingCounts() {
        Network net = SmallNetworks.convolutional(DataType.FLOAT);
        Parameters before = net.model().copy().parameters();
        Dataset batch = DATA.slice(0, 20);
        Dataset ignored = Dataset.of(batch.features(), batch.labels().mul(0).add(255));
        Trainer trainer = trainer(net).loss(Loss.softmaxCrossEntropy().ignoring(255));
        try (Loop loop = trainer.loop(20)) {
            assertThat(loop.step(ignored)).isZero();
            Bits.assertSame(net.parameters().trainable(), before.trainable());
            Bits.assertSame(net.parameters().state(), before.state());
            assertThat(loop.step(batch)).isPositive();
            assertThat(loop).hasToString("Loop[2 steps, batches of 20]");
        }
    }

    @Test
    void asksScheduleWithTheStepsThatAreKnown() {
        List<Double> factors = new ArrayList<>();
        Schedule recorder = at -> {
            factors.add(at.share());
            return 1;
        };
        Dataset batch = DATA.slice(0, 10);
        Trainer trainer = trainer(SmallNetworks.convolutional(DataType.FLOAT)).schedule(recorder);
        try (Loop loop = trainer.loop(10, 4)) {
            factors.clear();
            for (int step = 0; step < 6; step++) {
                loop.step(batch);
            }
        }
        // It stays at the last step.
        assertThat(factors).containsExactly(0.0, 0.25, 0.5, 0.75, 0.75, 0.75);
        assertThatThrownBy(() -> trainer.loop(10))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("schedule expects the number of all steps but got a loop without end; make it by"
                        + " loop(batchSize, steps)");
        for (Schedule falls : List.of(
                Schedule.cosine(),
                Schedule.linear(),
                Schedule.oneCycle(),
                Schedule.constant().warmup(0.1))) {
            assertThatThrownBy(() -> trainer.schedule(falls).loop(10))
                    .as("%s", falls)
                    .isInstanceOf(IllegalStateException.class);
        }
        for (Schedule endless : List.of(
                Schedule.exponential(0.9),
                Schedule.step(30, 0.1),
                Schedule.multiStep(0.1, 5),
                Schedule.cosineRestarts(10, 2),
                Schedule.inverseSquareRoot(100).warmupSteps(10).downTo(0.1))) {
            try (Loop loop = trainer.schedule(endless).loop(10)) {
                assertThat(loop.step(batch)).as("%s", endless).isPositive();
            }
        }
        String epochs = "schedule expects epochs but got a loop, which has none; count its steps";
        assertThatThrownBy(() ->
                        trainer.schedule(Schedule.exponential(0.9).byEpoch()).loop(10, 5))
                .hasMessage(epochs);
        assertThatThrownBy(() -> trainer.schedule(at -> 1.0 / (1 + at.epoch())).loop(10, 5))
                .hasMessage(epochs);
        assertThatThrownBy(() -> trainer.schedule(at -> 1.0 / at.epochs()).loop(10, 5))
                .hasMessage(epochs);
        assertThatThrownBy(() -> trainer.schedule(at -> Double.NaN).loop(10))
                .hasMessageMatching(
                        "schedule expects a finite factor of at least 0 but got NaN from \\S+ in step 1; the"
                                + " steps before it are kept");
    }

    @Test
    void refusesWhatIsNotOfAStep() {
        Trainer trainer = trainer(SmallNetworks.convolutional(DataType.FLOAT));
        Trainer everything = trainer.augment(Augmentation.flip())
                .maxSteps(1000)
                .maxTime(Duration.ofHours(1))
                .listener(new TrainingListener() {})
                .metrics(Metric.f1())
                .stopEarly(EarlyStopping.on("f1").patience(5))
                .keepBest(Path.of("best.bn4j"))
                .schedule(Schedule.plateau());
        assertThatThrownBy(() -> everything.loop(64))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("loop expects a trainer that says how to take a step but got one with [augment, listener,"
                        + " metrics, stopEarly, keepBest, maxSteps, maxTime, schedule " + Schedule.plateau()
                        + "]; leave that out, and do it between steps");
        assertThatThrownBy(() ->
                        SmallNetworks.convolutional(DataType.FLOAT).trainer().loop(64))
                .hasMessage("loop expects a loss but got none; call loss(Loss.softmaxCrossEntropy()) or the like");
        assertThatThrownBy(() -> trainer.loss("kind", Loss.hinge()).loop(64))
                .hasMessage("loss expects the name of an output but got \"kind\"; this network has [dense_2]");
        assertThatThrownBy(() -> trainer.loop(0)).hasMessage("loop expects batches of at least 1 example but got 0");
        assertThatThrownBy(() -> trainer.loop(8, 0)).hasMessage("loop expects at least 1 step but got 0");
        Network broken = SmallNetworks.convolutional(DataType.FLOAT);
        broken.parameters().get("dense_1.weight").putScalar(0, 0, Double.NaN);
        assertThatThrownBy(() -> trainer(broken).loop(8))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("loop expects finite parameters but got ");
    }

    @Test
    void refusesBatchesThatDoNotFitAndGoesOn() {
        Network net = SmallNetworks.convolutional(DataType.FLOAT);
        Parameters before = net.model().copy().parameters();
        INDArray x = DATA.slice(0, 8).features();
        INDArray y = DATA.slice(0, 8).labels();
        try (Loop loop = trainer(net).loop(64)) {
            for (int round = 0; round < 2; round++) {
                assertThatThrownBy(() -> loop.step(x.reshape(8, 64), y))
                        .hasMessage(
                                "input \"features\" expects examples of shape [1, 8, 8] along a first axis but got [8, 64];"
                                        + " reshape(8, 1, 8, 8) it");
                assertThatThrownBy(() -> loop.step(x, y.add(3)))
                        .hasMessageMatching(
                                "softmaxCrossEntropy expects labels as whole numbers from 0 to 9 but got 1\\d.0 in"
                                        + " row \\d of the batch; give the network one output per class");
                assertThatThrownBy(() -> loop.step(x, y.add(0.5)))
                        .hasMessage(
                                "softmaxCrossEntropy expects labels as whole numbers from 0 to 9 but got 0.5 in row 0 of"
                                        + " the batch; give the network one output per class");
                assertThatThrownBy(() -> loop.step(x, y.reshape(8, 1))).isInstanceOf(IllegalArgumentException.class);
                assertThatThrownBy(() -> loop.step(x, DATA.slice(0, 7).labels()))
                        .hasMessage(
                                "Dataset expects the same number of examples in all arrays but got 8 in \"features\" and"
                                        + " 7 in \"labels\"");
                INDArray nan = x.dup();
                nan.putScalar(3 * 64, Double.NaN);
                assertThatThrownBy(() -> loop.step(nan, y))
                        .hasMessage(
                                "Dataset expects finite numbers in \"features\" but got NaN in row 3; clean or impute"
                                        + " the data");
                assertThatThrownBy(() -> loop.step(Map.of("left", x, "right", x), Map.of("dense_2", y)))
                        .hasMessage("step with batch expects arrays for inputs [features] but got "
                                + Map.of("left", x, "right", x).keySet() + "; name the arrays after the inputs");
                assertThatThrownBy(() -> loop.step(Map.of("features", x), Map.of("kind", y, "other", y)))
                        .hasMessage("loss of output \"dense_2\" expects targets of that name but got "
                                + Dataset.of(Map.of("features", x), Map.of("kind", y, "other", y))
                                        .targets()
                                        .keySet()
                                + "; name the targets after the outputs");
                assertThatThrownBy(() -> loop.step(DATA.slice(0, 1)))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("batchnorm1d_1");
                Bits.assertSame(net.parameters().trainable(), before.trainable());
                // The second round meets programs that are compiled.
                try (Loop same =
                        trainer(SmallNetworks.convolutional(DataType.FLOAT)).loop(64)) {
                    assertThat(same.step(x, y)).isPositive();
                }
                if (round == 0) {
                    assertThat(loop.step(x, y)).isPositive();
                    before = net.model().copy().parameters();
                }
            }
        }
    }

    @Test
    void refusesClassesThatAreNumberedOtherwise() {
        List<String> names = List.of("a", "b", "c", "d", "e", "f", "g", "h", "i", "j");
        List<String> others = List.of("b", "a", "c", "d", "e", "f", "g", "h", "i", "j");
        Dataset batch = DATA.slice(0, 20);
        try (Loop loop = trainer(SmallNetworks.convolutional(DataType.FLOAT)).loop(20)) {
            loop.step(batch.classNames(names));
            assertThatThrownBy(() -> loop.step(batch.classNames(others)))
                    .hasMessage(
                            "step expects batch with the classes that output \"dense_2\" was trained on, numbered alike,"
                                    + " but got another order, in which class 0 is b and not a; give Csv or ImageFolder the"
                                    + " classNames() of the network, or the network others by classNames(names)");
        }
    }

    @Test
    void keepsNothingOfAStepWhoseNumbersAreNotFinite() {
        Network net = Network.input(4).dense(6).relu().dense(1).build(1);
        INDArray y = Tensors.of(DataType.FLOAT, new double[] {1, 2, 3}, 3, 1);
        INDArray x = Tensors.of(DataType.FLOAT, new double[12], 3, 4).add(1);
        try (Loop loop = net.trainer().loss(Loss.meanSquaredError()).loop(3)) {
            loop.step(x, y);
            Parameters before = net.model().copy().parameters();
            assertThatThrownBy(() -> loop.step(x.mul(1e30), y))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageMatching(
                            "step expects finite numbers but got NaN or infinity in step 2, first in .*; lower the"
                                    + " learning rate or scale the data \\(the parameters are still those before this step\\)");
            Bits.assertSame(net.parameters().trainable(), before.trainable());
            assertThat(loop.step(x, y)).isPositive();
        }
    }

    /** What bounds the steps of a fit says nothing of parameters that somebody else has written between two steps. */
    @Test
    void looksAtParametersThatWereWrittenBetweenSteps() {
        Network net = Network.input(1).dense(1).build(1);
        INDArray x = Tensors.of(DataType.FLOAT, new double[] {1e-30, 1e-30}, 2, 1);
        INDArray y = Tensors.of(DataType.FLOAT, new double[2], 2, 1);
        Trainer trainer = net.trainer()
                .loss(Loss.meanSquaredError())
                .optimizer(AdamW.of(1e3).weightDecay(3e-3));
        try (Loop loop = trainer.loop(2)) {
            loop.step(x, y);
            net.parameters().get("dense_1.weight").assign(Float.MAX_VALUE);
            assertThatThrownBy(() -> loop.step(x, y))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("first in what the optimizer AdamW");
            assertThat(net.parameters().get("dense_1.weight").getFloat(0)).isEqualTo(Float.MAX_VALUE);
        }
    }

    @Test
    void isRefusedWhereTheNetworkIsBeingTrained() {
        Network net = SmallNetworks.convolutional(DataType.FLOAT);
        List<String> messages = new ArrayList<>();
        try (Loop loop = trainer(net).loop(10)) {
            GradientChange meddling = parameters -> {
                try {
                    loop.step(DATA.slice(0, 10));
                } catch (IllegalStateException refused) {
                    messages.add(refused.getMessage());
                }
            };
            trainer(net).changeGradients(meddling).fit(DATA.slice(0, 10));
        }
        assertThat(messages)
                .containsExactly(
                        "step expects a network that is not being trained but got one that is; wait for the other fit"
                                + " to end or use a copy");
    }

    @Test
    void endsWhereItsThreadIsInterrupted() {
        Network net = SmallNetworks.convolutional(DataType.FLOAT);
        try (Loop loop = trainer(net).loop(10)) {
            loop.step(DATA.slice(0, 10));
            Parameters before = net.model().copy().parameters();
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> loop.step(DATA.slice(0, 10)))
                    .isInstanceOf(CancellationException.class)
                    .hasMessage(
                            "step expects a thread that goes on but got an interrupt after 1 steps; these are kept");
            assertThat(Thread.interrupted()).isTrue();
            Bits.assertSame(net.parameters().trainable(), before.trainable());
            loop.step(DATA.slice(0, 10));
        }
    }

    @Test
    void refusesStepsAfterItWasClosed() {
        Loop loop = trainer(SmallNetworks.convolutional(DataType.FLOAT)).loop(10);
        loop.step(DATA.slice(0, 10));
        loop.close();
        loop.close();
        assertThatThrownBy(() -> loop.step(DATA.slice(0, 10)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(
                        "step expects an open loop but got one that is closed; make another by trainer.loop(10), which goes"
                                + " on where this one ended");
        assertThat(loop).hasToString("Loop[1 steps, batches of 10, closed]");
    }
}
