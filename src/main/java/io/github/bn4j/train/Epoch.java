package io.github.bn4j.train;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What one pass over the training data brought.
 *
 * @param number from 1 in each training, and on through all its fits
 * @param trainLoss mean loss of the training batches, as measured while they were trained on
 * @param validationLoss mean loss of the validation set after the pass; NaN without one
 * @param validationAccuracy share of validation examples classified rightly; NaN without class labels
 * @param seconds how long it took, validation included
 * @param metrics all that was measured on the validation set, by name: {@code loss}, {@code accuracy} of a classification, and
 *     those of {@link Trainer#metrics}; NaN where one is not defined
 * @param judgedBy the weights that were judged, such as {@code ema(0.999)} of {@link Trainer#averageWeights}; empty for those that are
 *     trained
 */
public record Epoch(
        int number,
        double trainLoss,
        double validationLoss,
        double validationAccuracy,
        double seconds,
        Map<String, Double> metrics,
        String judgedBy) {

    public Epoch {
        metrics = Collections.unmodifiableMap(new LinkedHashMap<>(metrics));
    }

    /** An epoch that was judged by the weights that are trained. */
    public Epoch(
            int number,
            double trainLoss,
            double validationLoss,
            double validationAccuracy,
            double seconds,
            Map<String, Double> metrics) {
        this(number, trainLoss, validationLoss, validationAccuracy, seconds, metrics, "");
    }

    /** An epoch with no metrics but loss and accuracy. */
    public Epoch(int number, double trainLoss, double validationLoss, double validationAccuracy, double seconds) {
        this(
                number,
                trainLoss,
                validationLoss,
                validationAccuracy,
                seconds,
                withLoss(validationLoss, validationAccuracy, Map.of()));
    }

    /** Metrics with loss and accuracy first, if there are any. */
    static Map<String, Double> withLoss(double loss, double accuracy, Map<String, Double> others) {
        Map<String, Double> all = new LinkedHashMap<>();
        if (!Double.isNaN(loss)) {
            all.put(Watched.LOSS, loss);
        }
        if (!Double.isNaN(accuracy)) {
            all.put(Watched.ACCURACY, accuracy);
        }
        all.putAll(others);
        return all;
    }

    @Override
    public String toString() {
        String text = String.format(Locale.ROOT, "epoch %d: loss %.4f", number, trainLoss);
        if (!Double.isNaN(validationLoss)) {
            text += String.format(Locale.ROOT, ", validation loss %.4f", validationLoss);
        }
        if (!Double.isNaN(validationAccuracy)) {
            text += String.format(Locale.ROOT, ", validation accuracy %.4f", validationAccuracy);
        }
        return text
                + metrics.entrySet().stream()
                        .filter(metric -> !metric.getKey().equals(Watched.LOSS))
                        .filter(metric -> !metric.getKey().equals(Watched.ACCURACY) || Double.isNaN(validationAccuracy))
                        .map(metric -> ", " + metric.getKey() + " " + MetricValue.text(metric.getValue()))
                        .collect(Collectors.joining())
                + (judgedBy.isEmpty() ? "" : ", judged by " + judgedBy);
    }
}
