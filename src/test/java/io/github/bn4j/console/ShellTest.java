package io.github.bn4j.console;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import io.github.bn4j.ChildProcess;
import io.github.bn4j.PublicApi;
import io.github.bn4j.console.internal.InterruptingExecution;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import jdk.jshell.JShell;
import jdk.jshell.Snippet;
import jdk.jshell.SnippetEvent;
import jdk.jshell.SourceCodeAnalysis;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The shell, in processes of their own with typed lines piped in. */
class ShellTest {

    private static final Path RESOURCES = Path.of("src/main/resources/io/github/bn4j/console");

    @TempDir
    Path folder;

    /** The second start finds the settings that the first one retained. */
    @Test
    void runsTheTourWithoutNoise() throws Exception {
        String tour = Files.readString(RESOURCES.resolve("tour.txt"));
        String model = folder.resolve("digits.safetensors").toString().replace("\\", "\\\\");
        Path script = Files.writeString(
                folder.resolve("tour.jsh"), tour.replace("digits.safetensors", model) + "\nagain.engine()\nhelp()\n");

        String output = shell(script);

        assertThat(output)
                .startsWith("bn4j, networks in float32 run on ")
                .contains("Type help() for a tour, /exit to leave.")
                .contains("conv2d_1       Conv2d(16, 3×3, SAME)  [16, 8, 8]        144         dropped")
                .contains("dense_1   on (pointless)")
                .contains("conv2d_1.bias  outputs ", "redundant, as reported")
                .containsPattern(
                        "epoch 3: loss 0\\.\\d{4}, validation loss 0\\.\\d{4}, validation accuracy 0\\.9\\d{3}")
                .containsPattern("Evaluation\\[359 examples, accuracy 0\\.9\\d{3}]")
                .contains("batchnorm2d_1.runningMean [16] (state)")
                .contains("largest relative error ")
                .contains(tour);
        assertThat(folder.resolve("digits.safetensors")).exists();
        assertQuiet(output);

        Path second = Files.writeString(folder.resolve("second.jsh"), "6 * 7\nint kept = 1\nnope\n/exit\n");
        assertThat(shell(second).lines().filter(line -> !line.isBlank()).map(ShellTest::withoutPrompts))
                .containsSubsequence("42", "|  Error:", "|    symbol:   variable nope")
                .noneMatch(line -> line.contains("Welcome to JShell") || line.contains("==>"));
    }

    /** As a cell of a notebook, in which nothing but a semicolon ends a statement. */
    @Test
    void takesTheTourInOnePiece() throws Exception {
        String tour = Files.readString(RESOURCES.resolve("tour.txt"));
        try (JShell shell = JShell.builder().executionEngine("local").build()) {
            shell.addToClasspath(ChildProcess.CLASS_PATH);
            String rest = Files.readString(RESOURCES.resolve("startup.jsh")).replaceAll("(?m)^(System|Progress).*", "")
                    + tour.replace(
                            "digits.safetensors",
                            folder.resolve("tour.safetensors").toString().replace("\\", "\\\\"));
            while (!rest.isBlank()) {
                SourceCodeAnalysis.CompletionInfo statement =
                        shell.sourceCodeAnalysis().analyzeCompletion(rest);
                assertThat(statement.completeness().isComplete()).as(rest).isTrue();
                for (SnippetEvent event : shell.eval(statement.source())) {
                    assertThat(event.status()).as(statement.source()).isEqualTo(Snippet.Status.VALID);
                    assertThat(event.exception()).as(statement.source()).isNull();
                }
                rest = statement.remaining();
            }
        }
        assertThat(folder.resolve("tour.safetensors")).exists();
    }

    private static String value(JShell shell, String snippet) {
        List<SnippetEvent> events = shell.eval(snippet);
        assertThat(events).extracting(SnippetEvent::status).as(snippet).containsOnly(Snippet.Status.VALID);
        assertThat(events.get(0).exception()).as(snippet).isNull();
        return String.valueOf(events.get(0).value());
    }

    /** What the tool does at Ctrl-C, as soon as the snippet that is under way has said that it runs. */
    private static Thread stops(JShell shell, int times) {
        System.clearProperty("bn4j.test.runs");
        Thread thread = new Thread(() -> {
            for (int time = 0; time < times; time++) {
                while (!Boolean.getBoolean("bn4j.test.runs")) {
                    Thread.onSpinWait();
                }
                shell.stop();
            }
        });
        thread.start();
        return thread;
    }

    @Test
    void endsATrainingWithItsHistoryAtCtrlC() throws Exception {
        try (JShell shell = JShell.builder()
                .executionEngine(new InterruptingExecution(), Map.of())
                .build()) {
            shell.addToClasspath(ChildProcess.CLASS_PATH);
            for (String line : List.of(
                    "import io.github.bn4j.*;",
                    "import io.github.bn4j.data.*;",
                    "import io.github.bn4j.train.*;",
                    "Network net = Network.input(1, 8, 8).flatten().dense(13).batchNorm1d().dense(10).build(1);",
                    "class Runs implements TrainingListener { public void onEpoch(EpochEvent epoch) {"
                            + " System.setProperty(\"bn4j.test.runs\", \"true\"); } }")) {
                value(shell, line);
            }
            Thread first = stops(shell, 1);
            value(
                    shell,
                    "History history = net.trainer().loss(Loss.softmaxCrossEntropy()).epochs(1_000_000)"
                            + ".listener(new Runs()).fit(Digits.load().slice(0, 100));");
            first.join();
            assertThat(value(shell, "history.endedEarly().get()")).endsWith(": the thread was interrupted\"");
            assertThat(value(shell, "history.epochs().size() > 0")).isEqualTo("true");
            assertThat(value(shell, "Thread.currentThread().isInterrupted()")).isEqualTo("false");

            // What does not look at interrupts ends at the second Ctrl-C.
            Thread second = stops(shell, 2);
            shell.eval("while (true) { System.setProperty(\"bn4j.test.runs\", \"true\"); }");
            second.join();
            assertThat(value(shell, "6 * 7")).isEqualTo("42");
        } finally {
            System.clearProperty("bn4j.test.runs");
        }
    }

    /** For those who have a jar and prefer the jshell of their JDK. */
    @Test
    void startsInThePlainJshellTool() throws Exception {
        Path script = Files.writeString(folder.resolve("plain.jsh"), "Network.input(3).dense(4)\nhelp()\n/exit\n");
        String output = run(
                script,
                ChildProcess.program("jshell"),
                "-J-Djava.util.prefs.userRoot=" + folder,
                "-J-Xmx256m",
                "-R-Xmx256m",
                "--feedback=concise",
                "--class-path=" + ChildProcess.CLASS_PATH,
                "--startup=" + RESOURCES.resolve("startup.jsh"));
        assertThat(output).contains("Network.input([3]) Sequence(Dense(4))", "A tour of bn4j,");
    }

    @Test
    void importsEveryPackageAndNoNameTwice() throws Exception {
        String startup = Files.readString(RESOURCES.resolve("startup.jsh"));
        List<String> imported = Pattern.compile("import ([a-z0-9.]+)\\.\\*;")
                .matcher(startup)
                .results()
                .map(result -> result.group(1))
                .toList();
        List<JavaClass> types =
                PublicApi.types().stream().filter(JavaClass::isTopLevelClass).toList();
        assertThat(types.stream()
                        .map(JavaClass::getPackageName)
                        .filter(name -> !name.matches(".*\\.(example|command|engine\\.(nd4j|onednn|replica))"))
                        .distinct())
                .as("packages with public types; import the new one in startup.jsh")
                .hasSizeGreaterThan(10)
                .isSubsetOf(imported);

        List<String> names = new ArrayList<>(names(types, imported));
        names.addAll(singleImports(startup));
        for (String name : imported) {
            names.addAll(namesInTheJdk(name));
        }
        names.addAll(namesInTheJdk("java.lang"));
        Map<String, Long> counts = names.stream().collect(Collectors.groupingBy(name -> name, Collectors.counting()));
        assertThat(counts).hasSizeGreaterThan(300);
        assertThat(counts.entrySet().stream().filter(count -> count.getValue() > 1))
                .as("names that are ambiguous in the shell; import one of them by name in startup.jsh")
                .isEmpty();
    }

    private static List<String> names(List<JavaClass> types, List<String> packages) {
        return types.stream()
                .filter(type -> packages.contains(type.getPackageName()))
                .map(JavaClass::getSimpleName)
                .toList();
    }

    private static List<String> singleImports(String startup) {
        Matcher matcher = Pattern.compile("import [a-z0-9.]+\\.([A-Z]\\w*);").matcher(startup);
        return matcher.results().map((MatchResult result) -> result.group(1)).toList();
    }

    private static List<String> namesInTheJdk(String name) throws IOException {
        Path folder =
                FileSystems.getFileSystem(URI.create("jrt:/")).getPath("modules", "java.base", name.replace('.', '/'));
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(file -> file.matches("[A-Za-z]+\\.class"))
                    .map(file -> file.replace(".class", ""))
                    .filter(simple -> isPublic(name + "." + simple))
                    .toList();
        }
    }

    private static boolean isPublic(String name) {
        try {
            return java.lang.reflect.Modifier.isPublic(
                    Class.forName(name, false, null).getModifiers());
        } catch (ClassNotFoundException missing) {
            throw new AssertionError(missing);
        }
    }

    private String shell(Path script) throws Exception {
        return run(script, command(folder).toArray(String[]::new));
    }

    /** What starts a shell that has its preferences in a folder. */
    static List<String> command(Path preferences) {
        return List.of(
                ChildProcess.program("java"),
                "-Xmx512m",
                "-XX:+IgnoreUnrecognizedVMOptions",
                "--enable-native-access=ALL-UNNAMED",
                "-Dfile.encoding=UTF-8",
                "-Dstdout.encoding=UTF-8",
                "-Djava.util.prefs.userRoot=" + preferences,
                "-cp",
                ChildProcess.CLASS_PATH,
                Shell.class.getName());
    }

    private static void assertQuiet(String output) {
        assertThat(output).doesNotContain("WARNING", "SLF4J", "INFO", "Exception", "Error", "Welcome to JShell", "==>");
    }

    private static String withoutPrompts(String line) {
        return line.replace("bn4j> ", "");
    }

    private String run(Path input, String... command) throws Exception {
        return ChildProcess.run(0, folder, new ProcessBuilder(command).redirectInput(input.toFile()));
    }
}
