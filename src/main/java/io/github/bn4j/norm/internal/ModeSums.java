package io.github.bn4j.norm.internal;

import io.github.bn4j.engine.BatchStatistics;
import io.github.bn4j.internal.Moments;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What batches in training mode, beside predictions of the same examples, add up to. What several have added up of different batches can be
 * {@linkplain #add merged}.
 */
public final class ModeSums {

    /* The numbers that are plain sums lie in one array, so that they travel and merge as one. */

    private static final int DIFFERENCES = 0;
    private static final int SQUARES = 1;
    private static final int TRAINING_LOSS = 2;
    private static final int PREDICTION_LOSS = 3;
    private static final int DISAGREEING = 4;
    private static final int LABELLED = 5;
    private static final int EXAMPLES = 6;

    private final double[] totals = new double[EXAMPLES + 1];
    private final List<Scatter> norms;

    /**
     * How the statistics of one batch normalisation scatter over batches.
     *
     * @param call which call of it
     * @param means moments of the batch means, a value for each batch
     * @param variances moments of the biased batch variances
     */
    public record Scatter(String call, Moments means, Moments variances) {}

    /**
     * Sums of nothing.
     *
     * @param channels of each call that measures, by its key
     */
    public ModeSums(Map<String, Integer> channels) {
        norms = new ArrayList<>();
        channels.forEach((call, number) -> norms.add(new Scatter(call, new Moments(number), new Moments(number))));
    }

    /** The plain sums, of which each may be added to that of others. */
    public double[] totals() {
        return totals;
    }

    /** What each batch normalisation that measures has measured, in the order of the network. */
    public List<Scatter> norms() {
        return norms;
    }

    /** That of a call by its key. */
    public Map<String, Scatter> byCall() {
        Map<String, Scatter> all = new LinkedHashMap<>();
        norms.forEach(norm -> all.put(norm.call(), norm));
        return all;
    }

    void measured(BatchStatistics statistics, String call) {
        Scatter norm = byCall().get(call);
        if (norm != null) {
            norm.means().add(row(statistics.mean()));
            norm.variances().add(row(statistics.variance()));
        }
    }

    private static INDArray row(INDArray perChannel) {
        return perChannel.reshape(1, perChannel.length());
    }

    /**
     * Adds a batch.
     *
     * @param trained the first output in training mode, {@code [examples, …]}. Not modified.
     * @param predicted the same of predictions. Not modified.
     * @param labels class numbers; none where there are none
     */
    void add(INDArray trained, INDArray predicted, int... labels) {
        double[] first = trained.dup('c').data().asDouble();
        double[] second = predicted.dup('c').data().asDouble();
        int rows = (int) trained.size(0);
        int width = first.length / rows;
        for (int i = 0; i < first.length; i++) {
            totals[DIFFERENCES] += (first[i] - second[i]) * (first[i] - second[i]);
            totals[SQUARES] += second[i] * second[i];
        }
        for (int row = 0; row < rows; row++) {
            totals[DISAGREEING] += largest(first, row, width) == largest(second, row, width) ? 0 : 1;
            if (labels.length > 0) {
                totals[TRAINING_LOSS] += crossEntropy(first, row, width, labels[row]);
                totals[PREDICTION_LOSS] += crossEntropy(second, row, width, labels[row]);
                totals[LABELLED]++;
            }
        }
        totals[EXAMPLES] += rows;
    }

    private static int largest(double[] values, int row, int width) {
        int best = 0;
        for (int i = 1; i < width; i++) {
            best = values[row * width + i] > values[row * width + best] ? i : best;
        }
        return best;
    }

    private static double crossEntropy(double[] logits, int row, int width, int label) {
        double top = logits[row * width + largest(logits, row, width)];
        double sum = 0;
        for (int i = 0; i < width; i++) {
            sum += Math.exp(logits[row * width + i] - top);
        }
        return Math.log(sum) + top - logits[row * width + label];
    }

    /** Root mean square of the differences, as a share of the root mean square of the predictions. */
    public double difference() {
        return totals[DIFFERENCES] == 0 ? 0 : Math.sqrt(totals[DIFFERENCES] / totals[SQUARES]);
    }

    /** Share of the examples whose largest output is another one. */
    public double disagreement() {
        return totals[DISAGREEING] / totals[EXAMPLES];
    }

    /** Mean softmax cross-entropy in training mode; NaN without class numbers. */
    public double trainingLoss() {
        return totals[TRAINING_LOSS] / totals[LABELLED];
    }

    /** Mean softmax cross-entropy of predictions; NaN without class numbers. */
    public double predictionLoss() {
        return totals[PREDICTION_LOSS] / totals[LABELLED];
    }

    /** The number of examples in these batches. */
    public long examples() {
        return Math.round(totals[EXAMPLES]);
    }
}
