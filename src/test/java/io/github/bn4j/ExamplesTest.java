package io.github.bn4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The programs of docs/examples.md print what the page shows. Words and whole numbers are the same; measured numbers, which
 * have a decimal point, may differ by what another machine, engine or number of threads makes of them.
 */
class ExamplesTest {

    private static final double TOLERANCE = 0.1;
    private static final Pattern MEASURED = Pattern.compile("\\d+\\.\\d+");

    @ParameterizedTest
    @ValueSource(
            strings = {"TabularRegression", "ResidualNetwork", "SmallBatches", "FineTuning", "CustomLayer", "CustomOp"})
    void printsWhatThePageShows(String example) throws Exception {
        String shown = shown(example);
        String printed = run(example);

        assertThat(words(printed)).isEqualTo(words(shown));
        List<Double> expected = numbers(shown);
        List<Double> actual = numbers(printed);
        for (int i = 0; i < expected.size(); i++) {
            double allowed = Math.max(TOLERANCE, TOLERANCE * expected.get(i));
            assertThat(actual.get(i)).as(printed).isCloseTo(expected.get(i), within(allowed));
        }
    }

    /** The first text block behind the link to the program. */
    private static String shown(String example) throws Exception {
        String page = Files.readString(Path.of("docs/examples.md"));
        int link = page.indexOf("src/main/java/io/github/bn4j/example/" + example + ".java)");
        assertThat(link).as("link to " + example).isPositive();
        int start = page.indexOf("```text\n", link) + "```text\n".length();
        return page.substring(start, page.indexOf("```", start));
    }

    private static String run(String example) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PrintStream before = System.out;
        try (PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8)) {
            System.setOut(out);
            Class.forName("io.github.bn4j.example." + example)
                    .getMethod("main", String[].class)
                    .invoke(null, (Object) new String[0]);
        } finally {
            System.setOut(before);
        }
        return bytes.toString(StandardCharsets.UTF_8).replace("\r", "");
    }

    private static String words(String text) {
        return MEASURED.matcher(text).replaceAll("#");
    }

    private static List<Double> numbers(String text) {
        return MEASURED.matcher(text)
                .results()
                .map(MatchResult::group)
                .map(Double::valueOf)
                .toList();
    }
}
