package io.github.bn4j.command;

import io.github.bn4j.Network;
import io.github.bn4j.bias.BiasFinding;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.rewrite.DropBiases;
import io.github.bn4j.rewrite.FoldBatchNorm;
import io.github.bn4j.rewrite.Folding;
import io.github.bn4j.text.Finding;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The batch normalisations that folding takes out, and what each of them saves. */
final class FoldableNorms {

    private final Graph graph;
    private final Folding folding;
    private final Map<String, Savings> before;
    private final Map<String, Savings> after;
    private final Set<String> counted = new HashSet<>();

    private FoldableNorms(Graph graph) {
        this.graph = graph;
        folding = FoldBatchNorm.apply(graph);
        before = Savings.costs(graph);
        after = Savings.costs(folding.graph());
    }

    /** Looks at a network without its redundant biases, whose savings have a finding of their own. */
    static List<LintFinding> of(Network network) {
        Set<String> redundant = network.explainBias().findings(BiasFinding.POINTLESS_BIAS).stream()
                .map(Finding::parameter)
                .collect(Collectors.toSet());
        return new FoldableNorms(DropBiases.apply(network.graph(), redundant)).findings();
    }

    private List<LintFinding> findings() {
        Set<String> norms = graph.nodes().stream()
                .filter(node -> node.op().normalization().isPresent())
                .map(node -> node.layer())
                .collect(Collectors.toSet());
        List<LintFinding> findings = new ArrayList<>();
        folding.absorbed().forEach((layer, into) -> {
            if (norms.contains(layer)) {
                Savings saves = saved(layer);
                for (String taker : into) {
                    saves = saves.plus(saved(taker));
                }
                String message = layer + " can be folded into " + String.join(", ", into)
                        + " for predictions; that saves " + saves;
                findings.add(LintFinding.of(LintRule.FOLDABLE_BATCH_NORM, layer, "", message, saves));
            }
        });
        return findings;
    }

    /** What a layer costs less, once: several batch normalisations may go into one layer, which gets one bias. */
    private Savings saved(String layer) {
        return counted.add(layer)
                ? before.getOrDefault(layer, Savings.NONE).minus(after.getOrDefault(layer, Savings.NONE))
                : Savings.NONE;
    }
}
