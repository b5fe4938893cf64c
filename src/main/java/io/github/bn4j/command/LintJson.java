package io.github.bn4j.command;

import io.github.bn4j.bias.Stop;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A report for programs. The components of its records are the format, which only ever gets more of them. */
final class LintJson {

    private LintJson() {}

    private record Document(
            String tool,
            String version,
            String model,
            long warnings,
            long notes,
            Map<String, Rule> rules,
            List<Entry> findings) {}

    private record Rule(String level, long findings, Savings saves) {}

    private record Entry(
            String rule,
            String level,
            String layer,
            String parameter,
            String tensor,
            String message,
            List<Stop> path,
            List<String> cancelledBy,
            Savings saves) {}

    static String of(LintReport report) {
        Map<String, Rule> rules = new LinkedHashMap<>();
        report.counts()
                .forEach((rule, count) ->
                        rules.put(rule.toString(), new Rule(rule.level().toString(), count, report.saves(rule))));
        return AsciiJson.of(new Document(
                "bn4j",
                Version.number(),
                report.model().toString(),
                report.count(LintRule.Level.WARNING),
                report.count(LintRule.Level.NOTE),
                rules,
                report.findings().stream().map(LintJson::entry).toList()));
    }

    private static Entry entry(LintFinding finding) {
        return new Entry(
                finding.rule().toString(),
                finding.rule().level().toString(),
                finding.layer(),
                finding.parameter(),
                finding.tensor(),
                finding.message(),
                finding.path(),
                finding.cancelledBy(),
                finding.saves());
    }
}
