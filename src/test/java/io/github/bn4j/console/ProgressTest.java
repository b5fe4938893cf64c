package io.github.bn4j.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
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
}
