package io.github.bn4j.diagnose;

import io.github.bn4j.text.Text;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Whether a network is fit to be trained: what was checked before hours go into it. Prints as a table.
 *
 * @param examples size of the data set
 * @param checks one per check
 */
public record SanityReport(int examples, List<Check> checks) {

    /** What a check comes to. */
    public enum Verdict {
        /** All is well. */
        PASSED,
        /** Nothing is wrong for sure, but worth knowing. */
        NOTED,
        /** Training would not work, or not do what it should. */
        FAILED,
        /** There was nothing to check. */
        SKIPPED
    }

    /**
     * One check.
     *
     * @param name what was checked, such as {@code gradients}
     * @param verdict what it comes to
     * @param numbers what was measured, by name
     * @param finding what was seen, as a clause
     * @param advice what to do, as a clause; empty if nothing has to be done
     */
    public record Check(String name, Verdict verdict, Map<String, Double> numbers, String finding, String advice) {

        /** Keeps the order. */
        public Check {
            numbers = Collections.unmodifiableMap(new LinkedHashMap<>(numbers));
        }

        @Override
        public String toString() {
            return name + " " + word() + ": " + text();
        }

        String word() {
            return verdict.name().toLowerCase(Locale.ROOT);
        }

        String text() {
            return advice.isEmpty() ? finding : finding + "; " + advice;
        }
    }

    public SanityReport {
        checks = List.copyOf(checks);
    }

    /** Whether no check failed. */
    public boolean passed() {
        return checks.stream().noneMatch(check -> check.verdict() == Verdict.FAILED);
    }

    /**
     * The check of a name.
     *
     * @throws IllegalArgumentException if there is none; the message lists those there are
     */
    public Check check(String name) {
        return checks.stream()
                .filter(check -> check.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("check expects the name of a check but got \"" + name
                        + "\"; there are " + checks.stream().map(Check::name).toList()));
    }

    /** The whole report as JSON: the components of these records under their names. */
    public Text json() {
        return Text.json(this);
    }

    @Override
    public String toString() {
        int width =
                checks.stream().mapToInt(check -> check.name().length()).max().orElse(0);
        return checks.stream()
                .map(check -> ("%-" + width + "s  %-7s  %s").formatted(check.name(), check.word(), check.text()))
                .collect(Collectors.joining(System.lineSeparator()));
    }
}
