package io.github.bn4j.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bn4j.Bits;
import io.github.bn4j.Network;
import io.github.bn4j.checkpoint.CheckpointException;
import io.github.bn4j.checkpoint.TensorFile;
import io.github.bn4j.console.Progress;
import io.github.bn4j.data.Augmentation;
import io.github.bn4j.data.Dataset;
import io.github.bn4j.data.Digits;
import io.github.bn4j.data.Sampling;
import io.github.bn4j.data.Split;
import io.github.bn4j.data.TailBatch;
import io.github.bn4j.engine.Engine;
import io.github.bn4j.internal.Tensors;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** When a training is stored, what the files say, and whom they refuse. */
class CheckpointsTest {

    /** In batches of 16, each epoch has seven steps. */
    private static final Split DATA = Digits.load().slice(0, 150).split(0.7, 1);

    @TempDir
    private Path directory;

    private Path folder() {
        return directory.resolve("run");
    }

    private static Network network() {
        return Network.input(1, 8, 8)
                .flatten()
                .dense(13)
                .batchNorm1d()
                .relu()
                .dense(10)
                .build(7)
                .on(Engine.nd4j());
    }

    private static Trainer plain(Network net) {
        return net.trainer().loss(Loss.softmaxCrossEntropy()).batchSize(16).epochs(2);
    }

    private Trainer trainer(Network net) {
        return plain(net).checkpoints(Checkpoints.in(folder()));
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private static List<String> names(int... steps) {
        List<String> names = new ArrayList<>();
        for (int step : steps) {
            names.add(String.format("step-%010d.safetensors", step));
        }
        return names;
    }

    private static void assertSameBits(Network actual, Network expected) {
        Bits.assertSame(actual.parameters().trainable(), expected.parameters().trainable());
        Bits.assertSame(actual.parameters().state(), expected.parameters().state());
    }

    @Test
    void areWrittenAfterEachEpochAndAsOftenAsSaid() throws IOException {
        Map<Checkpoints, List<String>> expected = new LinkedHashMap<>();
        expected.put(Checkpoints.in(directory.resolve("epochs")), names(7, 14));
        expected.put(Checkpoints.in(directory.resolve("steps")).every(3).keep(100), names(3, 6, 7, 9, 12, 14));
        expected.put(Checkpoints.in(directory.resolve("usual")).every(3), names(9, 12, 14));
        expected.put(Checkpoints.in(directory.resolve("deep/in")).every(3).keep(1), names(14));
        expected.put(
                Checkpoints.in(directory.resolve("time"))
                        .every(Duration.ofNanos(1))
                        .keep(5),
                names(10, 11, 12, 13, 14));
        expected.put(Checkpoints.in(directory.resolve("minutes")).everyMinutes(10), names(7, 14));
        for (Map.Entry<Checkpoints, List<String>> each : expected.entrySet()) {
            Network net = network();
            plain(net).checkpoints(each.getKey()).fit(DATA.train());
            Path folder = each.getKey().folder();
            assertThat(names(folder)).as(folder.toString()).isEqualTo(each.getValue());
            assertSameBits(Network.load(folder.resolve(names(14).get(0))), net);
        }
    }

    @Test
    void refuseSettingsThatMeanNothing() {
        Checkpoints in = Checkpoints.in(folder());
        assertThatThrownBy(() -> in.every(0)).hasMessage("every expects at least 1 step but got 0");
        assertThatThrownBy(() -> in.every(Duration.ZERO)).hasMessage("every expects a time above 0 but got PT0S");
        assertThatThrownBy(() -> in.everyMinutes(0)).hasMessage("everyMinutes expects at least 1 minute but got 0");
        assertThatThrownBy(() -> in.keep(0))
                .hasMessage("Checkpoints expects to keep at least 1 but got 0; the last one is what resume needs");
        assertThatThrownBy(() -> new Checkpoints(folder(), -1, Duration.ZERO, 1))
                .hasMessage("Checkpoints expects a number of steps of at least 0 but got -1");
        assertThatThrownBy(() -> new Checkpoints(folder(), 1, Duration.ofSeconds(-1), 1))
                .hasMessage("Checkpoints expects a time of at least 0 but got PT-1S");
    }

    @Test
    void sayWhatTheTrainingFollowsFromAndWhatItWasRunBy() {
        assertThat(Checkpoints.newest(folder())).isEmpty();
        History history = trainer(network()).fit(DATA.train(), DATA.test());
        SavedTraining saved = Checkpoints.newest(folder()).orElseThrow();
        assertThat(saved.file()).isEqualTo(folder().resolve("step-0000000014.safetensors"));
        assertThat(saved.steps()).isEqualTo(14);
        assertThat(saved.epochs()).isEqualTo(history.epochs());
        assertThat(saved.stopped()).isEmpty();
        assertThat(saved.terms())
                .containsEntry("optimizer", Adam.of(1e-3).toString())
                .containsEntry("batchSize", "16")
                .containsEntry("seed", "7")
                .containsEntry("validation data", DataFingerprint.of(DATA.test()));
        assertThat(saved.terms().get("training data"))
                .matches("features \\[110, 1, 8, 8\\] FLOAT, labels \\[110\\] FLOAT, SHA-256 [0-9a-f]{64}");
        Provenance by = saved.provenance();
        assertThat(by.version()).isEqualTo("unreleased");
        assertThat(by.engine()).isEqualTo(Engine.nd4j().name());
        assertThat(by.threads()).isPositive();
        assertThat(by.java()).startsWith(System.getProperty("java.vm.version"));
        assertThat(by.system()).contains(System.getProperty("os.arch"));
        assertThat(saved)
                .hasToString("\"" + saved.file() + "\", 14 steps, 2 epochs, written at " + by.time() + " by " + by);
    }

    private static void damage(Path file) {
        try {
            byte[] bytes = Files.readAllBytes(file);
            bytes[bytes.length - 7] ^= 1;
            Files.write(file, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void shorten(Path file) {
        try {
            Files.write(file, java.util.Arrays.copyOf(Files.readAllBytes(file), 1000));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void passOverDamagedOnesAndSaySo() throws IOException {
        Network whole = network();
        plain(whole).epochs(3).fit(DATA.train());
        for (Consumer<Path> harm : List.<Consumer<Path>>of(CheckpointsTest::damage, CheckpointsTest::shorten)) {
            Path folder = Files.createTempDirectory(directory, "harmed");
            Checkpoints how = Checkpoints.in(folder);
            plain(network()).checkpoints(how).fit(DATA.train());
            Path newest = folder.resolve(names(14).get(0));
            harm.accept(newest);
            Files.writeString(folder.resolve(".bn4j-left.tmp"), "half a checkpoint");
            Files.writeString(folder.resolve("step-99.safetensors"), "somebody's");
            ByteArrayOutputStream lines = new ByteArrayOutputStream();
            Network net = network();
            plain(net)
                    .epochs(3)
                    .checkpoints(how)
                    .listener(Progress.lines(new PrintStream(lines, true, StandardCharsets.UTF_8)))
                    .resume(DATA.train());
            assertSameBits(net, whole);
            assertThat(lines.toString(StandardCharsets.UTF_8).lines().toList().get(0))
                    .startsWith("passed over a checkpoint: Network.load expects ")
                    .contains("\"" + newest + "\"")
                    .contains("; the file is damaged")
                    .endsWith("use another copy");
            assertThat(lines.toString(StandardCharsets.UTF_8).lines().toList().get(1))
                    .startsWith(
                            "goes on from \"" + folder.resolve(names(7).get(0)) + "\", 7 steps, 1 epoch, written at ");
            assertThat(names(folder)).contains("step-99.safetensors").doesNotContain(".bn4j-left.tmp");
        }
    }

    @Test
    void replaceADamagedOneByTheNextThatIsWritten() throws IOException {
        Checkpoints how = Checkpoints.in(folder()).keep(2);
        plain(network()).checkpoints(how).fit(DATA.train());
        damage(folder().resolve(names(14).get(0)));
        Network killed = network();
        assertThatThrownBy(() -> plain(killed)
                        .checkpoints(how.every(2).keep(1))
                        .listener(new After(9, step -> {
                            throw new IllegalStateException("killed");
                        }))
                        .resume(DATA.train()))
                .hasMessage("killed");
        assertThat(names(folder())).isEqualTo(names(8));
        Network whole = network();
        plain(whole).fit(DATA.train());
        Network net = network();
        plain(net).checkpoints(how).resume(DATA.train());
        assertSameBits(net, whole);
    }

    @Test
    void sayOfEachWhatIsWrongWhereNoneCanBeRead() throws IOException {
        trainer(network()).fit(DATA.train());
        for (String name : names(7, 14)) {
            Files.writeString(folder().resolve(name), "{}");
        }
        String first = "Network.load expects at least 10 bytes in \""
                + folder().resolve(names(14).get(0)) + "\" but got 2; the file is damaged, use another copy";
        String second = "Network.load expects at least 10 bytes in \"" + folder().resolve(names(7).get(0))
                + "\" but got 2; the file is damaged, use another copy";
        String message = "resume expects a checkpoint that can be read in \"" + folder() + "\" but got 2 that cannot: "
                + first + "; and " + second + "; put back a copy, or delete them to begin anew";
        Network net = network();
        assertThatThrownBy(() -> trainer(net).resume(DATA.train()))
                .isInstanceOf(CheckpointException.class)
                .hasMessage(message);
        assertThatThrownBy(() -> Checkpoints.newest(folder())).hasMessage(message);
        assertSameBits(net, network());
    }

    private void refuses(String saved, String given, Network net, UnaryOperator<Trainer> change, Split data) {
        INDArray before = net.parameters().trainable().dup();
        Path file = folder().resolve(names(14).get(0));
        assertThatThrownBy(() -> change.apply(trainer(net)).resume(data.train(), data.test()))
                .isInstanceOf(CheckpointException.class)
                .hasMessage("resume expects the run of \"" + file + "\", with " + saved + ", but got " + given
                        + "; say what it was begun with, or begin another run in another folder");
        Bits.assertSame(net.parameters().trainable(), before);
    }

    private void refuses(String saved, String given, UnaryOperator<Trainer> change) {
        refuses(saved, given, network(), change, DATA);
    }

    @Test
    void areNotForOtherSettings() {
        trainer(network()).fit(DATA.train(), DATA.test());
        refuses("batchSize 16", "batchSize 8", trainer -> trainer.batchSize(8));
        refuses("seed 7", "seed 8", trainer -> trainer.seed(8));
        refuses(
                "optimizer " + Adam.of(1e-3),
                "optimizer " + Adam.of(1e-2),
                trainer -> trainer.optimizer(Adam.of(1e-2)));
        refuses(
                "optimizer " + Adam.of(1e-3) + " and batchSize 16",
                "optimizer " + Sgd.of(1) + " and batchSize 17",
                trainer -> trainer.batchSize(17).optimizer(Sgd.of(1)));
        refuses("rules none", "rules decay [dense_* 0.1]", trainer -> trainer.decay("dense_*", 0.1));
        refuses("rules none", "rules rate [dense_* 2.0]", trainer -> trainer.rate("dense_*", 2));
        refuses("gradients []", "gradients [clipNorm(1.0)]", trainer -> trainer.clipNorm(1));
        refuses("schedule constant()", "schedule linear()", trainer -> trainer.schedule(Schedule.linear()));
        refuses("schedule constant()", "schedule a lambda", trainer -> trainer.schedule(at -> 1));
        refuses(
                "losses {dense_2=softmaxCrossEntropy}",
                "losses {dense_2=softmaxCrossEntropy, labelSmoothing 0.1}",
                trainer -> trainer.loss(Loss.softmaxCrossEntropy().labelSmoothing(0.1)));
        refuses("steps of 1 batch", "steps of 2 batches", trainer -> trainer.accumulate(2));
        refuses("tail KEEP", "tail DROP", trainer -> trainer.tail(TailBatch.DROP));
        refuses("augment none", "augment " + Augmentation.flip(), trainer -> trainer.augment(Augmentation.flip()));
        refuses("metrics []", "metrics [f1]", trainer -> trainer.metrics(Metric.f1()));
        refuses(
                "stopEarly none",
                "stopEarly " + EarlyStopping.on("loss"),
                trainer -> trainer.stopEarly(EarlyStopping.on("loss")));
        refuses(
                "averageWeights none",
                "averageWeights ema(0.9)",
                trainer -> trainer.averageWeights(Averaging.ema(0.9)));
        refuses(
                "keepBest none",
                "keepBest " + KeepBest.byLoss(),
                trainer -> trainer.keepBest(directory.resolve("best.safetensors")));
    }

    @Test
    void areNotForAnotherNetwork() {
        trainer(network()).fit(DATA.train(), DATA.test());
        Network wider = Network.input(1, 8, 8)
                .flatten()
                .dense(14)
                .batchNorm1d()
                .relu()
                .dense(10)
                .build(7);
        refuses(
                "network dense_1: MatrixMultiply[] of values [1] with [dense_1.weight [13, 64]] to value 2 [13]",
                "network dense_1: MatrixMultiply[] of values [1] with [dense_1.weight [14, 64]] to value 2 [14]",
                wider,
                trainer -> trainer,
                DATA);
    }

    @Test
    void areNotForTheSameNetworkWithOtherLayersFrozen() {
        trainer(network()).fit(DATA.train(), DATA.test());
        refuses(
                "network dense_1: MatrixMultiply[] of values [1] with [dense_1.weight [13, 64]] to value 2 [13]",
                "network dense_1: MatrixMultiply[] of values [1] with [dense_1.weight [13, 64] frozen] to value 2 [13]",
                network().freeze("dense_1"),
                trainer -> trainer,
                DATA);
    }

    @Test
    void knowAnyOtherNumberInTheData() {
        trainer(network()).fit(DATA.train(), DATA.test());
        INDArray features = DATA.train().features().dup();
        features.putScalar(109, 0, 7, 7, features.getFloat(109, 0, 7, 7) + 1e-6f);
        Dataset other = Dataset.of(features, DATA.train().labels());
        refuses(
                "training data " + DataFingerprint.of(DATA.train()),
                "training data " + DataFingerprint.of(other),
                network(),
                trainer -> trainer,
                new Split(other, DATA.test()));
        refuses(
                "training data " + DataFingerprint.of(DATA.train()) + " and validation data "
                        + DataFingerprint.of(DATA.test()),
                "training data " + DataFingerprint.of(DATA.test()) + " and validation data "
                        + DataFingerprint.of(DATA.train()),
                network(),
                trainer -> trainer,
                new Split(DATA.test(), DATA.train()));
        double[] weights = new double[110];
        java.util.Arrays.fill(weights, 1);
        assertThat(DataFingerprint.of(DATA.train().weights(weights))).isNotEqualTo(DataFingerprint.of(DATA.train()));
        List<String> names = List.of("0", "1", "2", "3", "4", "5", "6", "7", "8", "9");
        assertThat(DataFingerprint.of(DATA.train().classNames(names))).isNotEqualTo(DataFingerprint.of(DATA.train()));
    }

    /** A run that has more epochs than it was begun with is the longer run where the schedule lets it be. */
    @Test
    void goOnForMoreEpochsWhereTheScheduleIsTheSame() {
        for (Schedule schedule : List.of(
                Schedule.constant(), Schedule.step(5, 0.5), Schedule.plateau(), Schedule.inverseSquareRoot(4))) {
            Path own = directory.resolve(schedule.toString());
            UnaryOperator<Trainer> settings =
                    trainer -> trainer.schedule(schedule).checkpoints(Checkpoints.in(own));
            settings.apply(plain(network())).fit(DATA.train(), DATA.test());
            Network longer = network();
            History history = settings.apply(plain(longer)).epochs(4).resume(DATA.train(), DATA.test());
            Network whole = network();
            plain(whole).schedule(schedule).epochs(4).fit(DATA.train(), DATA.test());
            assertThat(history.epochs()).hasSize(4);
            assertSameBits(longer, whole);
        }
    }

    @Test
    void refuseEpochsThatStretchTheScheduleOrAreOver() {
        UnaryOperator<Trainer> settings = trainer -> trainer.schedule(Schedule.cosine());
        settings.apply(trainer(network())).fit(DATA.train());
        Path file = folder().resolve(names(14).get(0));
        assertThatThrownBy(() -> settings.apply(trainer(network())).epochs(4).resume(DATA.train()))
                .isInstanceOf(CheckpointException.class)
                .hasMessage(
                        "resume expects 2 epochs of together 14 steps, by which the schedule cosine() of the run of \""
                                + file
                                + "\" took its course, but got 4 of 28; say as many, or begin another course: fit a"
                                + " trainer of what Network.load makes of the file");
        assertThatThrownBy(() -> settings.apply(trainer(network()))
                        .maxSteps(100)
                        .epochs(100)
                        .resume(DATA.train()))
                .hasMessageContaining("but got 100 of 100; say as many");
        Path other = directory.resolve("averaged");
        Trainer averaged = plain(network()).checkpoints(Checkpoints.in(other)).averageWeights(Averaging.swa());
        averaged.fit(DATA.train());
        assertThatThrownBy(() -> averaged.epochs(4).resume(DATA.train()))
                .hasMessage(
                        "resume expects 2 epochs of together 14 steps, by which the schedule constant() and the average"
                                + " swa() of the run of \""
                                + other.resolve(names(14).get(0))
                                + "\" took its course, but got 4 of 28; say as many, or begin another course: fit a trainer of what"
                                + " Network.load makes of the file");
        assertThatThrownBy(() -> settings.apply(trainer(network())).epochs(1).resume(DATA.train()))
                .hasMessage("resume expects epochs and maxSteps for the 14 steps that the run of \"" + file
                        + "\" has taken, or more, but got 7; say as many, or more");
    }

    /** Where an epoch has other than one step for each part of the data, as many steps are compared. */
    @Test
    void countTheStepsOfEpochsThatAreDrawn() {
        Sampling few = (data, seed) -> new int[] {3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8, 9, 7, 9, 3, 2, 3, 8, 4};
        UnaryOperator<Trainer> settings = trainer -> trainer.sampling(few).schedule(Schedule.step(5, 0.5));
        settings.apply(trainer(network())).fit(DATA.train());
        Network longer = network();
        settings.apply(trainer(longer)).epochs(4).resume(DATA.train());
        Network whole = network();
        settings.apply(plain(whole)).epochs(4).fit(DATA.train());
        assertSameBits(longer, whole);
        assertThatThrownBy(() -> settings.apply(trainer(network())).epochs(3).resume(DATA.train()))
                .hasMessageContaining("epochs and maxSteps for the 8 steps that the run of")
                .hasMessageContaining("but got 6;");
    }

    @Test
    void goOnWithMoreStepsOrTimeThanWereAllowed() {
        Network whole = network();
        plain(whole).fit(DATA.train(), DATA.test());
        UnaryOperator<Trainer> few = trainer -> trainer.maxSteps(4);
        UnaryOperator<Trainer> brief = trainer -> trainer.maxTime(Duration.ofNanos(1));
        for (UnaryOperator<Trainer> budget : List.of(few, brief)) {
            Path own = directory.resolve(budget.equals(few) ? "steps" : "time");
            Network ended = network();
            History history =
                    budget.apply(plain(ended).checkpoints(Checkpoints.in(own))).fit(DATA.train(), DATA.test());
            assertThat(history.epochs()).hasSize(1);
            Network same = network();
            History again =
                    budget.apply(plain(same).checkpoints(Checkpoints.in(own))).resume(DATA.train(), DATA.test());
            assertThat(again.toString()).isEqualTo(history.toString()).contains("ended early, in epoch 1, after ");
            assertSameBits(same, ended);
            Network net = network();
            plain(net).checkpoints(Checkpoints.in(own)).resume(DATA.train(), DATA.test());
            assertSameBits(net, whole);
        }
    }

    @Test
    void areNotMixedWithThoseOfAnotherTraining() throws IOException {
        Trainer first = trainer(network());
        first.fit(DATA.train());
        first.fit(DATA.train());
        assertThat(names(folder())).isEqualTo(names(14, 21, 28));
        assertThatThrownBy(() -> trainer(network()).fit(DATA.train()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(
                        "fit expects a folder for checkpoints without those of another training but got \"" + folder()
                                + "\" with step-0000000028.safetensors; call resume to go on with them, or choose another folder");
        assertThat(names(folder())).isEqualTo(names(14, 21, 28));
        Network twice = network();
        plain(twice).epochs(4).fit(DATA.train());
        Network again = network();
        assertThat(trainer(again).resume(DATA.train()).epochs()).hasSize(4);
        assertSameBits(again, twice);
    }

    @Test
    void areAskedForByResume() {
        assertThatThrownBy(() -> plain(network()).resume(DATA.train()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("resume expects a trainer with checkpoints to go on from but got one without; call"
                        + " checkpoints(Checkpoints.in(folder)) first, for the run to be resumed as well");
    }

    @Test
    void sayEarlyThatTheFolderCannotBeWrittenTo() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "in the way");
        Path below = file.resolve("run");
        Network net = network();
        for (Path folder : List.of(file, below)) {
            Trainer trainer = plain(net).checkpoints(Checkpoints.in(folder));
            for (Consumer<Dataset> start : List.<Consumer<Dataset>>of(trainer::fit, trainer::resume)) {
                assertThatThrownBy(() -> start.accept(DATA.train()))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageMatching("\\Qcheckpoints expects a folder that can be written to but got \"" + folder
                                + "\" and java.nio.file.\\E\\w+\\Q: " + file
                                + "\\E.*; choose another one, or mend this one");
            }
        }
        assertSameBits(net, network());
    }

    /** A disk that is full from some time on. */
    @Test
    void leaveTheOlderOnesAloneWhereWritingFails() throws IOException {
        trainer(network()).fit(DATA.train());
        CheckpointFolder folder = new CheckpointFolder(folder());
        List<byte[]> before = List.of(Files.readAllBytes(folder.file(7)), Files.readAllBytes(folder.file(14)));
        IOException full = new IOException("No space left on device");
        assertThatThrownBy(() -> folder.write(21, 1, file -> {
                    throw new UncheckedIOException("cannot save", full);
                }))
                .isInstanceOf(UncheckedIOException.class)
                .hasCause(full)
                .hasMessage("checkpoints expects to write \"" + folder.file(21)
                        + "\" but got java.io.IOException: No space left on device; the checkpoints before it are"
                        + " unchanged, call resume when the cause is gone");
        assertThat(names(folder())).isEqualTo(names(7, 14));
        assertThat(Files.readAllBytes(folder.file(7))).isEqualTo(before.get(0));
        assertThat(Files.readAllBytes(folder.file(14))).isEqualTo(before.get(1));
    }

    @Test
    void sortNumbersOfMoreDigitsLast() throws IOException {
        CheckpointFolder folder = new CheckpointFolder(directory);
        for (long step : new long[] {9_999_999_999L, 10_000_000_000L, 3, 20_000_000_000L}) {
            Files.createFile(folder.file(step));
        }
        assertThat(folder.files())
                .containsExactly(
                        folder.file(20_000_000_000L),
                        folder.file(10_000_000_000L),
                        folder.file(9_999_999_999L),
                        folder.file(3));
    }

    @Test
    void refuseStateThatFilesCannotHold() {
        TrainingListener counts = new TrainingListener() {
            @Override
            public String name() {
                return "counter";
            }

            @Override
            public Map<String, INDArray> state() {
                return Map.of("count", Tensors.zeros(DataType.LONG, 1));
            }
        };
        assertThatThrownBy(() -> trainer(network()).listener(counts).fit(DATA.train()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(
                        "listener \"counter\" expects its state to be of FLOAT or DOUBLE, as files hold nothing else,"
                                + " but got LONG as \"count\"; cast it");
    }

    /** Calls something after a step. */
    private record After(long step, Consumer<StepEvent> action) implements TrainingListener {

        @Override
        public void onStep(StepEvent event) {
            if (event.number() == step) {
                action.accept(event);
            }
        }
    }

    private static void inAnotherThread(Runnable action) {
        Thread thread = new Thread(action);
        thread.start();
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Whoever ends a training from outside wants to go on later, and not with an epoch that is shorter than others. */
    @Test
    void goOnWhereATrainingWasEndedFromOutside() {
        Network whole = network();
        plain(whole).fit(DATA.train());
        for (int step : new int[] {4, 7, 9}) {
            Path own = directory.resolve("stopped" + step);
            Checkpoints how = Checkpoints.in(own);
            plain(network())
                    .checkpoints(how)
                    .listener(new After(
                            step, event -> inAnotherThread(() -> event.run().stop("enough"))))
                    .fit(DATA.train());
            SavedTraining saved = Checkpoints.newest(own).orElseThrow();
            assertThat(saved.steps()).isEqualTo(step);
            assertThat(saved.stopped()).isEmpty();
            Network net = network();
            plain(net).checkpoints(how).resume(DATA.train());
            assertSameBits(net, whole);
        }
    }

    @Test
    void goOnWhereTheThreadWasInterrupted() {
        Network whole = network();
        plain(whole).fit(DATA.train());
        for (int step : new int[] {4, 7, 9}) {
            Path own = directory.resolve("interrupted" + step);
            Checkpoints how = Checkpoints.in(own);
            plain(network())
                    .checkpoints(how)
                    .listener(new After(step, event -> Thread.currentThread().interrupt()))
                    .fit(DATA.train());
            assertThat(Thread.interrupted()).isTrue();
            assertThat(Checkpoints.newest(own).orElseThrow().steps()).isEqualTo(step);
            Network net = network();
            plain(net).checkpoints(how).resume(DATA.train());
            assertSameBits(net, whole);
        }
    }

    /** What ends a training by its own rules has ended it for good. */
    @Test
    void bringBackWhatAListenerEnded() {
        for (int step : new int[] {4, 7, 9}) {
            Path own = directory.resolve("ended" + step);
            Network ended = network();
            UnaryOperator<Trainer> settings = trainer -> trainer.checkpoints(Checkpoints.in(own))
                    .listener(new After(step, event -> event.run().stop("the loss is small")));
            History history = settings.apply(plain(ended)).fit(DATA.train(), DATA.test());
            SavedTraining saved = Checkpoints.newest(own).orElseThrow();
            assertThat(saved.stopped()).contains("the loss is small");
            Network net = network();
            History same = settings.apply(plain(net)).resume(DATA.train(), DATA.test());
            assertThat(same.toString()).isEqualTo(history.toString());
            assertSameBits(net, ended);
        }
    }

    @Test
    void leaveNothingOfTheTrainingInTheNetworkThatLoads() {
        Network net = network();
        trainer(net).fit(DATA.train(), DATA.test());
        Path file = folder().resolve(names(14).get(0));
        Network loaded = Network.load(file);
        assertThat(loaded.evaluate(DATA.test()).accuracy())
                .isEqualTo(net.on(Engine.fastest(DataType.FLOAT))
                        .evaluate(DATA.test())
                        .accuracy());
        Path again = directory.resolve("net.safetensors");
        loaded.save(again);
        assertThatThrownBy(() -> TensorFile.readWithDigest(again)).isInstanceOf(CheckpointException.class);
        assertThat(again.toFile().length()).isLessThan(file.toFile().length() / 2);
    }
}
