package io.github.bn4j.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bn4j.ChildProcess;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** No file, however damaged, ends in anything but data or a sentence about what is wrong with it. */
class DataFuzzTest {

    private static final int CASES = 2000;
    private static final int MINUTES = 3;

    @TempDir
    private Path folder;

    /** The same files each time, and as many that are of today. */
    @ParameterizedTest
    @EnumSource
    void readsOrRefusesWhateverThereIs(DataFuzzer fuzzer) {
        long today = LocalDate.now(ZoneOffset.UTC).toEpochDay() * 1_000_000;
        for (int i = 0; i < CASES / 2; i++) {
            fuzzer.run(i, folder);
            fuzzer.run(today + i, folder);
        }
    }

    /** An hour, in twenty processes of three minutes each with 256 MB. */
    @Test
    @Tag("soak")
    void readsOrRefusesForAnHour() throws Exception {
        long now = System.currentTimeMillis() * 1000;
        for (int process = 0; process < 20; process++) {
            List<String> lines = fuzz(now + process * 10_000_000L);
            assertThat(lines).as("seeds from %s", now).hasSize(3);
            assertThat(lines.get(2)).endsWith(" files, 0 failures");
            assertThat(resident(lines.get(1)) - resident(lines.get(0)))
                    .as("growth in kB of %s", lines)
                    .isLessThan(60_000);
        }
    }

    private List<String> fuzz(long seed) throws Exception {
        return ChildProcess.run(
                        0,
                        folder,
                        new ProcessBuilder(
                                ChildProcess.program("java"),
                                // A heap that is touched as a whole at the start, so that what grows is off it.
                                "-Xms256m",
                                "-Xmx256m",
                                "-XX:+AlwaysPreTouch",
                                "-XX:+IgnoreUnrecognizedVMOptions",
                                "--enable-native-access=ALL-UNNAMED",
                                "--sun-misc-unsafe-memory-access=allow",
                                "-cp",
                                ChildProcess.CLASS_PATH,
                                FuzzData.class.getName(),
                                Long.toString(seed),
                                Long.toString(Long.MAX_VALUE),
                                Long.toString(60 * MINUTES),
                                folder.toString()))
                .lines()
                .toList();
    }

    private static long resident(String line) {
        return Long.parseLong(line.split(" ", -1)[0]);
    }
}
