package io.github.bn4j.bias;

import static io.github.bn4j.internal.Checks.checkArgument;
import static io.github.bn4j.internal.Checks.checkState;
import static java.util.Objects.requireNonNull;

import io.github.bn4j.graph.Graph;
import io.github.bn4j.internal.Tensors;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.nd4j.linalg.api.buffer.DataType;
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

    /**
     * Moves the effect of biases into the running means, in float64. Every prediction is then what it was.
     *
     * @param graph a graph with all its biases
     * @param report what is known of the biases
     * @param biases names of those to take out
     * @param values of all parameters by name; a bias that is not among them is 0. Modified: the biases are taken out, and the running
     *     means that move are replaced. The arrays are not modified.
     * @throws IllegalArgumentException if a bias is not redundant; nothing is changed then
     * @throws IllegalStateException if one batch normalisation is used at two places that the bias reaches differently, so
     *     that one running mean cannot serve both, or a constant is more than float64 holds; nothing is changed then
     */
    public static BiasAbsorption absorb(
            Graph graph, BiasReport report, Collection<String> biases, Map<String, INDArray> values) {
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
        List<String> names = decisions.stream().map(BiasDecision::bias).toList();
        ConstantFlow flow = new ConstantFlow(graph, Set.copyOf(names), values);
        Map<String, INDArray> moved = new LinkedHashMap<>();
        List<Absorbed> absorbed = new ArrayList<>();
        for (String bias : names) {
            Map<String, Double> largest = new LinkedHashMap<>();
            shifts(bias, flow).forEach((mean, shift) -> {
                largest.put(mean, Probe.largest(shift));
                moved.computeIfAbsent(mean, name -> requireNonNull(values.get(name))
                                .castTo(DataType.DOUBLE)
                                .dup('c'))
                        .subi(Tensors.of(DataType.DOUBLE, shift, shift.length));
            });
            absorbed.add(new Absorbed(bias, largest));
        }
        values.putAll(moved);
        names.forEach(values::remove);
        return new BiasAbsorption(absorbed);
    }

    private static Map<String, double[]> shifts(String bias, ConstantFlow flow) {
        Map<String, double[]> shifts = new LinkedHashMap<>();
        flow.arrivals().forEach((mean, arrivals) -> {
            if (arrivals.stream().anyMatch(arrival -> arrival.shifts().containsKey(bias))) {
                double[] first = arrivals.get(0).shift(bias);
                double rounding = BiasProof.TOLERANCE * (1 + Probe.largest(first));
                for (ConstantFlow.Arrival arrival : arrivals) {
                    checkState(
                            Probe.largestDifference(first, arrival.shift(bias)) <= rounding,
                            "absorption expects every call of \"%s\" to see bias \"%s\" alike but got calls that need different"
                                    + " values of \"%s\"; keep the bias, or give each call a batch normalisation of its own",
                            arrival.call().layer(),
                            bias,
                            mean);
                }
                shifts.put(mean, first);
            }
        });
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
