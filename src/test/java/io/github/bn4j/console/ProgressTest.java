package io.github.bn4j.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bn4j.train.Epoch;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
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

    /** Each redraw begins at the start of the line; the last one stays. */
    @Test
    void endsWithTheLastEpochInAnEightyColumnTerminal() {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        Progress progress = Progress.bar(new PrintStream(printed, true, StandardCharsets.UTF_8), 80);
        progress.onStart(12, 57);
        for (int epoch = 1; epoch <= 12; epoch++) {
            for (int step = 1; step <= 57; step++) {
                progress.onStep(epoch, step, 2.5);
            }
            progress.onEpoch(new Epoch(epoch, 1.0 / epoch, 0.5, 0.9 + epoch / 1000.0, 1));
        }
        progress.onEnd();

        List<String> lines = lines(printed);
        assertThat(lines).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
        assertThat(lines.get(lines.size() - 1))
                .isEqualTo("training 100% [" + "=".repeat(22) + "] 0:00 epoch 12 loss 0.0833 accuracy 0.9120");
    }

    @Test
    void keepsTheMessageWhereThereIsNoRoomForABar() {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        Progress progress = Progress.bar(new PrintStream(printed, true, StandardCharsets.UTF_8), 40);
        progress.onStart(1, 2);
        progress.onStep(1, 1, 0.25);
        progress.onStep(1, 2, 0.25);
        progress.onEnd();

        List<String> lines = lines(printed);
        assertThat(lines.get(lines.size() - 1)).isEqualTo("training 100% 0:00 epoch 1 loss 0.2500");
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
