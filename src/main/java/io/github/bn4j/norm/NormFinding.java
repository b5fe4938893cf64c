package io.github.bn4j.norm;

import io.github.bn4j.norm.BatchNormReport.Channel;
import io.github.bn4j.norm.BatchNormReport.Norm;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Something about the batch normalisations of a network that is worth a look.
 *
 * @param kind what it is
 * @param layer path of the batch normalisation, empty if it is about the whole network
 * @param channels the channels that it is about
 * @param text what it is and what to do, as a clause
 */
public record NormFinding(Kind kind, String layer, List<Integer> channels, String text) {

    /** What can be found. */
    public enum Kind {
        /** Running averages are still the initial ones. */
        NEVER_UPDATED,
        /** Running averages are on their way from the initial ones to the data, with 5 % or more of the way to go. */
        WARM_UP,
        /** Running averages differ from the data by half a standard deviation, or a factor of 2 in variance. */
        DRIFT,
        /** What goes out has a standard deviation below 1e-3: nothing but a constant. */
        DEAD_CHANNELS,
        /** What comes in has less variance than epsilon. */
        NO_VARIANCE,
        /** What comes in has a mean of more than 1,000 standard deviations, which costs float32 half its digits. */
        CANCELLATION,
        /** Means of batches scatter by more than 0.3 standard deviations. */
        NOISE,
        /** Training mode and predictions differ by half the size of the output, or in 1 of 20 decisions. */
        MODE_GAP
    }

    public NormFinding {
        channels = List.copyOf(channels);
    }

    static List<NormFinding> of(List<Norm> norms, ModeGap gap) {
        List<NormFinding> findings = new ArrayList<>();
        norms.forEach(norm -> look(norm, findings));
        if (gap.difference() > 0.5 || gap.disagreement() > 0.05) {
            String text = String.format(
                    Locale.ROOT,
                    "training mode and predictions differ by %.2g and disagree on %.1f %% of the examples; try"
                            + " recalibrate(data), then larger batches",
                    gap.difference(),
                    100 * gap.disagreement());
            findings.add(new NormFinding(Kind.MODE_GAP, "", List.of(), text));
        }
        return findings;
    }

    private static void look(Norm norm, List<NormFinding> findings) {
        double epsilon = norm.epsilon();
        if (norm.channels().stream().allMatch(c -> c.runningMean() == 0 && c.runningVariance() == 1)) {
            String text = "running averages are still the initial ones; train, or call recalibrate(data)";
            findings.add(new NormFinding(Kind.NEVER_UPDATED, norm.layer(), List.of(), text));
        } else if (norm.warmUp().left() >= 0.05) {
            String text = String.format(
                    Locale.ROOT,
                    "about %.0f %% of the initial running averages are left, 1 %% after %d more steps; train on, keep less of"
                            + " the old average, or call recalibrate(data)",
                    100 * norm.warmUp().left(),
                    norm.warmUp().stepsToGo());
            findings.add(new NormFinding(Kind.WARM_UP, norm.layer(), List.of(), text));
        } else {
            add(
                    findings,
                    Kind.DRIFT,
                    norm,
                    c -> Math.abs(c.mean() - c.runningMean()) > 0.5 * Math.sqrt(c.variance() + epsilon)
                            || Math.abs(Math.log((c.runningVariance() + epsilon) / (c.variance() + epsilon)))
                                    > Math.log(2),
                    "running averages differ from these data; call recalibrate(data), or keep less of the old average");
        }
        add(
                findings,
                Kind.NO_VARIANCE,
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
                Kind.DEAD_CHANNELS,
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
                Kind.CANCELLATION,
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
            findings.add(new NormFinding(Kind.NOISE, norm.layer(), List.of(), text));
        }
    }

    private static boolean dead(Channel channel, double epsilon) {
        return channel.variance() >= epsilon && channel.outputDeviation() < 1e-3;
    }

    private static void add(List<NormFinding> findings, Kind kind, Norm norm, Predicate<Channel> matches, String text) {
        List<Integer> channels = IntStream.range(0, norm.channels().size())
                .filter(c -> matches.test(norm.channels().get(c)))
                .boxed()
                .toList();
        if (!channels.isEmpty()) {
            findings.add(new NormFinding(kind, norm.layer(), channels, text));
        }
    }

    @Override
    public String toString() {
        return (layer.isEmpty() ? "" : layer + (channels.isEmpty() ? ": " : " channels " + channels + ": ")) + text;
    }
}
