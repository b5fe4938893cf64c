package io.github.bn4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Javadoc says what a method does and what a setting means. */
class JavadocTest {

    private static final Pattern NO_VERB = Pattern.compile(
            "/\\*\\*\\s+(?:\\*\\s+)?(?:The same(?=,| (?:with|that|as|but|for|on|from|in)\\b)|A copy with\\b)[^.]*");
    private static final Pattern EMPTY =
            Pattern.compile("/\\*\\* (?:(?:Checks|Copies) [\\w ]{1,24}|Refuses null)\\. \\*/(?=\\s+"
                    + "(?:public |private |protected )?[A-Z]\\w* \\{)");

    private static List<String> found(Pattern pattern, String source) {
        return pattern.matcher(source).results().map(match -> match.group()).toList();
    }

    private static List<Path> sources() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void opensWithAVerbOrAThing() throws IOException {
        for (Path file : sources()) {
            assertThat(found(NO_VERB, Files.readString(file)))
                    .as(file + ": say what the setting does, with unit and default")
                    .isEmpty();
        }
    }

    @Test
    void saysNothingOfConstructorsThatOnlyCheckOrCopy() throws IOException {
        for (Path file : sources()) {
            assertThat(found(EMPTY, Files.readString(file)))
                    .as(file + ": say which values are allowed at the record's components, and nothing here")
                    .isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/** The same with another stride. */ | 1",
                "/** The same, from a folder. */      | 1",
                "/** A copy with another seed. */     | 1",
                "/** The same shape as a list. */     | 0",
                "/** Sets the stride. */              | 0"
            })
    void seesSentencesWithoutAVerb(String javadoc, int expected) {
        assertThat(found(NO_VERB, javadoc)).hasSize(expected);
        assertThat(found(NO_VERB, javadoc.replace("/** ", "/**\n     * "))).hasSize(expected);
    }

    @Test
    void seesEmptyComments() {
        assertThat(found(EMPTY, "    /** Checks the numbers. */\n    public Conv2d {\n"))
                .hasSize(1);
        assertThat(found(EMPTY, "    /** Copies the list. */\n    Concat {\n")).hasSize(1);
        assertThat(found(EMPTY, "    /** Checks the numbers. */\n    static void check() {\n"))
                .isEmpty();
    }
}
