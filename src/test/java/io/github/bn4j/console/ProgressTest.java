package io.github.bn4j.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bn4j.Network;
import io.github.bn4j.data.Dataset;
import io.github.bn4j.data.Digits;
import io.github.bn4j.train.Epoch;
import io.github.bn4j.train.History;
import io.github.bn4j.train.Loss;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
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

    /** Each redraw begins at the start of the line; the last one stays. */
    @Test
    void endsWithTheLastEpochInAnEightyColumnTerminal() {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        Progress progress = Progress.bar(new PrintStream(printed, true, StandardCharsets.UTF_8), 80);
        Dataset digits = Digits.load();
        Epoch last =
                train(progress, 12, digits.slice(0, 57), digits.slice(57, 257)).last();

        List<String> lines = lines(printed);
        assertThat(lines).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
        assertThat(lines.get(lines.size() - 1).replaceFirst("[0-9]:[0-9]{2}", "0:00"))
                .isEqualTo(String.format(
                        Locale.ROOT,
                        "training 100%% [%s] 0:00 epoch 12 loss %.4f accuracy %.4f",
                        "=".repeat(22),
                        last.trainLoss(),
                        last.validationAccuracy()));
    }

    @Test
    void keepsTheMessageWhereThereIsNoRoomForABar() {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        Progress progress = Progress.bar(new PrintStream(printed, true, StandardCharsets.UTF_8), 55);
        Dataset digits = Digits.load();
        Epoch last = train(progress, 1, digits.slice(0, 2), digits.slice(2, 10)).last();

        List<String> lines = lines(printed);
        assertThat(lines.get(lines.size() - 1).replaceFirst("[0-9]:[0-9]{2}", "0:00"))
                .isEqualTo(String.format(
                        Locale.ROOT,
                        "training 100%% 0:00 epoch 1 loss %.4f accuracy %.4f",
                        last.trainLoss(),
                        last.validationAccuracy()));
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
        Progress progress = Progress.bar(new PrintStream(printed, true, StandardCharsets.UTF_8), 80);
        progress.onDownload("images.gz", 3 << 20);
        progress.onProgress(3 << 20);
        progress.onDownloaded();

        List<String> lines = lines(printed);
        assertThat(lines.get(lines.size() - 1)).isEqualTo("images.gz 100% [" + "=".repeat(30) + "] 0:00 3.0 of 3.0 MB");
    }

    private static List<String> lines(ByteArrayOutputStream printed) {
        return Stream.of(printed.toString(StandardCharsets.UTF_8).split("[\r\n]+"))
                .map(String::stripTrailing)
                .filter(line -> !line.isEmpty())
                .toList();
    }
}
