package io.github.bn4j.console;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The documentation by topic: which section is about some words, and the code in it. */
final class Manual {

    /** From those that show how to those that explain: of sections that fit as well the first one is shown. */
    static final List<String> PAGES = List.of(
            "guide.md",
            "training.md",
            "networks.md",
            "data.md",
            "recipes.md",
            "batchnorm.md",
            "biases.md",
            "tracking.md",
            "pictures.md",
            "inside.md",
            "serving.md",
            "files.md",
            "models.md",
            "engines.md",
            "jshell.md",
            "pytorch.md",
            "onnx.md",
            "lint.md",
            "spark.md",
            "adding-a-layer.md",
            "troubleshooting.md",
            "why.md",
            "numerics.md",
            "install.md",
            "examples.md");

    private static final int MOST_OTHERS = 4;
    private static final int MOST_LINES = 14;
    private static final int LEAST_STEM = 4;
    private static final Pattern ENDING = Pattern.compile("(ing|ed|es|s|e)$");
    private static final Pattern HEADING = Pattern.compile("#{1,3} .*");

    /**
     * A part of a page under a heading of its own.
     *
     * @param text without code
     * @param blocks of Java
     */
    private record Section(String page, String heading, String text, List<String> blocks) {

        /** Where it is, as a link of the documentation. */
        String place() {
            String anchor = heading.toLowerCase(Locale.ROOT)
                    .replaceAll("[^\\p{L}\\p{N} _-]", "")
                    .replace(' ', '-');
            return heading + " (docs/" + page + "#" + anchor + ")";
        }

        /** How much it is about some words; 0 if one of them does not occur. */
        int about(List<String> words) {
            int all = 0;
            for (String word : words) {
                int here = (contains(heading, word) ? 100 : 0)
                        + 20
                                * (int) blocks.stream()
                                        .filter(block -> calls(block, word))
                                        .count()
                        + 5
                                * (int) blocks.stream()
                                        .filter(block -> contains(block, word))
                                        .count()
                        + Math.min(20, count(text, word));
                if (here == 0) {
                    return 0;
                }
                all += here;
            }
            return all;
        }

        private static boolean contains(String text, String word) {
            return count(text, word) > 0;
        }

        private static int count(String text, String word) {
            return (int) Pattern.compile("(?iu)(?<!\\p{L})" + Pattern.quote(stem(word)))
                    .matcher(text)
                    .results()
                    .count();
        }

        private static boolean calls(String block, String word) {
            return Pattern.compile("(?i)\\b" + Pattern.quote(word) + "\\(")
                    .matcher(block)
                    .find();
        }

        /** The block that calls, or else has, most of the words; the text where there is none. */
        String shown(List<String> words) {
            return blocks.stream()
                    .max(Comparator.comparingLong((String block) -> words.stream()
                                                    .filter(word -> calls(block, word))
                                                    .count()
                                            * words.size()
                                    + words.stream()
                                            .filter(word -> contains(block, word))
                                            .count())
                            .thenComparingInt(block -> -blocks.indexOf(block)))
                    .orElseGet(() -> text.strip().lines().limit(MOST_LINES).collect(Collectors.joining("\n")));
        }
    }

    private final List<Section> sections = new ArrayList<>();

    /**
     * The documentation.
     *
     * @param read gives a page by its name
     */
    Manual(UnaryOperator<String> read) {
        PAGES.forEach(page -> addSections(page, read.apply(page)));
    }

    private void addSections(String page, String text) {
        String heading = page;
        StringBuilder prose = new StringBuilder();
        List<String> blocks = new ArrayList<>();
        StringBuilder code = null;
        boolean isJava = false;
        for (String line : text.lines().toList()) {
            if (line.startsWith("```")) {
                if (code != null && isJava) {
                    blocks.add(code.toString());
                }
                isJava = line.equals("```java");
                code = code == null ? new StringBuilder() : null;
            } else if (code != null) {
                code.append(line).append('\n');
            } else if (HEADING.matcher(line).matches()) {
                sections.add(new Section(page, heading, prose.toString(), List.copyOf(blocks)));
                heading = line.replaceFirst("#+ ", "");
                prose.setLength(0);
                blocks.clear();
            } else {
                prose.append(line).append('\n');
            }
        }
        sections.add(new Section(page, heading, prose.toString(), List.copyOf(blocks)));
    }

    private static String stem(String word) {
        String stem = ENDING.matcher(word).replaceFirst("");
        return stem.length() < LEAST_STEM ? word : stem;
    }

    /** What the documentation has about a topic: the code of the section that is most about it, and where else to look. */
    String about(String topic) {
        List<String> words = Arrays.stream(
                        topic.replaceAll("[^\\p{L}\\p{N}]+", " ").strip().split(" "))
                .filter(word -> !word.isEmpty())
                .toList();
        Map<Section, Integer> found = new LinkedHashMap<>();
        if (!words.isEmpty()) {
            sections.forEach(section -> found.put(section, section.about(words)));
        }
        List<Section> best = found.entrySet().stream()
                .filter(section -> section.getValue() > 0)
                .sorted(Map.Entry.<Section, Integer>comparingByValue().reversed())
                .map(Map.Entry::getKey)
                .toList();
        if (best.isEmpty()) {
            return "Nothing is said about \"" + topic
                    + "\"; try a word of the field, such as help(\"freeze\"), help(\"learning rate\") or"
                    + " help(\"padding\"), or help() for a tour\n";
        }
        Section first = best.get(0);
        return first.place() + "\n\n"
                + first.shown(words)
                        .lines()
                        .map(line -> line.isEmpty() ? line : "    " + line)
                        .collect(Collectors.joining("\n"))
                + "\n"
                + (best.size() == 1
                        ? ""
                        : "\nSee also "
                                + best.subList(1, Math.min(best.size(), 1 + MOST_OTHERS)).stream()
                                        .map(Section::place)
                                        .collect(Collectors.joining(", "))
                                + "\n");
    }
}
