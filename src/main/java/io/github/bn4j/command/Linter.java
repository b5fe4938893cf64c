package io.github.bn4j.command;

import io.github.bn4j.Network;
import io.github.bn4j.bias.BiasDecision;
import io.github.bn4j.bias.BiasFinding;
import io.github.bn4j.bias.BiasReport;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Node;
import io.github.bn4j.graph.Parameter;
import io.github.bn4j.internal.Listing;
import io.github.bn4j.norm.NormFinding;
import io.github.bn4j.norm.PointlessGammas;
import io.github.bn4j.onnx.OnnxReport;
import io.github.bn4j.onnx.internal.FoldedNorms;
import io.github.bn4j.text.Finding;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Looks for all that {@link LintRule} knows. */
final class Linter {

    private final Graph graph;
    private final List<LintFinding> findings = new ArrayList<>();

    private Linter(Graph graph) {
        this.graph = graph;
    }

    /**
     * Looks at a model.
     *
     * @param path where it was read from, for the report
     */
    static LintReport lint(Path path, OpenedModel model) {
        Network network = model.network();
        Linter linter = new Linter(network.graph());
        linter.addShifts(network.explainBias());
        PointlessGammas.of(network.graph()).forEach(linter::addGamma);
        linter.findings.addAll(FoldableNorms.of(network));
        model.report().ifPresent(linter::addFolded);
        return new LintReport(
                path,
                linter.findings.stream()
                        .filter(finding -> linter.isSoWhereverUsed(finding, model))
                        .sorted(Comparator.comparing(LintFinding::rule))
                        .map(finding -> finding.inFile(model.nameInFile(finding.parameter())))
                        .toList());
    }

    /** A layer that was called twice shares its parameters, which are pointless only if they are so at each call. */
    private boolean isSoWhereverUsed(LintFinding finding, OpenedModel model) {
        Set<String> found = findings.stream()
                .filter(other -> other.rule() == finding.rule())
                .map(LintFinding::parameter)
                .collect(Collectors.toSet());
        return found.containsAll(model.sharers(finding.parameter()));
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

    private void addFolded(OnnxReport report) {
        List<String> biases =
                FoldedNorms.biases(graph, parameter -> report.parameters().getOrDefault(parameter, ""));
        if (!biases.isEmpty()) {
            String message = (biases.size() == 1 ? "1 bias stands" : biases.size() + " biases stand")
                    + " where exporters leave one when they fold a batch norm away, " + Listing.of(biases)
                    + "; export with training=TrainingMode.PRESERVE, do_constant_folding=False, dynamo=False to see what was there";
            findings.add(LintFinding.of(LintRule.FOLDED_BATCH_NORM, "", "", message, Savings.NONE));
        }
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
