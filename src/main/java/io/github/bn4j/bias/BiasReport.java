package io.github.bn4j.bias;

import static io.github.bn4j.internal.Checks.checkGiven;

import io.github.bn4j.text.Finding;
import io.github.bn4j.text.Text;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What became of each bias of a network, and why, and what else is worth a change. Prints as a table.
 *
 * @param decisions one per bias, in the order of the layers
 * @param findings pointless biases and betas, and missing ones
 */
public record BiasReport(List<BiasDecision> decisions, List<Finding<BiasFinding>> findings) {

    public BiasReport {
        decisions = List.copyOf(decisions);
        findings = List.copyOf(findings);
    }

    /** The names of the biases that the network does without. */
    public Set<String> absent() {
        return decisions.stream()
                .filter(decision -> !decision.kept())
                .map(BiasDecision::bias)
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /** How many parameters the automatic decisions save. */
    public long saved() {
        return decisions.stream()
                .filter(decision -> decision.word().startsWith("dropped"))
                .mapToLong(BiasDecision::size)
                .sum();
    }

    /** The findings of one kind. */
    public List<Finding<BiasFinding>> findings(BiasFinding kind) {
        return Finding.of(findings, kind);
    }

    /**
     * The decision about one layer.
     *
     * @throws IllegalArgumentException if that layer has no bias to decide about; the message lists those that have
     */
    public BiasDecision of(String layer) {
        checkGiven(layer, "explainBias", "the path of a layer");
        return decisions.stream()
                .filter(decision -> decision.layer().equals(layer))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("explainBias expects a layer with a bias but got \""
                        + layer + "\"; this network has "
                        + decisions.stream().map(BiasDecision::layer).toList()));
    }

    /**
     * The story of one layer in full sentences: the decision about its bias, and what was found about it.
     *
     * @throws IllegalArgumentException if there is nothing to tell; the message lists the layers with a bias
     */
    public Text story(String layer) {
        checkGiven(layer, "explainBias", "the path of a layer");
        List<String> sentences = findings.stream()
                .filter(finding -> finding.layer().equals(layer))
                .map(finding -> "Note: " + finding + ".")
                .toList();
        boolean betaOnly =
                decisions.stream().noneMatch(decision -> decision.layer().equals(layer)) && !sentences.isEmpty();
        String start = betaOnly ? "" : of(layer).story() + " ";
        return new Text((start + String.join(" ", sentences)).strip());
    }

    /** The whole report as JSON: the components of these records under their names. */
    public Text json() {
        return Text.json(this);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        if (decisions.isEmpty()) {
            text.append("no layer has a bias");
        } else {
            int width = width(decisions.stream().map(BiasDecision::layer).toList());
            int words = width(decisions.stream().map(BiasDecision::word).toList());
            for (BiasDecision decision : decisions) {
                text.append(("%-" + width + "s  %-" + words + "s  %s")
                                .formatted(decision.layer(), decision.word(), decision.reason()))
                        .append(System.lineSeparator());
            }
            text.append(saved()).append(" parameters saved");
        }
        findings.forEach(
                finding -> text.append(System.lineSeparator()).append("note: ").append(finding));
        return text.toString();
    }

    private static int width(List<String> column) {
        return column.stream().mapToInt(String::length).max().orElse(0);
    }
}
