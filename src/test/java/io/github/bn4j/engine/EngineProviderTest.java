package io.github.bn4j.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bn4j.ChildProcess;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Parameters;
import java.io.File;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;

/** Engines of other libraries, offered by files in META-INF/services. */
class EngineProviderTest {

    @TempDir
    Path folder;

    /** The reference arithmetic under another name. */
    record Borrowed(String name) implements Engine {

        @Override
        public TrainingProgram training(Graph graph, Parameters parameters, int batch, long seed) {
            return Engine.nd4j().training(graph, parameters, batch, seed);
        }

        @Override
        public InferenceProgram inference(Graph graph, Parameters parameters, int batch) {
            return Engine.nd4j().inference(graph, parameters, batch);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /** A provider that a test changes. */
    abstract static class Provider implements EngineProvider {

        @Override
        public String name() {
            return getClass().getSimpleName();
        }

        @Override
        public int speed() {
            return 200;
        }

        @Override
        public boolean computes(DataType type) {
            return true;
        }

        @Override
        public Optional<String> obstacle() {
            return Optional.empty();
        }

        @Override
        public Engine engine() {
            return new Borrowed(name());
        }
    }

    /** Faster than all. */
    public static final class Fast extends Provider {}

    /** Slower than oneDNN. */
    public static final class Slow extends Provider {
        @Override
        public int speed() {
            return 50;
        }
    }

    /** For float64 alone. */
    public static final class Exact extends Provider {
        @Override
        public boolean computes(DataType type) {
            return type == DataType.DOUBLE;
        }
    }

    /** Has no device. */
    public static final class Absent extends Provider {
        @Override
        public int speed() {
            return 300;
        }

        @Override
        public Optional<String> obstacle() {
            return Optional.of("there is no such device");
        }
    }

    /** Throws when it is made. */
    public static final class ThrowsAtOnce extends Provider {
        public ThrowsAtOnce() {
            throw new UnsupportedOperationException("not today");
        }
    }

    /** Throws when it is asked for its place. */
    public static final class ThrowsAsItIsAsked extends Provider {
        @Override
        public int speed() {
            throw new UnsatisfiedLinkError("no driver");
        }
    }

    /** Throws when it makes its engine. */
    public static final class ThrowsAtLast extends Provider {
        @Override
        public Engine engine() {
            throw new IllegalStateException("out of devices");
        }
    }

    private static String nameOf(String provider) {
        return EngineProviderTest.class.getName() + "$" + provider;
    }

    private Engine fastest(DataType type, String... providers) throws IOException {
        offer(providers);
        try (URLClassLoader loader = new URLClassLoader(
                new URL[] {folder.toUri().toURL()}, getClass().getClassLoader())) {
            return FoundEngines.fastest(type, loader);
        }
    }

    private void offer(String... providers) throws IOException {
        Path services = Files.createDirectories(folder.resolve("META-INF/services"));
        Files.write(
                services.resolve(EngineProvider.class.getName()),
                List.of(providers).stream().map(EngineProviderTest::nameOf).toList());
    }

    @Test
    void takesTheFastestOfAll() throws Exception {
        assertThat(fastest(DataType.FLOAT, "Slow", "Fast", "Exact")).hasToString("Fast");
    }

    @Test
    void asksForTheType() throws Exception {
        assertThat(fastest(DataType.DOUBLE, "Exact")).hasToString("Exact");
        assertThat(fastest(DataType.FLOAT, "Exact")).isSameAs(Engine.fastest(DataType.FLOAT));
        assertThat(fastest(DataType.DOUBLE)).isSameAs(Engine.nd4j());
    }

    @Test
    void saysWhichFasterOneCannotRun() throws Exception {
        Engine chosen = fastest(DataType.FLOAT, "Fast", "Absent", "Slow");

        assertThat(chosen).hasToString("Fast instead of Absent, which cannot run here: there is no such device");
        assertThat(chosen.name()).isEqualTo("Fast");
    }

    /** However a provider fails, the engine is the one that would be there without it, and says why the other is not. */
    @ParameterizedTest
    @ValueSource(strings = {"ThrowsAtOnce", "ThrowsAsItIsAsked", "ThrowsAtLast", "Missing"})
    void leavesOutAProviderThatFails(String provider) throws Exception {
        String reason =
                switch (provider) {
                    case "ThrowsAtOnce" ->
                        "one that does not load: io.github.bn4j.engine.EngineProvider: Provider "
                                + nameOf(provider)
                                + " could not be instantiated (java.lang.UnsupportedOperationException: not today)";
                    case "ThrowsAsItIsAsked" ->
                        "that of " + nameOf(provider) + ", which failed: java.lang.UnsatisfiedLinkError: no driver";
                    case "ThrowsAtLast" ->
                        "that of " + nameOf(provider)
                                + ", which failed: java.lang.IllegalStateException: out of devices";
                    default ->
                        "one that does not load: io.github.bn4j.engine.EngineProvider: Provider " + nameOf(provider)
                                + " not found";
                };

        assertThat(fastest(DataType.DOUBLE, provider)).hasToString("ND4J instead of " + reason);
        assertThat(fastest(DataType.FLOAT, provider, "Fast")).hasToString("Fast instead of " + reason);
        assertThat(fastest(DataType.FLOAT, provider, "Absent", "Fast"))
                .asString()
                .contains(
                        "instead of ",
                        "; and of ",
                        reason,
                        "of Absent, which cannot run here: there is no such device");
    }

    /** As in a jar that was packed from others without their services. */
    @Test
    void saysWhatIsMissingWithoutItsOwnServices() throws Exception {
        Path classes = Path.of(FoundEngines.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        try (Stream<Path> files = Files.walk(classes)) {
            for (Path file : files.filter(file -> !file.startsWith(classes.resolve("META-INF")))
                    .toList()) {
                Path copy = folder.resolve(classes.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(copy);
                } else {
                    Files.copy(file, copy);
                }
            }
        }
        String others = Stream.of(ChildProcess.CLASS_PATH.split(Pattern.quote(File.pathSeparator)))
                .filter(entry -> !Path.of(entry).equals(classes))
                .collect(Collectors.joining(File.pathSeparator));

        assertThat(trainDigits(1, others + File.pathSeparator + folder))
                .contains("java.lang.IllegalStateException: Engine expects the file META-INF/services/"
                        + "io.github.bn4j.engine.BuiltInEngines of bn4j on the class path but got none; keep"
                        + " META-INF/services when jars are packed into one");
    }

    /** As users have it: another jar, or folder, on the class path. */
    @Test
    void trainsOnAStrangersEngineThatTheClassPathBrings() throws Exception {
        offer("Fast");

        assertThat(trainDigits(0, ChildProcess.CLASS_PATH + File.pathSeparator + folder))
                .isEqualToIgnoringNewLines("trained well on Fast");
    }

    private String trainDigits(int status, String classPath) throws Exception {
        return ChildProcess.run(
                status,
                folder,
                new ProcessBuilder(
                        ChildProcess.program("java"),
                        "-XX:+IgnoreUnrecognizedVMOptions",
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-cp",
                        classPath,
                        TrainDigits.class.getName()));
    }
}
