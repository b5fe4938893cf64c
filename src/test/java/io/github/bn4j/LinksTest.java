package io.github.bn4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every relative link of the documentation leads to a file, and every anchor to a heading. */
class LinksTest {

    private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)|(?:src|href)=\"([^\"]+)\"");
    private static final Pattern CODE = Pattern.compile("```.*?```|`[^`\\n]*`", Pattern.DOTALL);
    private static final Pattern HEADING = Pattern.compile("^#{1,6} +(.*?)\\s*$", Pattern.MULTILINE);

    private static List<Path> pages() throws IOException {
        List<Path> pages = new ArrayList<>(List.of(Path.of("README.md")));
        for (String folder : List.of("docs", ".github")) {
            try (Stream<Path> files = Files.walk(Path.of(folder))) {
                files.filter(file -> file.toString().endsWith(".md")).sorted().forEach(pages::add);
            }
        }
        return pages;
    }

    private static List<String> links(String markdown) {
        return LINK.matcher(CODE.matcher(markdown).replaceAll(""))
                .results()
                .map(found -> found.group(1) == null ? found.group(2) : found.group(1))
                .toList();
    }

    /** What GitHub, and the site, make of the headings of a page: a second one of the same text gets -1, and so on. */
    private static Set<String> anchors(String markdown) {
        String text =
                Pattern.compile("```.*?```", Pattern.DOTALL).matcher(markdown).replaceAll("");
        Set<String> anchors = new LinkedHashSet<>();
        Matcher heading = HEADING.matcher(text);
        while (heading.find()) {
            String slug = heading.group(1)
                    .replaceAll("\\[([^\\]]*)]\\([^)]*\\)", "$1")
                    .toLowerCase(Locale.ROOT)
                    .replaceAll("[^\\p{L}\\p{N}\\p{M}\\p{Pc}\\- ]", "")
                    .replace(' ', '-');
            String unique = slug;
            for (int i = 1; !anchors.add(unique); i++) {
                unique = slug + "-" + i;
            }
        }
        return anchors;
    }

    /** What is wrong with a link on a page, or an empty string. */
    private static String problem(Path page, String link) throws IOException {
        URI uri = URI.create(link);
        if (uri.isAbsolute()) {
            return "";
        }
        Path folder = page.toAbsolutePath().getParent();
        Path target = uri.getPath().isEmpty()
                ? page.toAbsolutePath()
                : folder.resolve(uri.getPath()).normalize();
        if (!Files.exists(target)) {
            return page + " links to " + link + ", which does not exist";
        }
        boolean found =
                uri.getFragment() == null || anchors(Files.readString(target)).contains(uri.getFragment());
        return found ? "" : page + " links to " + link + ", but that page has no such heading";
    }

    @Test
    void leadSomewhere() throws IOException {
        List<String> problems = new ArrayList<>();
        int seen = 0;
        for (Path page : pages()) {
            for (String link : links(Files.readString(page))) {
                problems.add(problem(page, link));
                seen++;
            }
        }
        problems.removeIf(String::isEmpty);
        assertThat(problems).isEmpty();
        assertThat(seen).isGreaterThan(20);
    }

    @Test
    void findsWhatLeadsNowhere() throws IOException {
        Path guide = Path.of("docs/guide.md");

        assertThat(problem(guide, "nowhere.md")).isEqualTo(guide + " links to nowhere.md, which does not exist");
        assertThat(problem(guide, "biases.md#nothing"))
                .isEqualTo(guide + " links to biases.md#nothing, but that page has no such heading");
        assertThat(problem(guide, "biases.md#what-is-missed")).isEmpty();
        assertThat(anchors("# A `b`, c!\n## A b c\n```\n# code\n```\n")).containsExactly("a-b-c", "a-b-c-1");
    }

    /** {@code Name.java} stands for any name. */
    @Test
    void theFilesThatTheArchitectureNamesExist() throws IOException {
        List<Path> named = Pattern.compile("`([a-z][A-Za-z/]*/[A-Z][A-Za-z0-9]*\\.java)`")
                .matcher(Files.readString(Path.of("docs", "architecture.md")))
                .results()
                .map(found -> Path.of("src/main/java/io/github/bn4j", found.group(1)))
                .filter(path -> !path.endsWith("Name.java"))
                .toList();

        assertThat(named).hasSizeGreaterThan(15).allMatch(Files::exists);
    }

    @Test
    void eachDecisionHasANumberOfItsOwn() throws IOException {
        List<Integer> numbers = new ArrayList<>();
        try (Stream<Path> files = Files.list(Path.of("docs", "decisions"))) {
            for (Path page : files.sorted().toList()) {
                Matcher name = Pattern.compile("(\\d{4})-.*")
                        .matcher(page.getFileName().toString());
                if (name.matches()) {
                    int number = Integer.parseInt(name.group(1));
                    assertThat(Files.readString(page)).matches("(?s)# 0*" + number + "\\D.*");
                    numbers.add(number);
                }
            }
        }

        assertThat(numbers)
                .containsExactlyElementsOf(
                        IntStream.rangeClosed(1, numbers.size()).boxed().toList());
    }
}
