package io.github.bn4j.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bn4j.Network;
import io.github.bn4j.data.Dataset;
import io.github.bn4j.data.Digits;
import io.github.bn4j.train.Epoch;
import io.github.bn4j.train.History;
import io.github.bn4j.train.Loop;
import io.github.bn4j.train.Loss;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ProgressTest {

    @Test
    void printsALineForEachDownload() {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        Progress progress = Progress.lines(new PrintStream(printed, true, StandardCharsets.UTF_8));
        progress.onDownload("images.gz", 300);
        progress.onProgress(300);
        progress.onDownloaded();
        progress.onDownload("labels.gz", -1);
        progress.onDownloaded();

        assertThat(printed.toString(StandardCharsets.UTF_8).lines())
                .containsExactly("downloading images.gz, 300 bytes", "downloading labels.gz");
    }

    /** A training of a network that is too small to learn much. */
    private static History train(Progress progress, int epochs, Dataset data, Dataset validation) {
        return Network.input(1, 8, 8)
                .flatten()
                .dense(10)
                .build(1)
                .trainer()
                .loss(Loss.softmaxCrossEntropy())
                .epochs(epochs)
                .batchSize(1)
                .listener(progress)
                .fit(data, validation);
    }

    private static List<String> live(int columns, int epochs, ByteArrayOutputStream printed) {
        Progress progress = Progress.live(new PrintStream(printed, true, StandardCharsets.UTF_8), columns);
        Dataset digits = Digits.load();
        Epoch last = train(progress, epochs, digits.slice(0, 57), digits.slice(57, 257))
                .last();
        assertThat(printed.toString(StandardCharsets.UTF_8)).startsWith("\r").endsWith(System.lineSeparator());
        assertThat(lines(printed)).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(columns));
        List<String> lines = lines(printed);
        return List.of(
                lines.get(lines.size() - 1).replaceFirst("in [0-9]:[0-9]{2}", "in 0:00"),
                String.format(Locale.ROOT, "loss %.4f accuracy %.4f", last.trainLoss(), last.validationAccuracy()),
                String.format(Locale.ROOT, "loss %.3f acc %.3f", last.trainLoss(), last.validationAccuracy()));
    }

    /** Each redraw begins at the start of the line; the last one stays. */
    @Test
    void endsWithTheLastEpochInAnEightyColumnTerminal() {
        List<String> last = live(79, 12, new ByteArrayOutputStream());
        assertThat(last.get(0)).isEqualTo("100% epoch 12/12 " + last.get(1) + " in 0:00 [" + "=".repeat(24) + "]");
    }

    @Test
    void leavesOutWhatIsLeastImportantInANarrowTerminal() {
        List<String> forty = live(39, 12, new ByteArrayOutputStream());
        assertThat(forty.get(0)).isEqualTo("100% epoch 12/12 " + forty.get(2));
        List<String> fifty = live(50, 2, new ByteArrayOutputStream());
        assertThat(fifty.get(0)).isEqualTo("100% epoch 2/2 " + fifty.get(1) + " in 0:00");
        List<String> ten = live(10, 2, new ByteArrayOutputStream());
        assertThat(ten.get(0)).isEqualTo("100%");
    }

    @Test
    void saysWhatIsLeftByWhatWasDoneHere() {
        ProgressLine line = new ProgressLine(100, 300);
        ProgressLine.Words words =
                new ProgressLine.Words(List.of("epoch 2/3", "loss 0.5000"), List.of("epoch 2/3"), List.of("f1 0.2500"));
        assertThat(line.text(100, Duration.ZERO, words, 79))
                .isEqualTo(
                        " 33% epoch 2/3 loss 0.5000 ? left f1 0.2500 [" + "=".repeat(10) + ">" + " ".repeat(19) + "]");
        assertThat(line.text(150, Duration.ofSeconds(100), words, 45))
                .isEqualTo(" 50% epoch 2/3 loss 0.5000 5:00 left");
        assertThat(line.text(300, Duration.ofSeconds(4000), words, 79))
                .isEqualTo("100% epoch 2/3 loss 0.5000 in 1:06:40 f1 0.2500 [" + "=".repeat(29) + "]");
    }

    @Test
    void saysInOneLineThatATrainingEndedEarly() {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        Progress progress = Progress.live(new PrintStream(printed, true, StandardCharsets.UTF_8), 79);
        Dataset digits = Digits.load();
        Thread.currentThread().interrupt();
        History history;
        try {
            history = train(progress, 2, digits.slice(0, 20), digits.slice(20, 40));
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
        assertThat(lines(printed)).last().isEqualTo("ended early, before the first step: the thread was interrupted");
        assertThat(history.epochs()).isEmpty();
    }

    /** As in the shell. */
    @Test
    void showsTrainingsThatDoNotSayHowIfItIsAlwaysWanted() {
        Network net = Network.input(1, 8, 8).flatten().dense(10).build(1);
        Dataset data = Digits.load().slice(0, 20);
        PrintStream usual = System.out;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        ByteArrayOutputStream own = new ByteArrayOutputStream();
        History history;
        try {
            System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
            Progress.showAlways();
            history = net.trainer().loss(Loss.softmaxCrossEntropy()).fit(data);
            net.trainer()
                    .loss(Loss.softmaxCrossEntropy())
                    .listener(Progress.lines(new PrintStream(own, true, StandardCharsets.UTF_8)))
                    .fit(data);
            try (Loop loop = net.trainer().loss(Loss.softmaxCrossEntropy()).loop(20)) {
                assertThat(loop.step(data)).isPositive();
            }
            assertThat(net.sanityCheck(data).passed()).isIn(true, false);
            Progress.showOnRequest();
            net.trainer().loss(Loss.softmaxCrossEntropy()).fit(data);
        } finally {
            Progress.showOnRequest();
            System.setOut(usual);
        }
        assertThat(lines(printed)).containsExactly(history.toString());
        assertThat(lines(own)).hasSize(1);
    }

    @Test
    void printsALineForEachEpochWhereThereIsNoTerminal() {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        Progress progress = Progress.lines(new PrintStream(printed, true, StandardCharsets.UTF_8));
        Dataset digits = Digits.load();
        History history = train(progress, 2, digits.slice(0, 20), digits.slice(20, 40));
        assertThat(printed.toString(StandardCharsets.UTF_8).lines())
                .containsExactlyElementsOf(history.toString().lines().toList());
    }

    @Test
    void countsDownloadsInMegabytes() {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        Progress progress = Progress.live(new PrintStream(printed, true, StandardCharsets.UTF_8), 80);
        progress.onDownload("images.gz", 3 << 20);
        progress.onProgress(3 << 20);
        progress.onDownloaded();

        List<String> lines = lines(printed);
        assertThat(lines.get(lines.size() - 1))
                .isEqualTo("100% images.gz 3.0 of 3.0 MB in 0:00 [" + "=".repeat(30) + "]");
    }

    private static List<String> lines(ByteArrayOutputStream printed) {
        return Stream.of(printed.toString(StandardCharsets.UTF_8).split("[\r\n]+"))
                .map(String::stripTrailing)
                .filter(line -> !line.isEmpty())
                .toList();
    }
}
