package io.github.bn4j.tensorboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bn4j.Network;
import io.github.bn4j.data.ArrayExamples;
import io.github.bn4j.data.Dataset;
import io.github.bn4j.data.Digits;
import io.github.bn4j.data.Split;
import io.github.bn4j.internal.Tensors;
import io.github.bn4j.layer.Conv2d;
import io.github.bn4j.layer.Padding;
import io.github.bn4j.train.Adam;
import io.github.bn4j.train.Checkpoints;
import io.github.bn4j.train.Epoch;
import io.github.bn4j.train.EpochEvent;
import io.github.bn4j.train.History;
import io.github.bn4j.train.Loss;
import io.github.bn4j.train.Metric;
import io.github.bn4j.train.Schedule;
import io.github.bn4j.train.StepEvent;
import io.github.bn4j.train.Trainer;
import io.github.bn4j.train.TrainingListener;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.tensorflow.framework.HistogramProto;
import org.tensorflow.framework.NodeDef;
import org.tensorflow.framework.Summary;

/** What is in the files, as {@link WrittenEvents} reads them. */
class TensorBoardTest {

    private static final Split DIGITS = Digits.load().slice(0, 150).split(0.8, 42);
    private static final int STEPS = 4;

    @TempDir
    private Path folder;

    static Network network() {
        return Network.input(1, 8, 8)
                .conv2d(5, 3, Padding.SAME)
                .batchNorm2d()
                .relu()
                .residual(branch -> branch.conv2d(5, 3, Padding.SAME).batchNorm2d())
                .flatten()
                .dense(10)
                .build(42);
    }

    private Path logs() {
        return folder.resolve("logs");
    }

    static Trainer trainer(Network net, TrainingListener listener) {
        return net.trainer()
                .optimizer(Adam.of(1e-2))
                .loss(Loss.softmaxCrossEntropy())
                .epochs(2)
                .batchSize(30)
                .listener(listener);
    }

    private static List<Path> entries(Path in) throws IOException {
        try (Stream<Path> entries = Files.list(in)) {
            return entries.sorted().toList();
        }
    }

    private List<WrittenEvents> events(String run) throws IOException {
        return WrittenEvents.in(entries(logs().resolve(run)).get(0));
    }

    /** The values of a tag by step. */
    private static Map<Long, Float> scalars(List<WrittenEvents> events, String tag) {
        Map<Long, Float> values = new LinkedHashMap<>();
        events.forEach(event -> event.values()
                .filter(value -> value.getTag().equals(tag))
                .forEach(value -> values.put(event.step(), value.getSimpleValue())));
        return values;
    }

    private static Map<Long, HistogramProto> histograms(List<WrittenEvents> events, String tag) {
        Map<Long, HistogramProto> values = new LinkedHashMap<>();
        events.forEach(event -> event.values()
                .filter(value -> value.getTag().equals(tag))
                .forEach(value -> values.put(event.step(), value.getHisto())));
        return values;
    }

    /** The test value of RFC 3720, appendix B.4: 32 bytes of zeros. */
    @Test
    void readsByTheChecksumOfTheStandard() {
        assertThat(WrittenEvents.crc(new byte[32])).isEqualTo(0x8a9136aa);
    }

    @Test
    void beginsWithVersionGraphAndTable() throws IOException {
        Network net = network();
        trainer(net, TensorBoard.in(logs())).fit(DIGITS.train());

        assertThat(entries(logs())).containsExactly(logs().resolve("run-1"));
        assertThat(entries(logs().resolve("run-1")))
                .singleElement()
                .extracting(Path::getFileName)
                .hasToString("events.out.tfevents.000001.seed-000000000000002a");
        List<WrittenEvents> events = events("run-1");
        assertThat(events.get(0).version()).isEqualTo("brain.Event:2");
        assertThat(events.get(0).wallTime()).isBetween(1.7e9, 1e10);
        assertThat(events.get(1).graph()).isNotNull();
        Map<String, String> texts = events.get(2)
                .values()
                .collect(Collectors.toMap(
                        Summary.Value::getTag,
                        value -> value.getTensor().getStringVal(0).toStringUtf8()));
        assertThat(texts.get("network").lines().map(line -> line.replaceFirst("^ {4}", "")))
                .containsExactlyElementsOf(net.summary().lines().toList())
                .anyMatch(line -> line.startsWith("conv2d_1 ") && line.endsWith("dropped"));
        assertThat(texts.get("training")).startsWith("    TrainingRun[epochs 2, 4 steps each, seed 42]\n    bn4j ");
        assertThat(events.get(2).values()).allSatisfy(value -> assertThat(
                        value.getMetadata().getPluginData().getPluginName())
                .isEqualTo("text"));
        assertThat(events.stream().map(WrittenEvents::step)).containsExactly(0L, 0L, 0L, 0L, 4L, 8L);
    }

    @Test
    void writesTheNumbersOfTheHistory() throws IOException {
        List<Double> rates = new ArrayList<>();
        TrainingListener recorder = new TrainingListener() {
            @Override
            public void onStep(StepEvent step) {
                rates.add(step.learningRate());
            }
        };
        History history = trainer(network(), TensorBoard.in(logs()).withoutHistograms())
                .listener(recorder)
                .schedule(Schedule.cosine())
                .metrics(Metric.accuracy(), Metric.f1())
                .fit(DIGITS.train(), DIGITS.test());

        List<WrittenEvents> events = events("run-1");
        Map<String, List<Double>> expected = new LinkedHashMap<>();
        expected.put("epoch", List.of(1.0, 2.0));
        expected.put(
                "loss/train",
                history.epochs().stream().map(epoch -> epoch.trainLoss()).toList());
        expected.put(
                "loss/validation",
                history.epochs().stream().map(epoch -> epoch.validationLoss()).toList());
        expected.put(
                "metrics/accuracy",
                history.epochs().stream()
                        .map(epoch -> epoch.validationAccuracy())
                        .toList());
        expected.put(
                "metrics/f1",
                history.epochs().stream()
                        .map(epoch -> epoch.metrics().get("f1"))
                        .toList());
        expected.put("learningRate", List.of(rates.get(STEPS - 1), rates.get(2 * STEPS - 1)));
        expected.forEach((tag, values) -> assertThat(scalars(events, tag))
                .as(tag)
                .isEqualTo(Map.of(
                        (long) STEPS,
                        values.get(0).floatValue(),
                        2L * STEPS,
                        values.get(1).floatValue())));
        assertThat(events.stream().skip(3).flatMap(WrittenEvents::tags).distinct())
                .containsExactlyInAnyOrderElementsOf(expected.keySet());
    }

    @Test
    void writesStepsAsWellIfItIsAsked() throws IOException {
        List<StepEvent> told = new ArrayList<>();
        List<Float> norms = new ArrayList<>();
        TrainingListener recorder = new TrainingListener() {
            @Override
            public void onStep(StepEvent step) {
                told.add(step);
                norms.add((float) step.gradientNorm());
            }
        };
        trainer(network(), TensorBoard.in(logs()).everySteps(2))
                .listener(recorder)
                .fit(DIGITS.train());

        List<WrittenEvents> events = events("run-1");
        Map<Long, Float> losses = new LinkedHashMap<>();
        Map<Long, Float> gradients = new LinkedHashMap<>();
        for (int i = 1; i < 2 * STEPS; i += 2) {
            losses.put(i + 1L, (float) told.get(i).loss());
            gradients.put(i + 1L, norms.get(i));
        }
        assertThat(scalars(events, "loss/batch")).isEqualTo(losses);
        assertThat(scalars(events, "gradientNorm")).isEqualTo(gradients);
        assertThat(events.stream().flatMap(WrittenEvents::tags).filter(tag -> tag.equals("learningRate")))
                .as("once for each step")
                .hasSize(STEPS);
    }

    @Test
    void countsEveryValueInOneBucket() throws IOException {
        Network net = network();
        Map<String, double[]> values = new LinkedHashMap<>();
        TrainingListener recorder = new TrainingListener() {
            @Override
            public void onEpoch(EpochEvent event) {
                net.parameters().all().forEach(parameter -> {
                    String name = parameter.name();
                    String group = name.contains(".running") ? "statistics/" : "parameters/";
                    values.put(group + name, doubles(net.parameters().get(name)));
                    if (!name.contains(".running")) {
                        values.put("gradients/" + name, doubles(net.parameters().gradient(name)));
                    }
                });
            }
        };
        trainer(net, TensorBoard.in(logs())).listener(recorder).fit(DIGITS.train());

        List<WrittenEvents> events = events("run-1");
        assertThat(values).hasSize(12 + 8);
        values.forEach((tag, all) -> {
            HistogramProto histogram = histograms(events, tag).get(2L * STEPS);
            double[] counts = new double[histogram.getBucketCount()];
            for (double value : all) {
                int bucket = 0;
                while (value >= histogram.getBucketLimit(bucket) && bucket < counts.length - 1) {
                    bucket++;
                }
                counts[bucket]++;
            }
            assertThat(histogram.getBucketList()).as(tag).hasSize(30).hasSameSizeAs(histogram.getBucketLimitList());
            assertThat(histogram.getBucketLimitList()).as(tag).isSorted().doesNotHaveDuplicates();
            double moved = 0;
            for (int i = 0; i < counts.length; i++) {
                moved += Math.abs(counts[i] - histogram.getBucket(i));
            }
            assertThat(moved).as("values of %s at an edge", tag).isLessThanOrEqualTo(2);
            assertThat(histogram.getBucketList().stream().mapToDouble(d -> d).sum())
                    .isEqualTo(all.length);
            assertThat(histogram.getNum()).isEqualTo(all.length);
            assertThat(histogram.getMin()).isEqualTo(Arrays.stream(all).min().orElseThrow());
            assertThat(histogram.getMax()).isEqualTo(Arrays.stream(all).max().orElseThrow());
            assertThat(histogram.getBucketLimit(29)).isEqualTo(histogram.getMax());
            assertThat(histogram.getSum()).isEqualTo(Arrays.stream(all).sum());
            assertThat(histogram.getSumSquares())
                    .isEqualTo(Arrays.stream(all).map(value -> value * value).sum());
        });
        assertThat(histograms(events, "parameters/dense_1.weight")).containsOnlyKeys(0L, 4L, 8L);
        assertThat(histograms(events, "gradients/dense_1.weight"))
                .as("there is none before the first step")
                .containsOnlyKeys(4L, 8L);
    }

    private static double[] doubles(INDArray array) {
        return array.castTo(DataType.DOUBLE).dup('c').data().asDouble();
    }

    /** A bucket without width is not drawn. */
    @Test
    void givesValuesThatAreAllTheSameABucketWithWidth() throws IOException {
        trainer(network(), TensorBoard.in(logs())).fit(DIGITS.train());

        HistogramProto gamma =
                histograms(events("run-1"), "parameters/batchnorm2d_1.gamma").get(0L);
        assertThat(List.of(gamma.getMin(), gamma.getMax(), gamma.getNum(), gamma.getSum(), gamma.getSumSquares()))
                .containsExactly(0.5, 1.5, 5.0, 5.0, 5.0);
        assertThat(gamma.getBucketLimitList()).containsExactly(1.5);
        assertThat(gamma.getBucketList()).containsExactly(5.0);
    }

    @Test
    void hasBucketsForNumbersOfAnySize() {
        assertThat(Histogram.of(new double[] {-Double.MAX_VALUE, 0, Double.MAX_VALUE})
                        .getBucketList())
                .hasSize(30)
                .containsOnly(0.0, 1.0)
                .satisfies(counts -> assertThat(counts.get(0) + counts.get(29)).isEqualTo(2));
        assertThat(Histogram.of(new double[] {1, Math.nextUp(1.0)}).getBucketList())
                .containsExactly(2.0);
        assertThat(Histogram.of(new double[] {1e-38, 2e-38, 2e-38, 3e-38}).getBucketList())
                .hasSize(30)
                .startsWith(1.0)
                .endsWith(1.0);
        assertThat(Histogram.of(new double[] {Double.MIN_VALUE, 0}).getBucketList())
                .containsExactly(2.0);
    }

    @Test
    void leavesOutOfHistogramsWhatIsNoNumber() {
        Summary summary = new Events()
                .histogram("some", new double[] {Double.NaN, 1, 2, Double.POSITIVE_INFINITY})
                .histogram("none", new double[] {Double.NaN})
                .summary();
        assertThat(summary.getValueList()).extracting(Summary.Value::getTag).containsExactly("some");
        assertThat(summary.getValue(0).getHisto().getNum()).isEqualTo(2);
    }

    @Test
    void writesHistogramsAsOftenAsIsSaid() throws IOException {
        trainer(network(), TensorBoard.in(logs()).histogramsEvery(2)).epochs(5).fit(DIGITS.train());
        assertThat(histograms(events("run-1"), "parameters/dense_1.weight")).containsOnlyKeys(0L, 8L, 16L);
        assertThat(scalars(events("run-1"), "loss/train")).containsOnlyKeys(4L, 8L, 12L, 16L, 20L);
    }

    @Test
    void leavesOutGradientsOfWhatIsFrozen() throws IOException {
        trainer(network().freeze("conv2d_1"), TensorBoard.in(logs())).fit(DIGITS.train());
        assertThat(events("run-1").get(4).tags())
                .contains("parameters/conv2d_1.weight", "gradients/dense_1.weight")
                .doesNotContain("gradients/conv2d_1.weight");
    }

    @Test
    void drawsEachLayerAsAScope() throws IOException {
        trainer(network(), TensorBoard.in(logs())).fit(DIGITS.train());

        Map<String, NodeDef> nodes = new LinkedHashMap<>();
        for (NodeDef node : events("run-1").get(1).graph().getNodeList()) {
            assertThat(nodes.put(node.getName(), node)).as(node.getName()).isNull();
        }
        assertThat(nodes.values()).allSatisfy(node -> assertThat(nodes.keySet()).containsAll(node.getInputList()));
        assertThat(nodes.keySet())
                .contains(
                        "inputs/features",
                        "conv2d_1/weight",
                        "conv2d_1/Convolution",
                        "batchnorm2d_1/runningMean",
                        "residual_1/branch/conv2d_1/Convolution",
                        "residual_1/Addition",
                        "dense_1/AddBias",
                        "outputs/dense_1")
                .doesNotContain("conv2d_1/bias", "conv2d_1/AddBias");
        NodeDef convolution = nodes.get("conv2d_1/Convolution");
        assertThat(convolution.getOp()).isEqualTo("Convolution");
        assertThat(convolution.getInputList()).containsExactly("inputs/features", "conv2d_1/weight");
        assertThat(convolution.getAttrOrThrow("_output_shapes").getList().getShape(0).getDimList().stream()
                        .map(dimension -> dimension.getSize()))
                .containsExactly(-1L, 5L, 8L, 8L);
        assertThat(convolution.getAttrOrThrow("layer").getS().toStringUtf8()).isEqualTo("Conv2d(5, 3x3, SAME)");
    }

    /** A single quote makes the page of TensorBoard fail; a name in other letters is none to it. */
    @Test
    void namesNodesAsTensorBoardReadsThem() throws IOException {
        Network net = Network.input(1, 8, 8)
                .flatten()
                .then("größe 'x'", io.github.bn4j.layer.Dense.of(7))
                .then("größe \"x\"", io.github.bn4j.layer.Dense.of(10))
                .build(42);
        trainer(net, TensorBoard.in(logs())).fit(DIGITS.train());

        List<NodeDef> nodes = events("run-1").get(1).graph().getNodeList();
        assertThat(nodes.stream().map(NodeDef::getName).toList())
                .doesNotHaveDuplicates()
                .allSatisfy(name -> assertThat(name).matches("[A-Za-z0-9.][A-Za-z0-9_.\\-/]*"));
        assertThat(nodes).allSatisfy(node -> assertThat(node.getAttrMap().values())
                .allSatisfy(attribute -> assertThat(attribute.getS().toStringUtf8())
                        .matches("[ -~]*")
                        .doesNotContain("'", "\"", "\\")));
    }

    @Test
    void writesExamplesAsImages() throws IOException {
        requireImages(DIGITS.train(), "run-1");
        requireImages(ArrayExamples.stream(DIGITS.train()), "run-2");
    }

    private void requireImages(Dataset data, String run) throws IOException {
        trainer(network(), TensorBoard.in(logs()).images(2)).fit(data);

        List<Summary.Value> images =
                events(run).get(2).values().filter(Summary.Value::hasImage).toList();
        assertThat(images).extracting(Summary.Value::getTag).containsExactly("images/features/1", "images/features/2");
        double[] pixels = doubles(DIGITS.train().slice(0, 2).features());
        double largest = Arrays.stream(pixels).max().orElseThrow();
        for (int i = 0; i < 2; i++) {
            BufferedImage image = decoded(images.get(i).getImage());
            for (int pixel = 0; pixel < 64; pixel++) {
                int gray = (int) Math.round(255 * pixels[64 * i + pixel] / largest);
                assertThat(image.getRGB(pixel % 8, pixel / 8) & 0xffffff).isEqualTo(gray << 16 | gray << 8 | gray);
            }
        }
    }

    private static BufferedImage decoded(Summary.Image image) throws IOException {
        BufferedImage decoded = ImageIO.read(
                new ByteArrayInputStream(image.getEncodedImageString().toByteArray()));
        assertThat(List.of(image.getWidth(), image.getHeight(), image.getColorspace()))
                .containsExactly(decoded.getWidth(), decoded.getHeight(), 3);
        return decoded;
    }

    /** Planes of 2 rows and 3 columns, from 0 to 17. */
    @Test
    void writesImagesInColour() throws IOException {
        double[] values = new double[18];
        Arrays.setAll(values, i -> i);
        Events events = new Events();
        DataImages.add(
                events,
                Dataset.of(Tensors.of(DataType.FLOAT, values, 1, 3, 2, 3), Tensors.zeros(DataType.FLOAT, 1, 1)),
                5);
        BufferedImage image = decoded(events.summary().getValue(0).getImage());
        assertThat(events.summary().getValueCount()).isEqualTo(1);
        assertThat(image.getRGB(0, 0) & 0xffffff)
                .isEqualTo((int) Math.round(255 * 6 / 17.0) << 8 | (int) Math.round(255 * 12 / 17.0));
        assertThat(image.getRGB(2, 1) & 0xffffff)
                .isEqualTo((int) Math.round(255 * 5 / 17.0) << 16 | (int) Math.round(255 * 11 / 17.0) << 8 | 255);
    }

    @Test
    void refusesImagesOfWhatIsNone() {
        Network net =
                Network.input(6, 2, 2).then(Conv2d.of(3, 1)).flatten().dense(2).build(42);
        Dataset data = Dataset.of(Tensors.zeros(DataType.FLOAT, 4, 6, 2, 2), Tensors.zeros(DataType.FLOAT, 4));
        assertThatThrownBy(() -> trainer(net, TensorBoard.in(logs()).images(2)).fit(data))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "TensorBoard.images expects an input of images [1, height, width] or [3, height, width] but got"
                                + " {features=[6, 2, 2]}; leave images out");
        assertThat(logs()).doesNotExist();
    }

    @Test
    void givesEachTrainingAFolder() throws IOException {
        TensorBoard board = TensorBoard.in(logs());
        Network net = network();
        Trainer trainer = trainer(net, board);
        trainer.fit(DIGITS.train());
        trainer.restart().fit(DIGITS.train());
        trainer(network(), board).fit(DIGITS.train());
        trainer(network(), board.run("narrow")).fit(DIGITS.train());
        Files.createDirectory(logs().resolve("run-old"));
        Files.createFile(logs().resolve("run-17"));
        trainer(network(), board).fit(DIGITS.train());

        assertThat(entries(logs()).stream().map(path -> path.getFileName().toString()))
                .containsExactly("narrow-1", "run-1", "run-17", "run-2", "run-3", "run-4", "run-old");
        assertThat(events("run-4").get(0).version()).isEqualTo("brain.Event:2");
    }

    /** What the first files have after the step at which it goes on no longer counts. */
    @Test
    void goesOnInItsFolder() throws IOException {
        Trainer trainer = trainer(network(), TensorBoard.in(logs()));
        trainer.fit(DIGITS.train());
        trainer(network(), TensorBoard.in(logs())).seed(7).fit(DIGITS.train());
        trainer.fit(DIGITS.train());

        List<Path> files = entries(logs().resolve("run-1"));
        assertThat(files)
                .extracting(file -> file.getFileName().toString())
                .containsExactly(
                        "events.out.tfevents.000001.seed-000000000000002a",
                        "events.out.tfevents.000002.seed-000000000000002a");
        List<WrittenEvents> second = WrittenEvents.in(files.get(1));
        assertThat(second.get(0).version()).isEqualTo("brain.Event:2");
        assertThat(second.get(1).session()).as("SessionLog.START").containsExactly((byte) 8, (byte) 1);
        assertThat(second.get(1).step()).isEqualTo(9);
        assertThat(scalars(second, "epoch")).isEqualTo(Map.of(12L, 3f, 16L, 4f));
        assertThat(second).allSatisfy(event -> assertThat(event.graph()).isNull());
        assertThat(entries(logs())).hasSize(2);
    }

    /** One that is resumed has its folder, and one that is first listened to then has a graph. */
    @Test
    void goesOnInItsFolderAfterTheProcessHasEnded() throws IOException {
        Checkpoints checkpoints = Checkpoints.in(folder.resolve("checkpoints")).every(3);
        TrainingListener failing = new TrainingListener() {
            @Override
            public void onStep(StepEvent step) {
                if (step.number() == 8) {
                    throw new IllegalStateException("killed");
                }
            }
        };
        assertThatThrownBy(() -> trainer(network(), TensorBoard.in(logs()).everySteps(1))
                        .listener(failing)
                        .checkpoints(checkpoints)
                        .epochs(3)
                        .fit(DIGITS.train()))
                .hasMessage("killed");
        trainer(network(), TensorBoard.in(logs()).everySteps(1))
                .checkpoints(checkpoints)
                .epochs(3)
                .resume(DIGITS.train());

        assertThat(entries(logs())).containsExactly(logs().resolve("run-1"));
        List<Path> files = entries(logs().resolve("run-1"));
        assertThat(files).hasSize(2);
        assertThat(scalars(WrittenEvents.in(files.get(0)), "loss/batch"))
                .containsOnlyKeys(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L);
        List<WrittenEvents> second = WrittenEvents.in(files.get(1));
        assertThat(second.get(1).step()).isEqualTo(7);
        assertThat(scalars(second, "loss/batch")).containsOnlyKeys(7L, 8L, 9L, 10L, 11L, 12L);

        trainer(network(), TensorBoard.in(folder.resolve("others")))
                .checkpoints(checkpoints)
                .epochs(4)
                .resume(DIGITS.train());
        List<WrittenEvents> others = WrittenEvents.in(
                entries(folder.resolve("others").resolve("run-1")).get(0));
        assertThat(others.get(2).graph()).isNotNull();
        assertThat(scalars(others, "epoch")).isEqualTo(Map.of(16L, 4f));
    }

    @Test
    void refusesAFolderThatCannotBeMadeBeforeTheFirstStep() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        Network net = network();
        INDArray before = net.parameters().trainable().dup();
        assertThatThrownBy(
                        () -> trainer(net, TensorBoard.in(file.resolve("logs"))).fit(DIGITS.train()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("TensorBoard expects a folder that can be written to but got \"" + file.resolve("logs")
                        + "\" and java.nio.file.FileSystemException: " + file.resolve("logs")
                        + ": Not a directory; choose another one, or mend this one");
        assertThatThrownBy(() -> trainer(net, TensorBoard.in(file)).fit(DIGITS.train()))
                .hasMessage("TensorBoard expects a folder that can be written to but got \"" + file
                        + "\" and java.nio.file.FileAlreadyExistsException: " + file
                        + "; choose another one, or mend this one");
        assertThat(net.parameters().trainable()).isEqualTo(before);
    }

    /** A disk with room for so many bytes. */
    private static EventFile.Opener disk(int bytes) {
        return path -> {
            OutputStream out = EventFile.open(path);
            return new OutputStream() {
                private int left = bytes;

                @Override
                public void write(int one) throws IOException {
                    write(new byte[] {(byte) one}, 0, 1);
                }

                @Override
                public void write(byte[] some, int from, int length) throws IOException {
                    out.write(some, from, Math.min(length, left));
                    left -= length;
                    if (left < 0) {
                        throw new IOException("No space left on device");
                    }
                }

                @Override
                public void close() throws IOException {
                    out.close();
                }
            };
        };
    }

    @Test
    void saysThatTheDiskIsFull() throws IOException {
        Network net = network();
        INDArray before = net.parameters().trainable().dup();
        assertThatThrownBy(() ->
                        trainer(net, TensorBoard.in(logs()).opening(disk(10))).fit(DIGITS.train()))
                .as("before the first step")
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("TensorBoard expects a folder that can be written to but got \"" + logs()
                        + "\" and java.io.IOException: No space left on device; choose another one, or mend this one");
        assertThat(net.parameters().trainable()).isEqualTo(before);

        Path run = logs().resolve("run-2");
        assertThatThrownBy(() ->
                        trainer(net, TensorBoard.in(logs()).opening(disk(100))).fit(DIGITS.train()))
                .as("before the first step, with the file open")
                .isInstanceOf(UncheckedIOException.class)
                .hasMessage(
                        "TensorBoard expects to write \"" + run.resolve("events.out.tfevents.000001.seed-" + seed(1))
                                + "\" but got java.io.IOException: No space left on device; make room, or leave TensorBoard out");
        assertThat(net.parameters().trainable()).isEqualTo(before);
    }

    /** A record of a training is worth less than the training. */
    @Test
    void trainsOnWhereTheDiskFillsUp() throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        Network undisturbed = network();
        History expected = trainer(
                        undisturbed, TensorBoard.in(folder.resolve("whole")).opening(file -> all))
                .fit(DIGITS.train());
        Network net = network();
        Trainer trainer = trainer(net, TensorBoard.in(logs()).opening(disk(all.size() / 2)));
        List<String> warnings = new ArrayList<>();
        History history = whileListening(warnings, () -> trainer.fit(DIGITS.train()));

        Path file = logs().resolve("run-1").resolve("events.out.tfevents.000001.seed-" + seed(0));
        assertThat(warnings)
                .containsExactly("TensorBoard expects to write \"" + file + "\" but got java.io.IOException: No space"
                        + " left on device; this fit goes on without it, make room before the next one");
        assertThat(Files.size(file)).isEqualTo(all.size() / 2);
        assertThat(history.epochs())
                .extracting(Epoch::trainLoss)
                .isEqualTo(expected.epochs().stream().map(Epoch::trainLoss).toList());
        assertThat(net.parameters().trainable())
                .isEqualTo(undisturbed.parameters().trainable());
    }

    /** Does something and collects what TensorBoard logs meanwhile. */
    private static <T> T whileListening(List<String> warnings, Supplier<T> work) {
        Logger logger = Logger.getLogger(TensorBoard.class.getName());
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord record) {
                warnings.add(record.getMessage());
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        logger.setUseParentHandlers(false);
        logger.addHandler(handler);
        try {
            return work.get();
        } finally {
            logger.removeHandler(handler);
            logger.setUseParentHandlers(true);
        }
    }

    /** The seed of the training of a number in a network of seed 42, as the history of a run says. */
    private static String seed(int number) {
        Network net = network();
        List<String> seeds = new ArrayList<>();
        TrainingListener recorder = new TrainingListener() {
            @Override
            public void onEpoch(EpochEvent event) {
                seeds.add(String.format("%016x", event.run().seed()));
            }
        };
        for (int i = 0; i <= number; i++) {
            trainer(net, recorder).epochs(1).fit(DIGITS.train());
        }
        return seeds.get(number);
    }

    /** A metric that is not defined is a gap in the curve, which TensorBoard marks. */
    @Test
    void writesWhatIsNotDefinedAsNaN() throws IOException {
        Dataset zeros = Dataset.of(
                DIGITS.test().features(),
                Tensors.zeros(DataType.FLOAT, DIGITS.test().size()));
        trainer(network(), TensorBoard.in(logs())).metrics(Metric.matthews()).fit(DIGITS.train(), zeros);
        assertThat(scalars(events("run-1"), "metrics/matthews").values())
                .hasSize(2)
                .allMatch(value -> value.isNaN());
    }

    /** Who interrupts a training wants what it has brought. */
    @Test
    void writesInAThreadThatIsInterrupted() throws IOException {
        TrainingListener interrupting = new TrainingListener() {
            @Override
            public void onEpoch(EpochEvent event) {
                Thread.currentThread().interrupt();
            }
        };
        History history;
        try {
            history = net(interrupting);
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
        assertThat(history.endedEarly()).hasValue("after epoch 1: the thread was interrupted");
        assertThat(scalars(events("run-1"), "epoch")).isEqualTo(Map.of(4L, 1f));
    }

    private History net(TrainingListener before) {
        return network()
                .trainer()
                .loss(Loss.softmaxCrossEntropy())
                .batchSize(30)
                .epochs(3)
                .listener(before)
                .listener(TensorBoard.in(logs()))
                .fit(DIGITS.train());
    }

    @Test
    void refusesSettingsThatMakeNoSense() {
        TensorBoard board = TensorBoard.in(Path.of("logs"));
        assertThat(board).hasToString("TensorBoard[logs, run]");
        assertThat(board.run("a b")).hasToString("TensorBoard[logs, a b]");
        assertThatThrownBy(() -> board.run("a/b"))
                .hasMessage(
                        "TensorBoard.run expects the name of a folder but got \"a/b\"; leave out slashes and the like");
        assertThatThrownBy(() -> board.run(""))
                .hasMessage(
                        "TensorBoard.run expects the name of a folder but got \"\"; leave out slashes and the like");
        assertThatThrownBy(() -> board.histogramsEvery(0))
                .hasMessage("histogramsEvery expects at least 1 epoch but got 0; withoutHistograms() leaves them out");
        assertThatThrownBy(() -> board.everySteps(0)).hasMessage("everySteps expects at least 1 step but got 0");
        assertThatThrownBy(() -> board.images(0)).hasMessage("TensorBoard.images expects at least 1 image but got 0");
        assertThatThrownBy(() -> TensorBoard.in(null))
                .hasMessage("TensorBoard expects the path of a folder but got null");
        assertThatThrownBy(() -> board.run(null)).hasMessage("TensorBoard.run expects a name but got null");
    }

    @Test
    void hasEveryEpochInTheFileWhenItIsOver() throws IOException {
        List<Integer> told = new ArrayList<>();
        TrainingListener reader = new TrainingListener() {
            @Override
            public void onEpoch(EpochEvent event) {
                try {
                    assertThat(scalars(events("run-1"), "epoch"))
                            .hasSize(event.epoch().number());
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
                told.add(event.epoch().number());
            }
        };
        trainer(network(), TensorBoard.in(logs())).listener(reader).fit(DIGITS.train());
        assertThat(told).containsExactly(1, 2);
        assertThat(new String(
                        Files.readAllBytes(entries(logs().resolve("run-1")).get(0)), StandardCharsets.ISO_8859_1))
                .contains("brain.Event:2");
    }
}
