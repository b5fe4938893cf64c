package io.github.bn4j.command;

import io.github.bn4j.Network;
import io.github.bn4j.bias.BiasDecision;
import io.github.bn4j.bias.BiasFinding;
import io.github.bn4j.bias.BiasReport;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Node;
import io.github.bn4j.graph.Parameter;
import io.github.bn4j.norm.NormFinding;
import io.github.bn4j.norm.PointlessGammas;
import io.github.bn4j.text.Finding;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Looks for all that {@link LintRule} knows. */
final class Linter {

    private final Graph graph;
    private final List<LintFinding> findings = new ArrayList<>();

    private Linter(Graph graph) {
        this.graph = graph;
    }

    /**
     * Looks at a network.
     *
     * @param path where it was read from, for the report
     */
    static LintReport lint(Path path, Network network) {
        Linter linter = new Linter(network.graph());
        linter.addShifts(network.explainBias());
        PointlessGammas.of(network.graph()).forEach(linter::addGamma);
        linter.findings.addAll(FoldableNorms.of(network));
        linter.findings.sort(Comparator.comparing(LintFinding::rule));
        return new LintReport(path, linter.findings);
    }

    private void addShifts(BiasReport report) {
        for (Finding<BiasFinding> finding : report.findings()) {
            LintRule rule = LintRule.of(finding.kind());
            findings.add(
                    switch (finding.kind()) {
                        case POINTLESS_BIAS -> redundantBias(report.of(finding.layer()));
                        case POINTLESS_BETA ->
                            LintFinding.of(
                                    rule,
                                    finding.layer(),
                                    finding.parameter(),
                                    finding.text(),
                                    Savings.ofParameters(size(finding.parameter())));
                        case MISSING_SHIFT, NO_LONGER_CANCELLED ->
                            LintFinding.of(rule, finding.layer(), finding.parameter(), finding.text(), Savings.NONE);
                    });
        }
    }

    private LintFinding redundantBias(BiasDecision decision) {
        long additions = graph.nodes().stream()
                .filter(node -> node.bias()
                        .filter(bias -> bias.name().equals(decision.bias()))
                        .isPresent())
                .mapToLong(node -> node.output().shape().size())
                .sum();
        Savings saves = new Savings(decision.size(), 0, additions);
        String message =
                decision.layer() + " has a bias that changes no output in training, as a constant added there goes "
                        + decision.reason()
                        + "; leaving it out saves " + saves;
        return new LintFinding(
                LintRule.REDUNDANT_BIAS,
                decision.layer(),
                decision.bias(),
                message,
                decision.path(),
                decision.cancelledBy(),
                saves);
    }

    private void addGamma(Finding<NormFinding> finding) {
        Savings saves = Savings.ofParameters(size(finding.parameter()));
        findings.add(LintFinding.of(
                LintRule.POINTLESS_GAMMA,
                finding.layer(),
                finding.parameter(),
                finding.text() + "; that saves " + saves,
                saves));
    }

    private long size(String parameter) {
        return graph.nodes().stream()
                .map(Node::parameters)
                .flatMap(List::stream)
                .filter(one -> one.name().equals(parameter))
                .map(Parameter::shape)
                .findFirst()
                .orElseThrow()
                .size();
    }
}
