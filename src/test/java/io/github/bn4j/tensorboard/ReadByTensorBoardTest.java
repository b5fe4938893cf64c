package io.github.bn4j.tensorboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.bn4j.Network;
import io.github.bn4j.Python;
import io.github.bn4j.data.Digits;
import io.github.bn4j.data.Split;
import io.github.bn4j.train.Checkpoints;
import io.github.bn4j.train.History;
import io.github.bn4j.train.Metric;
import io.github.bn4j.train.StepEvent;
import io.github.bn4j.train.Trainer;
import io.github.bn4j.train.TrainingListener;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the reader of TensorBoard itself finds in our files, by the script {@code read_events.py}. */
class ReadByTensorBoardTest {

    private static final Path SCRIPT = Path.of("src/test/resources/tensorboard/read_events.py");
    private static final Split DIGITS = Digits.load().slice(0, 150).split(0.8, 42);

    @TempDir
    private Path folder;

    private Path logs;

    @BeforeEach
    void requireTensorBoard() throws Exception {
        assumeTrue(
                Python.run("-c", "from tensorboard.backend.event_processing import event_accumulator")
                        .isEmpty(),
                "python3 with the module tensorboard is not installed: pip install tensorboard");
        logs = folder.resolve("logs");
    }

    private JsonObject read(String run) throws Exception {
        String output = Python.run(SCRIPT.toString(), logs.resolve(run).toString());
        // A line before says what it leaves out of a training that was resumed.
        return JsonParser.parseString(output.substring(output.indexOf('{'))).getAsJsonObject();
    }

    private static Map<Integer, Float> scalars(JsonObject run, String tag) {
        Map<Integer, Float> values = new LinkedHashMap<>();
        for (JsonElement each : run.getAsJsonObject("scalars").getAsJsonArray(tag)) {
            values.put(
                    each.getAsJsonArray().get(0).getAsInt(),
                    each.getAsJsonArray().get(1).getAsFloat());
        }
        return values;
    }

    private static List<Integer> steps(JsonArray events) {
        List<Integer> steps = new ArrayList<>();
        events.forEach(event -> steps.add(event.getAsJsonArray().get(0).getAsInt()));
        return steps;
    }

    private Path file(String run) throws IOException {
        try (Stream<Path> files = Files.list(logs.resolve(run))) {
            return files.sorted().findFirst().orElseThrow();
        }
    }

    @Test
    void findsAllOfATraining() throws Exception {
        Network net = TensorBoardTest.network();
        History history = TensorBoardTest.trainer(net, TensorBoard.in(logs).images(2))
                .metrics(Metric.accuracy(), Metric.f1())
                .fit(DIGITS.train(), DIGITS.test());

        JsonObject run = read("run-1");
        assertThat(run.getAsJsonObject("scalars").keySet())
                .containsExactlyInAnyOrder(
                        "epoch", "loss/train", "loss/validation", "metrics/accuracy", "metrics/f1", "learningRate");
        assertThat(scalars(run, "loss/train"))
                .isEqualTo(Map.of(4, (float) history.epochs().get(0).trainLoss(), 8, (float)
                        history.last().trainLoss()));
        assertThat(scalars(run, "metrics/accuracy"))
                .containsEntry(8, (float) history.last().validationAccuracy());
        JsonObject histograms = run.getAsJsonObject("histograms");
        assertThat(histograms.keySet()).hasSize(12 + 8);
        assertThat(steps(histograms.getAsJsonArray("parameters/batchnorm2d_1.gamma")))
                .containsExactly(0, 4, 8);
        assertThat(histograms
                        .getAsJsonArray("parameters/batchnorm2d_1.gamma")
                        .get(0)
                        .toString())
                .isEqualTo("[0,0.5,1.5,5.0,5.0,5.0,[1.5],[5.0]]");
        assertThat(steps(histograms.getAsJsonArray("gradients/dense_1.weight"))).containsExactly(4, 8);
        JsonArray weights =
                histograms.getAsJsonArray("parameters/dense_1.weight").get(2).getAsJsonArray();
        assertThat(weights.get(3).getAsInt()).isEqualTo(3200);
        assertThat(weights.get(7).getAsJsonArray()).hasSize(30);
        assertThat(run.getAsJsonObject("images").keySet()).containsExactly("images/features/1", "images/features/2");
        assertThat(run.getAsJsonObject("images")
                        .getAsJsonArray("images/features/1")
                        .get(0)
                        .toString())
                .startsWith("[0,8,8,\"89504e47");
        assertThat(run.getAsJsonObject("texts")
                        .getAsJsonArray("network")
                        .get(0)
                        .getAsJsonArray()
                        .get(1)
                        .getAsJsonArray()
                        .get(0)
                        .getAsString()
                        .lines()
                        .map(line -> line.replaceFirst("^ {4}", "")))
                .containsExactlyElementsOf(net.summary().lines().toList());
        assertThat(run.getAsJsonArray("graph"))
                .extracting(JsonElement::toString)
                .contains(
                        "[\"conv2d_1/Convolution\",\"Convolution\",[\"inputs/features\",\"conv2d_1/weight\"],[-1,5,8,8],"
                                + "\"Conv2d(5, 3x3, SAME)\"]");
    }

    /** Steps that were taken again after the last checkpoint are there once. */
    @Test
    void findsOneCurveOfAResumedTraining() throws Exception {
        Checkpoints checkpoints = Checkpoints.in(folder.resolve("checkpoints")).every(3);
        TrainingListener failing = new TrainingListener() {
            @Override
            public void onStep(StepEvent step) {
                if (step.number() == 8) {
                    throw new IllegalStateException("killed");
                }
            }
        };
        Trainer trainer = TensorBoardTest.trainer(
                        TensorBoardTest.network(), TensorBoard.in(logs).everySteps(1))
                .epochs(3)
                .checkpoints(checkpoints);
        try {
            trainer.listener(failing).fit(DIGITS.train());
        } catch (IllegalStateException killed) {
            assertThat(killed).hasMessage("killed");
        }
        TensorBoardTest.trainer(TensorBoardTest.network(), TensorBoard.in(logs).everySteps(1))
                .epochs(3)
                .checkpoints(checkpoints)
                .resume(DIGITS.train());

        JsonObject run = read("run-1");
        assertThat(steps(run.getAsJsonObject("scalars").getAsJsonArray("loss/batch")))
                .containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
        assertThat(scalars(run, "epoch")).isEqualTo(Map.of(4, 1f, 8, 2f, 12, 3f));
        assertThat(run.getAsJsonArray("graph")).isNotEmpty();
    }

    @Test
    void losesNothingButTheLastEpochOfAFileThatIsCut() throws Exception {
        TensorBoardTest.trainer(TensorBoardTest.network(), TensorBoard.in(logs)).fit(DIGITS.train());
        try (RandomAccessFile file = new RandomAccessFile(file("run-1").toFile(), "rw")) {
            file.setLength(file.length() - 5);
        }

        JsonObject run = read("run-1");
        assertThat(scalars(run, "epoch")).isEqualTo(Map.of(4, 1f));
        assertThat(run.getAsJsonArray("graph")).isNotEmpty();
        assertThat(run.getAsJsonObject("texts").keySet()).contains("network");
    }

    /** So that what the reader accepts has passed a check. */
    @Test
    void refusesWhatIsDamaged() throws Exception {
        TensorBoardTest.trainer(TensorBoardTest.network(), TensorBoard.in(logs)).fit(DIGITS.train());
        try (RandomAccessFile file = new RandomAccessFile(file("run-1").toFile(), "rw")) {
            file.seek(file.length() - 200);
            int one = file.read();
            file.seek(file.length() - 200);
            file.write(one ^ 1);
        }

        assertThat(scalars(read("run-1"), "epoch")).isEqualTo(Map.of(4, 1f));
    }

    @Test
    void tellsRunsInOneFolderApart() throws Exception {
        TensorBoard board = TensorBoard.in(logs);
        TensorBoardTest.trainer(TensorBoardTest.network(), board).fit(DIGITS.train());
        TensorBoardTest.trainer(TensorBoardTest.network(), board).epochs(1).fit(DIGITS.train());

        String output = Python.run(
                "-c",
                """
                import sys
                from tensorboard.backend.event_processing import event_multiplexer
                runs = event_multiplexer.EventMultiplexer().AddRunsFromDirectory(sys.argv[1])
                runs.Reload()
                for run in sorted(runs.Runs()):
                    print(run, [event.step for event in runs.Scalars(run, "loss/train")])
                """,
                logs.toString());
        assertThat(output.lines()).containsExactly("run-1 [4, 8]", "run-2 [4]");
    }

    @Test
    void readsNaN() throws Exception {
        Path run = Files.createDirectories(logs.resolve("run-1"));
        try (EventFile file = new EventFile(EventFile.open(Files.createFile(run.resolve("a.tfevents.1"))))) {
            file.summary(1, new Events().scalar("x", Double.NaN).summary());
            file.summary(2, new Events().scalar("x", Double.POSITIVE_INFINITY).summary());
        }
        String output = Python.run(SCRIPT.toString(), run.toString());
        assertThat(output).contains("\"scalars\": {\"x\": [[1, NaN], [2, Infinity]]}");
    }
}
