package io.github.bn4j.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bn4j.fuzz.Fuzzing;
import io.github.bn4j.internal.LimitedMemory;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** No file of a network, however changed, ends in anything but a network that works or a sentence about what is wrong. */
class NetworkFileFuzzTest {

    /* ND4J keeps tables for each shape that it has met, up to three times the size of what it computes, for ever: with more, they
     * would hide what the library itself might not give back. */
    private static final String LIMIT = "16m";

    private static final int CASES = 3000;

    @TempDir
    private Path folder;

    @RegisterExtension
    final LimitedMemory memory = new LimitedMemory(LIMIT);

    @Test
    void worksOrIsRefusedWhateverTheFileHolds() throws IOException {
        NetworkFileFuzzer fuzzer = new NetworkFileFuzzer(folder);
        Fuzzing.run(CASES, fuzzer);
        // Otherwise nothing behind the first checks would be tried.
        assertThat(fuzzer.reached().get("end")).isGreaterThan(CASES / 20);
    }

    @Test
    @EnabledIfSystemProperty(named = Fuzzing.SEED, matches = "\\d+")
    void worksOrIsRefusedInTheFileAskedFor() throws IOException {
        new NetworkFileFuzzer(folder).run(Long.getLong(Fuzzing.SEED));
    }

    @Test
    @Tag("soak")
    void worksOrIsRefusedForAnHour() throws Exception {
        Fuzzing.runForAnHour(FuzzNetworkFiles.class, folder, "-D" + LimitedMemory.PROPERTY + "=" + LIMIT);
    }
}
