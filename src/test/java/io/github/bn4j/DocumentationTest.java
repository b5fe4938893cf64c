package io.github.bn4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Runs every Java block of the documentation, page by page, each page in a JShell session of its own. What a page shows as
 * text must have been printed.
 */
class DocumentationTest {

    static List<String> blocks(String language, String page) throws IOException {
        Matcher matcher = Pattern.compile("```" + language + "\\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(Path.of(page)));
        List<String> found = new ArrayList<>();
        while (matcher.find()) {
            found.add(matcher.group(1));
        }
        return found;
    }

    @ParameterizedTest
    @CsvSource({
        "README.md, 1, 1",
        "docs/guide.md, 6, 0",
        "docs/networks.md, 5, 3",
        "docs/models.md, 5, 3",
        "docs/training.md, 4, 3",
        "docs/recipes.md, 27, 26",
        "docs/tracking.md, 4, 2",
        "docs/why.md, 3, 3",
        "docs/troubleshooting.md, 14, 13",
        "docs/data.md, 8, 5",
        "docs/serving.md, 3, 2",
        "docs/biases.md, 5, 2",
        "docs/pytorch.md, 3, 1",
        "docs/onnx.md, 2, 1",
        "docs/batchnorm.md, 4, 3",
        "docs/inside.md, 6, 4",
        "docs/pictures.md, 4, 1",
        "docs/engines.md, 4, 1",
        "docs/jshell.md, 4, 1",
        "docs/files.md, 1, 0",
        "docs/adding-a-layer.md, 3, 0"
    })
    void runs(String page, int blocks, int texts) throws IOException {
        List<String> found = blocks("java", page);
        List<String> shown = blocks("text", page);
        assertThat(found).hasSizeGreaterThanOrEqualTo(blocks);
        assertThat(shown).hasSizeGreaterThanOrEqualTo(texts);
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        try (JShell shell = JShell.builder()
                .out(new PrintStream(printed, true, StandardCharsets.UTF_8))
                .remoteVMOptions("-Xmx1g", "-Dstdout.encoding=UTF-8", "-Dfile.encoding=UTF-8", "-cp", classPath)
                .build()) {
            shell.addToClasspath(classPath);
            for (String block : found) {
                evaluate(shell, block);
                shell.variables()
                        .filter(variable -> variable.name().equals("right"))
                        .forEach(variable ->
                                assertThat(shell.varValue(variable)).as(block).isEqualTo("true"));
            }
            assertThat(shell.variables()).isNotEmpty();
        }
        String output = printed.toString(StandardCharsets.UTF_8).replace("\r", "");
        shown.forEach(text -> assertThat(output).contains(text));
    }

    private static void evaluate(JShell shell, String block) {
        String rest = block;
        while (!rest.isBlank()) {
            CompletionInfo info = shell.sourceCodeAnalysis().analyzeCompletion(rest);
            assertThat(info.completeness().isComplete()).as(rest).isTrue();
            for (SnippetEvent event : shell.eval(info.source())) {
                String problems = shell.diagnostics(event.snippet())
                        .map(diagnostic -> diagnostic.getMessage(java.util.Locale.ROOT))
                        .toList()
                        .toString();
                assertThat(event.exception()).as(info.source()).isNull();
                // A page may use a name again, such as "right".
                assertThat(event.status().isActive() || event.status() == Snippet.Status.OVERWRITTEN)
                        .as(info.source() + problems)
                        .isTrue();
            }
            rest = info.remaining();
        }
    }
}
