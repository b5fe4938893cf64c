package io.github.bn4j.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.github.bn4j.ChildProcess;
import io.github.bn4j.engine.onednn.OneDnnEngine;
import io.github.bn4j.engine.onednn.ReferenceLoops;
import java.io.File;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Machines with fewer natives or a lesser processor than this one, each emulated in a JVM of its own. */
class NativesTest {

    @TempDir
    Path folder;

    /** Without the natives of oneDNN, without those of its libOpenCL, without its classes too. */
    @ParameterizedTest
    @ValueSource(strings = {"dnnl-[0-9.-]+-[a-z].*\\.jar", "opencl-[0-9.-]+-[a-z].*\\.jar", "(dnnl|opencl)-.*\\.jar"})
    void trainsOnNd4jAndSaysSoInOneLine(String missing) throws Exception {
        List<String> jars = jars();
        List<String> kept = jars.stream()
                .filter(jar -> !Path.of(jar).getFileName().toString().matches(missing))
                .toList();
        assumeThat(OneDnnEngine.obstacle())
                .as("there is something to leave out")
                .isEmpty();
        assertThat(kept).hasSizeLessThan(jars.size());

        List<String> lines = train(kept, Map.of());

        assertThat(lines.stream()
                        .filter(line -> line.contains("bn4j runs on ND4J instead of oneDNN, which cannot run here: ")))
                .hasSize(1);
        assertThat(lines)
                .last()
                .asString()
                .startsWith("trained well on ND4J instead of oneDNN, which cannot run here: ");
        // java.util.logging puts time and class on a line above the message.
        assertThat(lines).hasSize(3);
    }

    @Test
    @NeedsOneDnn
    void saysNothingWhereOneDnnRuns() throws Exception {
        assertThat(train(jars(), Map.of())).containsExactly("trained well on " + OneDnnEngine.INSTANCE);
    }

    @ParameterizedTest
    @CsvSource({"SSE41, SSE4.1", "AVX2, AVX2"})
    @NeedsOneDnn
    void trainsOnOneDnnWithTheInstructionsOfOlderProcessors(String limit, String name) throws Exception {
        assertThat(train(jars(), Map.of("DNNL_MAX_CPU_ISA", limit)))
                .containsExactly("trained well on oneDNN with " + name + " on 1 thread");
    }

    @ParameterizedTest
    @ValueSource(strings = {"SSE41", "AVX2"})
    @NeedsOneDnn
    void runsNoLayerOfTheBenchmarksOnReferenceLoops(String limit) throws Exception {
        assertThat(run(ReferenceLoops.class, jars(), Map.of("DNNL_MAX_CPU_ISA", limit)))
                .singleElement()
                .asString()
                .matches("\\d\\d+ kinds of op");
    }

    @ParameterizedTest
    @CsvSource({"SSE41, SSE4.1", "AVX2, AVX2"})
    @NeedsOneDnn
    void agreesWithFloat64WithTheInstructionsOfOlderProcessors(String limit, String name) throws Exception {
        compare(limit, name, 40);
    }

    @ParameterizedTest
    @Tag("soak")
    @CsvSource({"SSE41, SSE4.1", "AVX2, AVX2"})
    @NeedsOneDnn
    void agreesWithFloat64OnManyNetworksWithTheInstructionsOfOlderProcessors(String limit, String name)
            throws Exception {
        compare(limit, name, 150);
    }

    private void compare(String limit, String name, int networks) throws Exception {
        List<String> lines = run(CompareEngines.class, jars(), Map.of("DNNL_MAX_CPU_ISA", limit), "0", "" + networks);
        assertThat(lines).hasSize(1);
        assertThat(lines.get(0))
                .startsWith(networks + " networks, ")
                .endsWith(" on oneDNN with " + name + " on 1 thread");
    }

    private static List<String> jars() {
        return Stream.of(ChildProcess.CLASS_PATH.split(Pattern.quote(File.pathSeparator)))
                .toList();
    }

    private List<String> train(List<String> classPath, Map<String, String> environment) throws Exception {
        return run(TrainDigits.class, classPath, environment);
    }

    private List<String> run(
            Class<?> program, List<String> classPath, Map<String, String> environment, String... arguments)
            throws Exception {
        ProcessBuilder builder = new ProcessBuilder(
                ChildProcess.program("java"),
                "-Xmx1g",
                "-XX:+IgnoreUnrecognizedVMOptions",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                classPath.stream().collect(Collectors.joining(File.pathSeparator)),
                program.getName());
        builder.command().addAll(List.of(arguments));
        builder.environment().putAll(environment);
        return ChildProcess.run(0, folder, builder).lines().toList();
    }
}
