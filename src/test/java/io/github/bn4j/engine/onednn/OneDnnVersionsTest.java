package io.github.bn4j.engine.onednn;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bn4j.engine.Engine;
import io.github.bn4j.engine.NeedsOneDnn;
import io.github.bn4j.engine.internal.OneDnn;
import io.github.bn4j.engine.onednn.internal.OneDnnProvider;
import io.github.bn4j.engine.onednn.internal.binding.Native;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The engine, compiled for two versions of oneDNN; the project of a new user in {@code src/it} runs on either. */
class OneDnnVersionsTest {

    /** But for classes within {@code Operations} and {@code Descriptor}, which differ. */
    @Test
    void compilesEachClassTwice() throws Exception {
        Path classes = Path.of(OneDnnEngine.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());

        List<String> first = names(classes.resolve("io/github/bn4j/engine/onednn"));
        List<String> second = names(classes.resolve("io/github/bn4j/engine/onednn3"));

        assertThat(first).hasSizeGreaterThan(60).contains("reference-results.bin");
        assertThat(second).isEqualTo(first);
    }

    private static List<String> names(Path folder) throws Exception {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> folder.relativize(file).toString())
                    .filter(name -> !name.matches(".*(Operations|Descriptor)\\$.*"))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void knowsWhetherItIsForTheOneDnnOnTheClassPath() {
        assertThat(new OneDnnProvider().isForTheOneHere()).isTrue();
    }

    @Test
    @NeedsOneDnn
    void choosesTheCompilationForTheOneDnnOnTheClassPath() {
        assertThat(Engine.oneDnn()).isInstanceOf(OneDnnEngine.class);
    }

    @Test
    @NeedsOneDnn
    void takesTheOtherOneForOneDnn3Only() throws Exception {
        OneDnn other = Class.forName("io.github.bn4j.engine.onednn3.internal.OneDnnProvider")
                .asSubclass(OneDnn.class)
                .getConstructor()
                .newInstance();

        assertThat(other.isForTheOneHere()).isEqualTo(Native.version().startsWith("3."));
    }
}
