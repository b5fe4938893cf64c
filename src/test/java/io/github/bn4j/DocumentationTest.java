package io.github.bn4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import jdk.jshell.JShell;
import jdk.jshell.SnippetEvent;
import jdk.jshell.SourceCodeAnalysis.CompletionInfo;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Runs every Java block of the documentation, page by page, each page in a JShell session of its own. */
class DocumentationTest {

    private static final Pattern BLOCK = Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL);

    @ParameterizedTest
    @CsvSource({"README.md, 1", "docs/guide.md, 5", "docs/adding-a-layer.md, 3"})
    void runs(String page, int blocks) throws IOException {
        Matcher matcher = BLOCK.matcher(Files.readString(Path.of(page)));
        List<String> found = new ArrayList<>();
        while (matcher.find()) {
            found.add(matcher.group(1));
        }
        assertThat(found).hasSizeGreaterThanOrEqualTo(blocks);
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        try (JShell shell =
                JShell.builder().remoteVMOptions("-Xmx1g", "-cp", classPath).build()) {
            shell.addToClasspath(classPath);
            found.forEach(block -> evaluate(shell, block));
            assertThat(shell.variables()).isNotEmpty();
            shell.variables()
                    .filter(variable -> variable.name().equals("right"))
                    .forEach(variable -> assertThat(shell.varValue(variable)).isEqualTo("true"));
        }
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
                assertThat(event.status().isActive())
                        .as(info.source() + problems)
                        .isTrue();
            }
            rest = info.remaining();
        }
    }
}
