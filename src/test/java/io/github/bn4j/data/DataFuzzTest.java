package io.github.bn4j.data;

import io.github.bn4j.fuzz.Fuzzing;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** No file, however damaged, ends in anything but data or a sentence about what is wrong with it. */
class DataFuzzTest {

    private static final int CASES = 2000;

    @TempDir
    private Path folder;

    @ParameterizedTest
    @EnumSource
    void readsOrRefusesWhateverThereIs(DataFuzzer fuzzer) throws IOException {
        Fuzzing.run(CASES, seed -> fuzzer.run(seed, folder));
    }

    @ParameterizedTest
    @EnumSource
    @EnabledIfSystemProperty(named = Fuzzing.SEED, matches = "\\d+")
    void readsOrRefusesTheFileAskedFor(DataFuzzer fuzzer) {
        fuzzer.run(Long.getLong(Fuzzing.SEED), folder);
    }

    @Test
    @Tag("soak")
    void readsOrRefusesForAnHour() throws Exception {
        Fuzzing.runForAnHour(FuzzData.class, folder);
    }
}
