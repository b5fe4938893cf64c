package io.github.bn4j.bias;

import io.github.bn4j.engine.Engine;
import io.github.bn4j.engine.Model;
import io.github.bn4j.graph.Parameter;
import io.github.bn4j.graph.Parameters;
import io.github.bn4j.text.Finding;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The claims of a {@link BiasReport} held against numbers: random constants are added to a bias, and a training step in
 * float64 shows what changes. Gammas, betas and biases are drawn at random first, so that a zero among them hides nothing.
 * Prints as a table.
 *
 * @param evidence one per bias
 */
public record BiasProof(List<Evidence> evidence) {

    /** Changes up to this share of the largest element are rounding. */
    public static final double TOLERANCE = 1e-9;

    /**
     * What a change of one bias did.
     *
     * @param bias name of the parameter
     * @param claimedRedundant whether the report says that nothing depends on it
     * @param outputChange largest change of an element of an output, as a share of the largest element of that output
     * @param gradientChange largest change of an element of the gradient of any other parameter, as a share of the
     *     largest element of all gradients
     */
    public record Evidence(String bias, boolean claimedRedundant, double outputChange, double gradientChange) {

        /** Whether nothing changed. */
        public boolean unchanged() {
            return outputChange <= TOLERANCE && gradientChange <= TOLERANCE;
        }

        /** Whether the numbers contradict the report: it calls the bias redundant, and something changed. */
        public boolean contradicts() {
            return claimedRedundant && !unchanged();
        }

        /** Whether the report keeps a bias whose change was not seen: by chance, or because the analysis is careful. */
        public boolean unconfirmed() {
            return !claimedRedundant && unchanged();
        }

        String verdict() {
            if (contradicts()) {
                return "CONTRADICTED: the report calls it redundant";
            }
            return claimedRedundant
                    ? "redundant, as reported"
                    : unconfirmed() ? "no change seen" : "needed, as reported";
        }
    }

    public BiasProof {
        evidence = List.copyOf(evidence);
    }

    /**
     * Tests the claims about all biases, and about betas that the report calls pointless.
     *
     * @param model its biases that are absent count as 0, and its seed is that of all random numbers. Not modified.
     * @param report what is claimed of them
     * @param batch an array for each input by name, or none for normal random numbers. Not modified.
     * @throws IllegalStateException if the step gives NaN or infinity on this batch
     */
    public static BiasProof of(Model model, BiasReport report, Map<String, INDArray> batch) {
        Stream<String> betas =
                report.findings(BiasFinding.POINTLESS_BETA).stream().map(Finding::parameter);
        Stream<String> biases = report.decisions().stream().map(BiasDecision::bias);
        return of(model, report, Stream.concat(biases, betas).toList(), batch);
    }

    /**
     * Tests the claims about some biases.
     *
     * @param model its biases that are absent count as 0, and its seed is that of all random numbers. Not modified.
     * @param report what is claimed of them
     * @param biases names of those to test; a beta that the report calls pointless may be among them
     * @param batch an array for each input by name, or none for normal random numbers. Not modified.
     * @throws IllegalStateException if the step gives NaN or infinity on this batch
     */
    public static BiasProof of(Model model, BiasReport report, Collection<String> biases, Map<String, INDArray> batch) {
        Random random = new Random(model.seed());
        Parameters values = Probe.complete(model);
        for (Parameter parameter : model.traced().parameters()) {
            if (parameter.trainable() && !parameter.decays()) {
                INDArray vector = values.get(parameter.name());
                vector.addi(Probe.noise(random, vector.shape()).muli(0.5));
            }
        }
        List<Evidence> evidence = new ArrayList<>();
        try (Probe probe =
                new Probe(model.with(model.traced(), Set.of(), values).on(Engine.nd4j()), batch)) {
            Probe.Measurement before = probe.run();
            for (String bias : biases) {
                evidence.add(test(probe, values, before, bias, claimedRedundant(report, bias), random));
            }
        }
        return new BiasProof(evidence);
    }

    private static boolean claimedRedundant(BiasReport report, String bias) {
        boolean pointless = report.findings(BiasFinding.POINTLESS_BETA).stream()
                .anyMatch(finding -> finding.parameter().equals(bias));
        return pointless
                || report.decisions().stream()
                        .filter(decision -> decision.bias().equals(bias))
                        .findFirst()
                        .orElseThrow(() -> new IllegalArgumentException("proof expects the name of a bias but got \""
                                + bias + "\"; there are "
                                + report.decisions().stream()
                                        .map(BiasDecision::bias)
                                        .toList()))
                        .redundant();
    }

    private static Evidence test(
            Probe probe, Parameters values, Probe.Measurement before, String name, boolean claimed, Random random) {
        INDArray bias = values.get(name);
        INDArray kept = bias.dup('c');
        bias.addi(Probe.constants(random, bias.shape()));
        Probe.Measurement after = probe.run();
        bias.assign(kept);
        double outputs = 0;
        for (int i = 0; i < before.outputs().size(); i++) {
            double[] y = before.outputs().get(i);
            outputs = Math.max(
                    outputs, share(Probe.largestDifference(y, after.outputs().get(i)), Probe.largest(y)));
        }
        INDArray own = values.gradient(name);
        int from = (int) (own.offset() - values.gradients().offset());
        Arrays.fill(after.gradients(), from, from + (int) own.length(), 0);
        double[] others = before.gradients().clone();
        Arrays.fill(others, from, from + (int) own.length(), 0);
        double gradients = share(Probe.largestDifference(others, after.gradients()), Probe.largest(before.gradients()));
        return new Evidence(name, claimed, outputs, gradients);
    }

    private static double share(double change, double scale) {
        return scale == 0 ? change : change / scale;
    }

    /** Whether no evidence contradicts the report. */
    public boolean agrees() {
        return evidence.stream().noneMatch(Evidence::contradicts);
    }

    @Override
    public String toString() {
        if (evidence.isEmpty()) {
            return "no bias to test";
        }
        int width = evidence.stream().mapToInt(e -> e.bias().length()).max().orElse(0);
        return evidence.stream()
                .map(e -> String.format(
                        Locale.ROOT,
                        "%-" + width + "s  outputs %.1e  gradients %.1e  %s",
                        e.bias(),
                        e.outputChange(),
                        e.gradientChange(),
                        e.verdict()))
                .collect(Collectors.joining(System.lineSeparator()));
    }
}
