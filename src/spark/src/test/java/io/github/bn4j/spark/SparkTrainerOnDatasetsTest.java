package io.github.bn4j.spark;

import static io.github.bn4j.spark.SparkTrainerTest.assertSame;
import static io.github.bn4j.spark.SparkTrainerTest.convolutions;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.bn4j.Network;
import io.github.bn4j.checkpoint.CheckpointException;
import io.github.bn4j.data.ArrayFile;
import io.github.bn4j.data.DataException;
import io.github.bn4j.data.Dataset;
import io.github.bn4j.data.Digits;
import io.github.bn4j.data.ExampleSource;
import io.github.bn4j.data.ImageFolder;
import io.github.bn4j.engine.Engine;
import io.github.bn4j.layer.Padding;
import io.github.bn4j.spark.internal.TestSpark;
import io.github.bn4j.train.Adam;
import io.github.bn4j.train.History;
import io.github.bn4j.train.Loss;
import io.github.bn4j.train.Metric;
import io.github.bn4j.train.Sgd;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Trainings on data sets of bn4j, in memory and read on demand. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SparkTrainerOnDatasetsTest {

    private static Dataset digits;
    private static Dataset others;
    private static SparkSession session;

    @BeforeAll
    static void start() {
        JavaSparkContext spark = TestSpark.context("local[4]");
        session = SparkSession.builder().sparkContext(spark.sc()).getOrCreate();
        digits = Digits.load().slice(0, 310);
        others = Digits.load().slice(310, 410);
    }

    private static Network doubles() {
        return convolutions(DataType.DOUBLE).on(Engine.nd4j());
    }

    private static SparkTrainer trainer(Network network) {
        return SparkTrainer.of(network)
                .workers(3)
                .optimizer(Adam.of(1e-2))
                .loss(Loss.softmaxCrossEntropy())
                .epochs(2)
                .batchSize(29);
    }

    /** The data as files that are read on demand. */
    private static Dataset stored(Path folder, Dataset data) throws IOException {
        Path file = folder.resolve(data.size() + ".npy");
        Files.write(file, Nd4j.toNpyByteArray(data.features()));
        return Dataset.stream(ArrayFile.of(file), data.labels());
    }

    @Test
    void givesTheBitsOfADataFrameAndWhatOneMachineGives(@TempDir Path folder) throws IOException {
        Network one = doubles();
        History alone = one.trainer()
                .optimizer(Adam.of(1e-2))
                .loss(Loss.softmaxCrossEntropy())
                .epochs(2)
                .batchSize(29)
                .metrics(Metric.balancedAccuracy())
                .fit(digits, others);
        Network framed = doubles();
        History expected = trainer(framed)
                .metrics(Metric.balancedAccuracy())
                .fit(
                        SparkTrainerTest.frame(session, digits, 3),
                        SparkTrainerTest.frame(session, others, 2),
                        "features",
                        "label");
        assertSame(framed, one, 1e-12);

        for (boolean streamed : new boolean[] {false, true}) {
            Network many = doubles();
            History history = trainer(many)
                    .metrics(Metric.balancedAccuracy())
                    .fit(streamed ? stored(folder, digits) : digits, streamed ? stored(folder, others) : others);
            SparkTrainerFaultsTest.assertSameBits(many, framed);
            assertThat(history.last().metrics()).isEqualTo(expected.last().metrics());
            assertThat(history.last().trainLoss()).isEqualTo(expected.last().trainLoss());
            assertThat(history.last().validationLoss()).isCloseTo(alone.last().validationLoss(), within(1e-12));
        }
    }

    @Test
    void readsImagesAndGoesOnWithThem(@TempDir Path folder) throws IOException {
        Dataset images = images(folder.resolve("images"));
        Network one = colours();
        one.trainer()
                .optimizer(Sgd.of(0.05))
                .loss(Loss.softmaxCrossEntropy())
                .epochs(2)
                .batchSize(9)
                .fit(images.load(), images.load());
        String states = folder.resolve("states").toUri().toString();
        Network many = colours();
        SparkTrainer trainer = coloured(many).checkpoints(states);
        trainer.fit(images, images);
        assertSame(many, one, 1e-5);
        assertThat(many.classNames()).containsExactly("dark", "light");

        Network resumed = colours();
        assertThat(coloured(resumed).checkpoints(states).resume(images, images).epochs())
                .hasSize(2);
        SparkTrainerFaultsTest.assertSameBits(resumed, many);
        assertThatThrownBy(() -> coloured(colours()).checkpoints(states).resume(images.shuffle(1), images))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("training data SharedData[40 examples, ");
    }

    /** 40 images of 6 × 6, of which those of one class are lighter. */
    private static Dataset images(Path folder) throws IOException {
        for (int i = 0; i < 40; i++) {
            Path own = Files.createDirectories(folder.resolve(i % 2 == 0 ? "dark" : "light"));
            BufferedImage image = new BufferedImage(6, 6, BufferedImage.TYPE_INT_RGB);
            for (int pixel = 0; pixel < 36; pixel++) {
                image.setRGB(pixel % 6, pixel / 6, (i * 7919 + pixel * 104_729) % 0x800000 + (i % 2) * 0x7f7f7f);
            }
            ImageIO.write(image, "png", own.resolve(i + ".png").toFile());
        }
        return ImageFolder.stream(folder, 3, 6, 6);
    }

    private static Network colours() {
        return Network.input(3, 6, 6)
                .conv2d(4, 3, Padding.SAME)
                .batchNorm2d()
                .relu()
                .flatten()
                .dense(2)
                .build(5);
    }

    private static SparkTrainer coloured(Network network) {
        return SparkTrainer.of(network)
                .workers(2)
                .stepsPerJob(3)
                .optimizer(Sgd.of(0.05))
                .loss(Loss.softmaxCrossEntropy())
                .epochs(2)
                .batchSize(9);
    }

    @Test
    void namesTheImageThatAWorkerDoesNotFind(@TempDir Path folder) throws IOException {
        Dataset images = images(folder);
        Files.delete(folder.resolve("light/9.png"));
        assertThatThrownBy(() -> coloured(colours()).fit(images))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("light/9.png");
    }

    /** Counts in files who reads what, and is another one where it has travelled to. */
    private record Watched(Dataset data, String folder, boolean travelled, String fault) implements ExampleSource {

        @Override
        public int size() {
            return data.size();
        }

        @Override
        public long[] shape() {
            return new long[] {1, 8, 8};
        }

        @Override
        public void read(int index, float[] into) throws IOException {
            if (travelled && fault.equals("gone")) {
                throw new IOException("no such disk");
            }
            if (travelled && fault.isEmpty()) {
                Files.write(
                        Path.of(folder, Integer.toString(index)),
                        new byte[1],
                        StandardOpenOption.CREATE,
                        StandardOpenOption.APPEND);
            }
            float[] all = data.features().slice(index).ravel().toFloatVector();
            System.arraycopy(all, 0, into, 0, all.length);
            into[0] += travelled && fault.equals("other") ? 1 : 0;
        }

        private Object readResolve() {
            return new Watched(data, folder, true, fault);
        }

        @Override
        public String toString() {
            return "Watched";
        }
    }

    private static Dataset watched(Path folder, String fault) {
        return Dataset.stream(new Watched(digits, folder.toString(), false, fault), digits.labels());
    }

    @Test
    void eachWorkerReadsItsOwnExamplesAlone(@TempDir Path folder) throws IOException {
        trainer(doubles()).epochs(1).batchSize(31).fit(watched(folder, ""));
        Map<Integer, Long> reads = new TreeMap<>();
        for (int i = 0; i < digits.size(); i++) {
            reads.put(i, Files.size(folder.resolve(Integer.toString(i))));
        }
        // By each of three workers before the training, to see whether they can.
        for (int looked : new int[] {0, 154, 309}) {
            assertThat(reads.remove(looked)).isEqualTo(4);
        }
        assertThat(reads.values()).containsOnly(1L);
    }

    @Test
    void refusesExamplesThatExecutorsReadOtherwise(@TempDir Path folder) {
        Network network = doubles();
        INDArray before = network.parameters().trainable().dup();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> trainer(network).fit(watched(folder, "gone")))
                .withMessage(
                        "fit expects examples that the driver and all executors read alike but got java.io.IOException: no such disk on executor driver; put them on a file system that all of them share, under the same path");
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        trainer(network).fit(digits, watched(folder, "other").slice(0, 9)))
                .withMessage(
                        "fit expects examples that the driver and all executors read alike but got other numbers on executor driver; put them on a file system that all of them share, under the same path");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> trainer(network).weights("w").fit(digits))
                .withMessage(
                        "fit expects weights of a Dataset in itself but got weights(\"w\"), which names a column; call weights(…) of the Dataset instead");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> trainer(network).fit((Dataset) null))
                .withMessage("fit expects a Dataset but got null");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> trainer(network).fit(digits, null))
                .withMessage("fit expects a Dataset for validation, or none, but got null");
        assertThat(network.parameters().trainable()).isEqualTo(before);
    }

    @Test
    void measuresStatisticsOfWorkersThatStepApartOnAllExamples(@TempDir Path folder) throws IOException {
        double[] weights =
                IntStream.range(0, digits.size()).mapToDouble(row -> row % 3).toArray();
        Network framed = doubles();
        trainer(framed).averageEvery(2).fit(digits.weights(weights));
        Network read = doubles();
        trainer(read).averageEvery(2).fit(stored(folder, digits).weights(weights));
        SparkTrainerFaultsTest.assertSameBits(read, framed);
        INDArray statistics = read.parameters().state().dup();
        read.recalibrate(digits);
        assertThat(read.parameters().state().sub(statistics).amaxNumber().doubleValue())
                .isLessThan(1e-12);
    }
}
