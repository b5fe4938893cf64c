package io.github.bn4j.onnx.internal;

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

/** No ONNX file, however changed, ends in anything but a network that works or a sentence about what is wrong. */
class OnnxFileFuzzTest {

    private static final String LIMIT = "16m";
    private static final int CASES = 2000;

    @TempDir
    private Path folder;

    @RegisterExtension
    final LimitedMemory memory = new LimitedMemory(LIMIT);

    @Test
    void worksOrIsRefusedWhateverTheFileHolds() throws IOException {
        OnnxFileFuzzer fuzzer = new OnnxFileFuzzer(folder);
        Fuzzing.run(CASES, fuzzer);
        // Otherwise nothing behind the first checks would be tried.
        assertThat(fuzzer.reached().get("end")).isGreaterThan(CASES / 20);
    }

    @Test
    @EnabledIfSystemProperty(named = Fuzzing.SEED, matches = "\\d+")
    void worksOrIsRefusedInTheFileAskedFor() throws IOException {
        new OnnxFileFuzzer(folder).run(Long.getLong(Fuzzing.SEED));
    }

    @Test
    @Tag("soak")
    void worksOrIsRefusedForAnHour() throws Exception {
        Fuzzing.runForAnHour(FuzzOnnxFiles.class, folder, "-D" + LimitedMemory.PROPERTY + "=" + LIMIT);
    }
}
