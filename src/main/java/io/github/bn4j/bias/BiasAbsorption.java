package io.github.bn4j.bias;

import static io.github.bn4j.internal.Checks.checkArgument;

import io.github.bn4j.engine.BatchStatistics;
import io.github.bn4j.engine.Engine;
import io.github.bn4j.engine.Model;
import io.github.bn4j.graph.Node;
import io.github.bn4j.graph.Normalization;
import io.github.bn4j.graph.Parameters;
import io.github.bn4j.graph.RunningAverages;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What became of biases that were taken out of a network exactly. Prints as a table.
 *
 * <p>A bias {@code b} reaches a batch normalisation as a constant δ per channel, which is in the running mean. Without the
 * bias the same predictions need {@code μ' = μ − δ}; the training is the same in any case, and so is the next update of
 * the running mean. Moving δ into beta instead would be right for predictions only.
 *
 * @param absorbed one per bias
 */
public record BiasAbsorption(List<Absorbed> absorbed) {

    /**
     * One bias.
     *
     * @param bias name of the parameter
     * @param shifts by how much at most an element of each running mean was moved, by name; empty if everything that
     *     cancels the bias has no running mean
     */
    public record Absorbed(String bias, Map<String, Double> shifts) {

        /** Keeps the order. */
        public Absorbed {
            shifts = Collections.unmodifiableMap(new LinkedHashMap<>(shifts));
        }
    }

    public BiasAbsorption {
        absorbed = List.copyOf(absorbed);
    }

    /* δ is measured, not derived: the difference of two batch means in float64, of a training step with the bias and one
     * without. What cancels the bias makes the two steps alike behind it, so each normalisation sees just what comes to it
     * on paths that nothing has cancelled yet, through any ops, a user's own too.
     *
     * A normalisation by running averages that are updated passes the constant on, and the next update would tell the two
     * networks apart. So its running mean moves as well, which stops the constant there, and what is behind it is measured
     * again. */

    /**
     * Moves the effect of biases into the running means. Afterwards the biases are 0 and every prediction is what it was.
     *
     * @param model a graph with all its biases and values for them. Modified: the biases and the running means.
     * @param report what is known of the biases
     * @param biases names of those to take out
     * @param batch an array for each input by name, or none for normal random numbers. Not modified.
     * @throws IllegalArgumentException if a bias is not redundant; nothing is changed then
     * @throws IllegalStateException if one batch normalisation is used at two places that the bias reaches differently, so
     *     that one running mean cannot serve both; nothing is changed then
     */
    public static BiasAbsorption absorb(
            Model model, BiasReport report, Collection<String> biases, Map<String, INDArray> batch) {
        Parameters values = model.parameters();
        List<BiasDecision> decisions = report.decisions().stream()
                .filter(decision -> biases.contains(decision.bias()))
                .toList();
        for (BiasDecision decision : decisions) {
            checkArgument(
                    decision.redundant(),
                    "absorption expects a bias that is cancelled but got \"%s\", whose constant goes %s",
                    decision.bias(),
                    decision.reason());
        }
        Parameters probed = Probe.complete(model);
        Map<String, INDArray> moved = new LinkedHashMap<>();
        List<Absorbed> absorbed = new ArrayList<>();
        try (Probe probe = new Probe(model.with(probed).on(Engine.nd4j()), batch)) {
            for (BiasDecision decision : decisions) {
                List<BatchStatistics> with = probe.run().statistics();
                probed.get(decision.bias()).assign(0);
                Map<String, INDArray> shifts = shifts(decision, with, probe, probed);
                Map<String, Double> largest = new LinkedHashMap<>();
                shifts.forEach((mean, shift) -> {
                    largest.put(mean, shift.amaxNumber().doubleValue());
                    moved.merge(mean, shift, INDArray::add);
                });
                absorbed.add(new Absorbed(decision.bias(), largest));
            }
        }
        moved.forEach((mean, shift) -> values.get(mean).subi(shift.castTo(values.type())));
        decisions.forEach(decision -> values.get(decision.bias()).assign(0));
        return new BiasAbsorption(absorbed);
    }

    // Of what cancels, only that is looked at which the analysis knows to: elsewhere the difference is rounding.
    private static Map<String, INDArray> shifts(
            BiasDecision decision, List<BatchStatistics> with, Probe probe, Parameters probed) {
        Map<String, INDArray> shifts = new LinkedHashMap<>();
        Map<String, INDArray> seen = new HashMap<>();
        List<BatchStatistics> without = probe.run().statistics();
        for (int call = 0; call < with.size(); call++) {
            Node node = with.get(call).node();
            Normalization normalization = node.op().normalization().orElse(null);
            if (normalization == null) {
                continue;
            }
            boolean passesOn = normalization.statistics().areRunning();
            if (!passesOn && !decision.cancelledBy().contains(node.layer())) {
                continue;
            }
            String mean = node.parameter(RunningAverages.MEAN).name();
            double rounding = BiasProof.TOLERANCE
                    * (1 + with.get(call).mean().amaxNumber().doubleValue());
            INDArray shift = with.get(call).mean().sub(without.get(call).mean());
            INDArray other = seen.putIfAbsent(mean, shift);
            if (other != null && other.sub(shift).amaxNumber().doubleValue() > rounding) {
                throw new IllegalStateException(
                        "absorption expects every call of \"" + node.layer() + "\" to see bias \"" + decision.bias()
                                + "\" alike but got calls that need different values of \"" + mean
                                + "\"; keep the bias, or give each call a batch normalisation of its own");
            }
            if (!passesOn) {
                shifts.putIfAbsent(mean, shift);
            } else if (other == null && shift.amaxNumber().doubleValue() > rounding) {
                shifts.put(mean, shift);
                probed.get(mean).subi(shift);
                without = probe.run().statistics();
            }
        }
        return shifts;
    }

    @Override
    public String toString() {
        return absorbed.isEmpty()
                ? "no bias to absorb"
                : absorbed.stream().map(BiasAbsorption::line).collect(Collectors.joining(System.lineSeparator()));
    }

    private static String line(Absorbed one) {
        String where = one.shifts().entrySet().stream()
                .map(shift -> String.format(Locale.ROOT, "%s by up to %.4g", shift.getKey(), shift.getValue()))
                .collect(Collectors.joining(", "));
        return one.bias() + ": "
                + (where.isEmpty() ? "cancelled by nothing that has a running mean" : "moved " + where);
    }
}
