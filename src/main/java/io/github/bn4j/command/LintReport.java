package io.github.bn4j.command;

import java.nio.file.Path;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What is found in a model.
 *
 * @param model its file, as it was named
 * @param findings in the order of the rules, of each in the order of the layers
 */
record LintReport(Path model, List<LintFinding> findings) {

    LintReport {
        findings = List.copyOf(findings);
    }

    /** Leaves out what some rules found. */
    LintReport without(Collection<LintRule> ignored) {
        return new LintReport(
                model,
                findings.stream()
                        .filter(finding -> !ignored.contains(finding.rule()))
                        .toList());
    }

    long count(LintRule.Level level) {
        return findings.stream()
                .filter(finding -> finding.rule().level() == level)
                .count();
    }

    /** How often each rule found something, for those that did. */
    Map<LintRule, Long> counts() {
        Map<LintRule, Long> counts = new EnumMap<>(LintRule.class);
        findings.forEach(finding -> counts.merge(finding.rule(), 1L, Long::sum));
        return counts;
    }

    /** What following a rule everywhere saves. Rules overlap, so that there is no sum of these. */
    Savings saves(LintRule rule) {
        return findings.stream()
                .filter(finding -> finding.rule() == rule)
                .map(LintFinding::saves)
                .reduce(Savings.NONE, Savings::plus);
    }

    int exitStatus() {
        return count(LintRule.Level.WARNING) > 0 ? ExitStatus.FOUND : ExitStatus.DONE;
    }
}
