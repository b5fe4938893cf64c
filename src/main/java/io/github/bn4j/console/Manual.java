package io.github.bn4j.console;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
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

    /** How many pages, from the first, are of no library, tool or trouble in particular. */
    private static final int GENERAL = PAGES.indexOf("jshell.md");

    private static final int MOST_OTHERS = 4;
    private static final int MOST_LINES = 14;
    private static final int LEAST_STEM = 4;
    private static final Pattern ENDING = Pattern.compile("(ing|ed|es|s|e)$");
    private static final Pattern DOUBLED = Pattern.compile("(?<=([bdgmnprt]))\\1$");
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

        /**
         * How much it is about some words; 0 if one of them does not occur. A heading that has all of them says most, the more so the less
         * else it has; then code that calls them, and words that stand beside each other.
         */
        int about(List<String> words) {
            int all = 0;
            for (String word : words) {
                int here = 20 * blocksThat(block -> calls(block, word))
                        + 5 * blocksThat(block -> contains(block, word))
                        + Math.min(20, count(text, word))
                        + (contains(heading, word) ? 1 : 0);
                if (here == 0) {
                    return 0;
                }
                all += here;
            }
            all /= words.size();
            if (words.size() > 1) {
                String joined = String.join("", words);
                all += 30 * blocksThat(block -> calls(block, joined))
                        + 10 * blocksThat(block -> together(block, words) > 0)
                        + Math.min(60, 15 * together(text, words));
            }
            if (words.stream().allMatch(word -> contains(heading, word))) {
                all += 100 + 100 * words.size() / heading.strip().split("\\W+").length;
            }
            return PAGES.indexOf(page) < GENERAL ? all : (all + 1) / 2;
        }

        private int blocksThat(Predicate<String> fit) {
            return (int) blocks.stream().filter(fit).count();
        }

        private static boolean contains(String text, String word) {
            return count(text, word) > 0;
        }

        private static int count(String text, String word) {
            return matches(text, pattern(word));
        }

        /** How often words follow each other, also as one name of code. */
        private static int together(String text, List<String> words) {
            return matches(text, words.stream().map(Section::pattern).collect(Collectors.joining("\\w*[\\s_-]*")));
        }

        private static int matches(String text, String pattern) {
            return (int) Pattern.compile("(?iu)(?<!\\p{L})" + pattern)
                    .matcher(text)
                    .results()
                    .count();
        }

        /** A word in its forms, with s for z as the pages have it. */
        private static String pattern(String word) {
            return Pattern.quote(stem(word)).replaceAll("(?i)i[sz]", "i\\\\E[sz]\\\\Q");
        }

        private static boolean calls(String block, String word) {
            return Pattern.compile("(?i)\\b" + Pattern.quote(word) + "\\(")
                    .matcher(block)
                    .find();
        }

        /** The block that calls, or else has, most of the words; the text where there is none. */
        String shown(List<String> words) {
            return blocks.stream()
                    .max(Comparator.comparingLong((String block) -> Math.min(1, together(block, words))
                                    + words.stream()
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
        String stem = DOUBLED.matcher(ENDING.matcher(word).replaceFirst("")).replaceFirst("");
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
