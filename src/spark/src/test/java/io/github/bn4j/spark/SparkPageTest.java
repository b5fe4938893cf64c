package io.github.bn4j.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import jdk.jshell.JShell;
import jdk.jshell.Snippet;
import jdk.jshell.SnippetEvent;
import jdk.jshell.SourceCodeAnalysis.CompletionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Runs every Java block of docs/spark.md, in one JShell. */
@Timeout(240)
class SparkPageTest {

    private static final Pattern BLOCK = Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL);

    /** Of the project that this one lies in, also where it is built as a copy. */
    private static final Path PAGE = Path.of("docs", "spark.md");

    private static Path page() {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.exists(folder.resolve(PAGE))) {
            folder = folder.getParent();
        }
        return folder.resolve(PAGE);
    }

    @Test
    void runs() throws IOException {
        List<String> blocks = new ArrayList<>();
        Matcher matcher = BLOCK.matcher(Files.readString(page()));
        while (matcher.find()) {
            blocks.add(matcher.group(1));
        }
        assertThat(blocks).hasSizeGreaterThanOrEqualTo(5);
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        List<String> options = new ArrayList<>(List.of("-Xmx1g", "-cp", classPath));
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(option -> option.startsWith("--add-opens"))
                .forEach(options::add);
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        try (JShell shell = JShell.builder()
                .out(new PrintStream(printed, true, StandardCharsets.UTF_8))
                .err(new PrintStream(printed, true, StandardCharsets.UTF_8))
                .remoteVMOptions(options.toArray(String[]::new))
                .build()) {
            shell.addToClasspath(classPath);
            for (String block : blocks) {
                evaluate(shell, block, printed);
                shell.variables()
                        .filter(variable -> variable.name().equals("right"))
                        .forEach(variable ->
                                assertThat(shell.varValue(variable)).as(block).isEqualTo("true"));
            }
        }
        assertThat(printed.toString(StandardCharsets.UTF_8)).contains("3 epochs", "workers", "synchronous");
    }

    private static void evaluate(JShell shell, String block, ByteArrayOutputStream printed) {
        String rest = block;
        while (!rest.isBlank()) {
            CompletionInfo info = shell.sourceCodeAnalysis().analyzeCompletion(rest);
            assertThat(info.completeness().isComplete()).as(rest).isTrue();
            for (SnippetEvent event : shell.eval(info.source())) {
                String problems = shell.diagnostics(event.snippet())
                        .map(diagnostic -> diagnostic.getMessage(java.util.Locale.ROOT))
                        .toList()
                        .toString();
                assertThat(event.exception()).as(info.source() + printed).isNull();
                assertThat(event.status().isActive() || event.status() == Snippet.Status.OVERWRITTEN)
                        .as(info.source() + problems)
                        .isTrue();
            }
            rest = info.remaining();
        }
    }
}
