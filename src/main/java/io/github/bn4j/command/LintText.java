package io.github.bn4j.command;

import java.util.ArrayList;
import java.util.List;

/** A report for people: a line for each finding as compilers have it, and one for each rule. */
final class LintText {

    private LintText() {}

    static String of(LintReport report) {
        if (report.findings().isEmpty()) {
            return report.model() + ": nothing found";
        }
        List<String> lines = new ArrayList<>();
        for (LintFinding finding : report.findings()) {
            lines.add(report.model() + ": " + finding.rule().level() + ": " + finding.message() + " [" + finding.rule()
                    + "]");
        }
        lines.add("");
        report.counts().forEach((rule, count) -> {
            Savings saves = report.saves(rule);
            lines.add(rule + ": " + counted(count, rule.level().toString())
                    + (saves.isNothing() ? "" : ", " + saves + " to save"));
        });
        return String.join(System.lineSeparator(), lines);
    }

    private static String counted(long count, String what) {
        return count + " " + what + (count == 1 ? "" : "s");
    }
}
