package io.github.bn4j.bias;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What became of each bias of a network, and why. Prints as a table.
 *
 * @param decisions one per bias, in the order of the layers
 */
public record BiasReport(List<BiasDecision> decisions) {

    /** Copies the list. */
    public BiasReport {
        decisions = List.copyOf(decisions);
    }

    /** The names of the biases that the network does without. */
    public Set<String> dropped() {
        return decisions.stream()
                .filter(decision -> !decision.kept())
                .map(BiasDecision::bias)
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /** How many parameters the automatic decisions save. */
    public long saved() {
        return decisions.stream()
                .filter(decision -> decision.word().equals("dropped"))
                .mapToLong(BiasDecision::size)
                .sum();
    }

    /**
     * The decision about one layer.
     *
     * @throws IllegalArgumentException if that layer has no bias to decide about; the message lists those that have
     */
    public BiasDecision of(String layer) {
        return decisions.stream()
                .filter(decision -> decision.layer().equals(layer))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("explainBias expects a layer with a bias but got \""
                        + layer + "\"; this network has "
                        + decisions.stream().map(BiasDecision::layer).toList()));
    }

    @Override
    public String toString() {
        if (decisions.isEmpty()) {
            return "no layer has a bias";
        }
        int width = decisions.stream().mapToInt(d -> d.layer().length()).max().orElse(0);
        int words = decisions.stream().mapToInt(d -> d.word().length()).max().orElse(0);
        String rows = decisions.stream()
                .map(d -> ("%-" + width + "s  %-" + words + "s  %s: %s")
                        .formatted(d.layer(), d.word(), d.path(), d.because()))
                .collect(Collectors.joining(System.lineSeparator()));
        return rows + System.lineSeparator() + saved() + " parameters saved";
    }
}
