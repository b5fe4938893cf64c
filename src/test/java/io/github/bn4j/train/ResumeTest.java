package io.github.bn4j.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bn4j.Bits;
import io.github.bn4j.Network;
import io.github.bn4j.StoredTrainings;
import io.github.bn4j.data.Augmentation;
import io.github.bn4j.data.Dataset;
import io.github.bn4j.data.Digits;
import io.github.bn4j.data.Split;
import io.github.bn4j.data.TailBatch;
import io.github.bn4j.engine.Engine;
import io.github.bn4j.internal.Tensors;
import io.github.bn4j.layer.BatchNorm1d;
import io.github.bn4j.layer.Padding;
import io.github.bn4j.layer.RunningAverage;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A training that was stopped at any step goes on to the very end that it would have had. */
class ResumeTest {

    private static final Split DATA = Digits.load().slice(0, 150).split(0.7, 1);

    @TempDir
    private Path folder;

    /** Stands for the end of a process. */
    private static final class Killed extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    /** Ends a process after a step. */
    private record KillAfter(long step) implements TrainingListener {

        @Override
        public void onStep(StepEvent event) {
            if (event.number() == step) {
                throw new Killed();
            }
        }
    }

    /** A stranger's hook: adds up what it is told. */
    private static final class Sum implements TrainingListener {

        private double losses;
        private double epochs;

        @Override
        public void onStep(StepEvent step) {
            losses += step.loss();
        }

        @Override
        public void onEpoch(EpochEvent epoch) {
            epochs += epoch.epoch().validationLoss();
        }

        @Override
        public String name() {
            return "sum";
        }

        @Override
        public Map<String, INDArray> state() {
            return Map.of("sums", Tensors.of(DataType.DOUBLE, new double[] {losses, epochs}, 2));
        }

        @Override
        public void restore(Map<String, INDArray> state) {
            losses = state.get("sums").getDouble(0);
            epochs = state.get("sums").getDouble(1);
        }
    }

    private static Network network(DataType type) {
        return Network.input(1, 8, 8)
                .conv2d(5, 3, Padding.SAME)
                .batchNorm2d()
                .relu()
                .dropout(0.2)
                .flatten()
                .dense(13)
                .then(BatchNorm1d.of().runningAverage(RunningAverage.cumulative()))
                .relu()
                .dense(10)
                .build(7, type);
    }

    private record Case(String name, Engine engine, DataType type, boolean freezes, UnaryOperator<Trainer> settings) {

        private Network network() {
            Network whole = ResumeTest.network(type).on(engine);
            return freezes ? whole.freeze("conv2d_1", "batchnorm2d_1") : whole;
        }

        private Trainer trainer(Network net, Path folder) {
            Trainer trainer = net.trainer()
                    .loss(Loss.softmaxCrossEntropy())
                    .optimizer(Adam.of(1e-2))
                    .batchSize(16)
                    .epochs(4)
                    .checkpoints(Checkpoints.in(folder).every(3));
            return settings.apply(trainer);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private static Dataset weighted() {
        double[] weights = new double[DATA.train().size()];
        Arrays.setAll(weights, i -> i % 5 == 0 ? 0 : 1 + i % 3);
        return DATA.train().weights(weights);
    }

    static Stream<Case> cases() {
        UnaryOperator<Trainer> all =
                trainer -> trainer.schedule(Schedule.cosine().warmup(0.1))
                        .augment(Augmentation.of(Augmentation.flip(), Augmentation.mixup(0.4)))
                        .accumulate(2)
                        .batchSize(8)
                        .metrics(Metric.f1())
                        .averageWeights(Averaging.ema(0.9))
                        .stopEarly(EarlyStopping.on("f1").patience(2))
                        .clipNorm(1);
        return Stream.of(
                new Case("oneDNN", Engine.fastest(DataType.FLOAT), DataType.FLOAT, false, all),
                new Case("ND4J", Engine.nd4j(), DataType.FLOAT, false, all),
                new Case("plateau in float64", Engine.nd4j(), DataType.DOUBLE, false, trainer -> trainer.schedule(
                                new ReduceOnPlateau(0.5, 1, 0, 0, 0, "loss"))
                        .optimizer(Sgd.of(0.1).momentum(0.9))),
                new Case(
                        "another seed, without a tail, partly frozen",
                        Engine.fastest(DataType.FLOAT),
                        DataType.FLOAT,
                        true,
                        trainer -> trainer.seed(99)
                                .tail(TailBatch.DROP)
                                .optimizer(Muon.of(0.01))
                                .averageWeights(Averaging.swa().from(0.5))));
    }

    /** Trains until the process ends after each of some steps, and in the end to the end. */
    private static Sum killedAfter(Case given, Network last, Path own, long... steps) {
        for (long step : steps) {
            Network net = given.network();
            Trainer trainer = given.trainer(net, own).listener(new Sum()).listener(new KillAfter(step));
            assertThatThrownBy(() -> trainer.resume(weighted(), DATA.test())).isInstanceOf(Killed.class);
        }
        Sum sum = new Sum();
        given.trainer(last, own).listener(sum).resume(weighted(), DATA.test());
        return sum;
    }

    private static List<Epoch> withoutTime(List<Epoch> epochs) {
        return epochs.stream()
                .map(e -> new Epoch(
                        e.number(),
                        e.trainLoss(),
                        e.validationLoss(),
                        e.validationAccuracy(),
                        0,
                        e.metrics(),
                        e.judgedBy()))
                .toList();
    }

    private static void assertSameBits(Network actual, Network expected) {
        Bits.assertSame(actual.parameters().trainable(), expected.parameters().trainable());
        Bits.assertSame(actual.parameters().state(), expected.parameters().state());
    }

    /** What the newest checkpoints of two folders hold, but for times. */
    private static void assertSameCheckpoints(Path actual, Path expected) {
        SavedTraining one = Checkpoints.newest(actual).orElseThrow();
        SavedTraining other = Checkpoints.newest(expected).orElseThrow();
        assertThat(one.file().getFileName()).isEqualTo(other.file().getFileName());
        assertThat(withoutTime(one.epochs())).isEqualTo(withoutTime(other.epochs()));
        StoredTrainings.assertSame(one, other);
    }

    /** Seven steps an epoch, or six: in the first, at the end of one, in the middle, one after another, and in the last epoch. */
    @ParameterizedTest
    @MethodSource("cases")
    void endsAsItWouldHaveWhereverItWasKilled(Case given) {
        Path whole = folder.resolve("whole");
        Network net = given.network();
        Sum sum = new Sum();
        History history = given.trainer(net, whole).listener(sum).fit(weighted(), DATA.test());
        int steps = (int) Checkpoints.newest(whole).orElseThrow().steps();
        long[][] kills = {{2}, {3}, {7}, {8, 9, 16}, {steps - 1L}, {steps}};
        for (long[] kill : kills) {
            Path own = folder.resolve(Arrays.toString(kill));
            Network again = given.network();
            Sum resumed = killedAfter(given, again, own, kill);
            assertSameBits(again, net);
            assertSameCheckpoints(own, whole);
            assertThat(withoutTime(Checkpoints.newest(own).orElseThrow().epochs()))
                    .as(own.toString())
                    .isEqualTo(withoutTime(history.epochs()));
            assertThat(resumed.losses).isEqualTo(sum.losses);
            assertThat(resumed.epochs).isEqualTo(sum.epochs);
        }
    }

    @Test
    void takesNoStepWhereAllAreTaken() {
        Case given = cases().findFirst().orElseThrow();
        Network net = given.network();
        History history = given.trainer(net, folder).fit(DATA.train(), DATA.test());
        Network again = given.network();
        History same = given.trainer(again, folder).listener(new KillAfter(1)).resume(DATA.train(), DATA.test());
        assertThat(same).isEqualTo(history);
        assertThat(same.toString()).isEqualTo(history.toString());
        assertSameBits(again, net);
    }
}
