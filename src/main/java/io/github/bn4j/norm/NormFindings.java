package io.github.bn4j.norm;

import io.github.bn4j.norm.BatchNormReport.Channel;
import io.github.bn4j.norm.BatchNormReport.Norm;
import io.github.bn4j.text.Finding;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Looks for what is worth a look in measured batch normalisations. */
final class NormFindings {

    private NormFindings() {}

    static List<Finding<NormFinding>> of(List<Norm> norms, ModeGap gap) {
        List<Finding<NormFinding>> findings = new ArrayList<>();
        norms.forEach(norm -> look(norm, findings));
        if (gap.difference() > 0.5 || gap.disagreement() > 0.05) {
            String text = String.format(
                    Locale.ROOT,
                    "training mode and predictions differ by %.2g and disagree on %.1f %% of the examples; try"
                            + " recalibrate(data), then larger batches",
                    gap.difference(),
                    100 * gap.disagreement());
            findings.add(new Finding<>(NormFinding.MODE_GAP, "", "", List.of(), text));
        }
        return findings;
    }

    private static void look(Norm norm, List<Finding<NormFinding>> findings) {
        double epsilon = norm.epsilon();
        if (norm.channels().stream().allMatch(c -> c.runningMean() == 0 && c.runningVariance() == 1)) {
            String text = "running averages are still the initial ones; train, or call recalibrate(data)";
            findings.add(Finding.ofChannels(NormFinding.NEVER_UPDATED, norm.layer(), List.of(), text));
        } else if (norm.warmUp().left() >= 0.05) {
            String text = String.format(
                    Locale.ROOT,
                    "about %.0f %% of the initial running averages are left, 1 %% after %d more steps; train on, keep less of"
                            + " the old average, or call recalibrate(data)",
                    100 * norm.warmUp().left(),
                    norm.warmUp().stepsToGo());
            findings.add(Finding.ofChannels(NormFinding.WARM_UP, norm.layer(), List.of(), text));
        } else {
            add(
                    findings,
                    NormFinding.DRIFT,
                    norm,
                    c -> Math.abs(c.mean() - c.runningMean()) > 0.5 * Math.sqrt(c.variance() + epsilon)
                            || Math.abs(Math.log((c.runningVariance() + epsilon) / (c.variance() + epsilon)))
                                    > Math.log(2),
                    "running averages differ from these data; call recalibrate(data), or keep less of the old average");
        }
        add(
                findings,
                NormFinding.NO_VARIANCE,
                norm,
                c -> c.variance() < epsilon,
                "what comes in hardly varies, so epsilon sets the scale; look for a dead activation or a constant before"
                        + " it");
        double shown = norm.channels().stream()
                .filter(c -> dead(c, epsilon))
                .mapToDouble(c -> Math.abs(c.outputMean()))
                .max()
                .orElse(0);
        add(
                findings,
                NormFinding.DEAD_CHANNELS,
                norm,
                c -> dead(c, epsilon),
                String.format(
                        Locale.ROOT,
                        "gamma lets nothing but a constant of up to %.3g through; %s",
                        shown,
                        shown > 1e-3
                                ? "pruning them has to keep the constant in the next bias"
                                : "they can be pruned"));
        add(
                findings,
                NormFinding.CANCELLATION,
                norm,
                c -> c.mean() * c.mean() > 1e6 * c.variance() && c.variance() > 0,
                "what comes in has a mean of more than 1,000 standard deviations; normalise the inputs or the layer before");
        if (norm.noise() > 0.3) {
            String text = String.format(
                    Locale.ROOT,
                    "means of batches scatter by %.2g standard deviations (%s); use larger batches, group norm, or batch"
                            + " renormalisation",
                    norm.noise(),
                    norm.noiseBySize().entrySet().stream()
                            .map(size ->
                                    String.format(Locale.ROOT, "%.2g in batches of %d", size.getValue(), size.getKey()))
                            .collect(Collectors.joining(", ")));
            findings.add(Finding.ofChannels(NormFinding.NOISE, norm.layer(), List.of(), text));
        }
    }

    private static boolean dead(Channel channel, double epsilon) {
        return channel.variance() >= epsilon && channel.outputDeviation() < 1e-3;
    }

    private static void add(
            List<Finding<NormFinding>> findings, NormFinding kind, Norm norm, Predicate<Channel> matches, String text) {
        List<Integer> channels = IntStream.range(0, norm.channels().size())
                .filter(c -> matches.test(norm.channels().get(c)))
                .boxed()
                .toList();
        if (!channels.isEmpty()) {
            findings.add(Finding.ofChannels(kind, norm.layer(), channels, text));
        }
    }
}
