package io.github.bn4j.norm;

import io.github.bn4j.internal.Listing;
import io.github.bn4j.internal.Outlier;
import io.github.bn4j.norm.BatchNormReport.Channel;
import io.github.bn4j.norm.BatchNormReport.Norm;
import io.github.bn4j.text.Finding;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Looks for what is worth a look in measured batch normalisations.
 *
 * @param norms them
 * @param gap how far training mode is from predictions
 * @param outliers values at each of them that stand for most of the variance; no lists where that is not known
 * @param dropout the dropout in front of each of them, by its layer
 */
record NormFindings(List<Norm> norms, ModeGap gap, List<List<Outlier>> outliers, Map<String, List<String>> dropout) {

    List<Finding<NormFinding>> all() {
        List<Finding<NormFinding>> findings = new ArrayList<>();
        for (int i = 0; i < norms.size(); i++) {
            look(norms.get(i), findings);
            if (!outliers.isEmpty()) {
                addOutliers(norms.get(i), outliers.get(i), findings);
            }
        }
        List<String> shifted = Finding.of(findings, NormFinding.DROPOUT_BEFORE).stream()
                .map(Finding::layer)
                .toList();
        if (gap.difference() > 0.5 || gap.disagreement() > 0.05) {
            String text = String.format(
                    Locale.ROOT,
                    "training mode and predictions differ by %.2g and disagree on %.1f %% of the examples; %s",
                    gap.difference(),
                    100 * gap.disagreement(),
                    shifted.isEmpty()
                            ? "try recalibrate(data), then larger batches"
                            : "dropout before " + Listing.of(shifted)
                                    + " is a cause, so put it behind them, or try recalibrate(data)");
            findings.add(new Finding<>(NormFinding.MODE_GAP, "", "", List.of(), text));
        }
        return findings;
    }

    private void look(Norm norm, List<Finding<NormFinding>> findings) {
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
            addDropout(norm, findings);
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

    private void addDropout(Norm norm, List<Finding<NormFinding>> findings) {
        List<String> before = dropout.getOrDefault(norm.layer(), List.of());
        double[] ratios = norm.channels().stream()
                .mapToDouble(c -> (c.runningVariance() + norm.epsilon()) / (c.variance() + norm.epsilon()))
                .sorted()
                .toArray();
        double ratio = ratios[ratios.length / 2];
        if (!before.isEmpty() && ratio > 1.1) {
            String text = String.format(
                    Locale.ROOT,
                    "with %s before it, what comes in varies %.2f times as much in training, where the running variance is"
                            + " from, as in predictions; put dropout behind the last batch normalisation, or call"
                            + " recalibrate(data)",
                    String.join(" and ", before),
                    ratio);
            findings.add(Finding.ofChannels(NormFinding.DROPOUT_BEFORE, norm.layer(), List.of(), text));
        }
    }

    private static void addOutliers(Norm norm, List<Outlier> outliers, List<Finding<NormFinding>> findings) {
        if (outliers.isEmpty()) {
            return;
        }
        Outlier worst = Collections.max(outliers, Comparator.comparingDouble(Outlier::share));
        List<Integer> channels =
                outliers.stream().map(Outlier::channel).distinct().sorted().toList();
        String text = worst + "; mend or leave out that example, or clip what comes in";
        findings.add(Finding.ofChannels(NormFinding.OUTLIER, norm.layer(), channels, text));
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
