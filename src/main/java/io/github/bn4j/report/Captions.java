package io.github.bn4j.report;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** How to read a chart, and what it shows. */
final class Captions {

    private static final Map<String, String> MEANINGS = Map.of(
            Run.LOSS,
            "Training is measured while the weights change, validation after each epoch. Both should fall; where validation"
                    + " rises while training still falls, the network learns its examples by heart.",
            Run.ACCURACY,
            "The share of validation examples that are taken for their class. The top of the chart is 1, where none is"
                    + " mistaken.",
            "balancedAccuracy",
            "The mean over classes of the share of their examples that are found, so that rare classes count as much as"
                    + " frequent ones.",
            "f1",
            "The harmonic mean of precision and recall, averaged over classes: low where a class is missed, and where others"
                    + " are taken for it.",
            "rocAuc",
            "How often an example of a class gets a higher score for it than one of the others: 1 is a perfect order, 0.5 is"
                    + " chance.",
            "r2",
            "The share of the variance of the targets that is explained: 1 is exact, 0 is as good as their mean.");

    private Captions() {}

    static String of(String metric, List<Run> runs) {
        String meaning = MEANINGS.getOrDefault(metric, meaning(metric, runs));
        String results = runs.stream()
                .filter(run -> run.measured().contains(metric))
                .map(run -> (runs.size() > 1 ? run.name() + ": " : "") + result(run, metric))
                .collect(Collectors.joining(" "));
        return (meaning + " " + results).strip();
    }

    private static String meaning(String metric, List<Run> runs) {
        boolean known = runs.stream().anyMatch(run -> run.history().metrics().containsKey(metric));
        boolean higher = runs.stream()
                .map(run -> run.history().metrics().get(metric))
                .anyMatch(each -> each != null && each.higherIsBetter());
        return "Of the validation data" + (known ? ", the " + (higher ? "higher" : "lower") + " the better." : ".");
    }

    private static String result(Run run, String metric) {
        String last = "Last " + Run.number(run.last(metric));
        return run.best(metric)
                .map(best -> String.format(
                        Locale.ROOT,
                        "%s, best %s in epoch %d.",
                        last,
                        Run.number(best.metrics().getOrDefault(metric, Double.NaN)),
                        best.number()))
                .orElse(last + ".");
    }
}
