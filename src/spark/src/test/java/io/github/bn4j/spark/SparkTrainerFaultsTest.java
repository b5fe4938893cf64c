package io.github.bn4j.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bn4j.Network;
import io.github.bn4j.data.ArrayFile;
import io.github.bn4j.data.Digits;
import io.github.bn4j.graph.Parameters;
import io.github.bn4j.spark.internal.TestSpark;
import io.github.bn4j.train.Adam;
import io.github.bn4j.train.GradientChange;
import io.github.bn4j.train.History;
import io.github.bn4j.train.Loss;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Trainings whose workers are in JVMs of their own, one of which has an accident. */
@Timeout(value = 170, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SparkTrainerFaultsTest {

    private static final int EPOCHS = 3;
    private static final int STEPS = 8;

    private static final Accident NONE = new Accident(0, false, "");

    private static JavaSparkContext spark;
    private static Dataset<Row> frame;

    @BeforeAll
    static void start() {
        spark = TestSpark.context(TestSpark.TWO_EXECUTORS);
        SparkSession session = SparkSession.builder().sparkContext(spark.sc()).getOrCreate();
        frame = SparkTrainerTest.frame(session, Digits.load().slice(0, 250), 3);
    }

    /**
     * An accident of the worker of rank 1 in one of its steps, counted from 1 in a file, whose length is the number of steps so far, also
     * of jobs that were done again.
     */
    record Accident(int step, boolean deadly, String file) implements GradientChange {

        @Override
        public void apply(Parameters parameters) {
            if (step > 0 && TaskContext.getPartitionId() == 1 && count() == step) {
                if (deadly) {
                    Runtime.getRuntime().halt(1);
                }
                throw new UnsupportedOperationException("the gradients are ill");
            }
        }

        private long count() {
            try {
                Path counter = Path.of(file);
                Files.write(counter, new byte[1], StandardOpenOption.CREATE, StandardOpenOption.APPEND);
                return Files.size(counter);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        // The same in all runs, as it is one of the terms that a run is resumed with.
        @Override
        public String toString() {
            return "Accident";
        }
    }

    private static Network network() {
        return Network.input(64)
                .dense(17)
                .batchNorm1d()
                .relu()
                .dropout(0.1)
                .dense(10)
                .build(7);
    }

    private static SparkTrainer trainer(Network network, GradientChange change) {
        return SparkTrainer.of(network)
                .workers(2)
                .optimizer(Adam.of(1e-2))
                .loss(Loss.softmaxCrossEntropy())
                .epochs(EPOCHS)
                .batchSize(32)
                .timeout(Duration.ofSeconds(20))
                .changeGradients(change);
    }

    @Test
    void givesTheSameBitsWhenAnExecutorIsLostInMidEpoch(@TempDir Path folder) {
        // Another moment each day, the same in all runs of a day.
        Random random = new Random(LocalDate.now().toEpochDay());
        assertSameBitsAfterALoss(folder, 1 + random.nextInt(EPOCHS * STEPS), trainer -> trainer);
    }

    /** In the second of three jobs of an epoch, and so between two means. */
    @Test
    void givesTheSameBitsWhenAnExecutorIsLostWhoseStepsAreItsOwn(@TempDir Path folder) {
        assertSameBitsAfterALoss(
                folder, STEPS + 5, trainer -> trainer.averageEvery(3).stepsPerJob(3));
    }

    @Test
    @Tag("soak")
    @Timeout(value = 900, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void givesTheSameBitsWheneverAnExecutorIsLost(@TempDir Path folder) throws IOException {
        Random random = new Random();
        for (int run = 0; run < 20; run++) {
            assertSameBitsAfterALoss(
                    Files.createDirectory(folder.resolve(Integer.toString(run))),
                    1 + random.nextInt(EPOCHS * STEPS),
                    trainer -> trainer);
        }
    }

    private static void assertSameBitsAfterALoss(Path folder, int step, UnaryOperator<SparkTrainer> settings) {
        Network whole = network();
        History expected = settings.apply(trainer(whole, NONE)).fit(frame, "features", "label");

        Network lost = network();
        Path file = folder.resolve("lost");
        History history = settings.apply(trainer(lost, new Accident(step, true, file.toString())))
                .checkpoints(folder.resolve("states").toUri().toString())
                .fit(frame, "features", "label");

        assertThat(file.toFile().length())
                .as("it has been lost in step %s", step)
                .isGreaterThan(EPOCHS * STEPS);
        assertSameBits(lost, whole);
        for (int i = 0; i < EPOCHS; i++) {
            assertThat(history.epochs().get(i).trainLoss())
                    .isEqualTo(expected.epochs().get(i).trainLoss());
        }
    }

    static void assertSameBits(Network actual, Network expected) {
        for (String name : expected.parameters().names()) {
            INDArray wanted = expected.parameters().get(name);
            assertThat(actual.parameters().get(name).dup().data().asDouble())
                    .as(name)
                    .isEqualTo(wanted.dup().data().asDouble());
        }
    }

    @Test
    void throwsTheExceptionOfAWorkerAndKeepsTheExecutors(@TempDir Path folder) {
        SparkTrainer ill =
                trainer(network(), new Accident(5, false, folder.resolve("ill").toString()));
        trainer(network(), NONE).epochs(1).fit(frame, "features", "label");
        List<String> before = executors();
        long start = System.nanoTime();
        assertThatThrownBy(() -> ill.fit(frame, "features", "label"))
                .isExactlyInstanceOf(UnsupportedOperationException.class)
                .hasMessage("the gradients are ill");
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(60));
        assertThat(executors()).isEqualTo(before);
    }

    @Test
    void goesOnWhereAnotherDriverHasLeftOff(@TempDir Path folder) {
        String states = folder.resolve("states").toUri().toString();
        Network whole = network();
        History expected = trainer(whole, NONE).fit(frame, "features", "label");

        Network first = network();
        assertThatThrownBy(() -> trainer(
                                first,
                                new Accident(13, false, folder.resolve("ill").toString()))
                        .checkpoints(states)
                        .stepsPerJob(3)
                        .fit(frame, "features", "label"))
                .isInstanceOf(UnsupportedOperationException.class);

        Network second = network();
        SparkTrainer again = trainer(second, NONE).checkpoints(states).stepsPerJob(3);
        assertThatIllegalStateException()
                .isThrownBy(() -> again.fit(frame, "features", "label"))
                .withMessage(
                        "fit expects a folder for checkpoints without those of another training but got \"%s\" with state 4; call resume to go on with it, or choose another folder",
                        states);
        History history = again.resume(frame, "features", "label");
        assertSameBits(second, whole);
        assertThat(history.epochs()).hasSize(EPOCHS);
        assertThat(history.epochs().get(2).trainLoss())
                .isEqualTo(expected.epochs().get(2).trainLoss());
    }

    /** Executors read the files for themselves. */
    @Test
    void givesTheSameBitsFromFiles(@TempDir Path folder) throws IOException {
        Network framed = network();
        trainer(framed, NONE).epochs(1).fit(frame, "features", "label");
        io.github.bn4j.data.Dataset data = Digits.load().slice(0, 250);
        Path file = folder.resolve("features.npy");
        Files.write(file, Nd4j.toNpyByteArray(data.features().reshape(250, 64)));
        Network read = network();
        trainer(read, NONE).epochs(1).fit(io.github.bn4j.data.Dataset.stream(ArrayFile.of(file), data.labels()));
        assertSameBits(read, framed);
    }

    private static List<String> executors() {
        return spark
                .parallelize(IntStream.range(0, 20).boxed().toList(), 20)
                .map(number -> Long.toString(ProcessHandle.current().pid()))
                .distinct()
                .collect()
                .stream()
                .sorted()
                .toList();
    }
}
