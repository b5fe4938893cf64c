package io.github.bn4j.train;

import java.io.Serializable;
import java.util.EnumSet;
import java.util.Set;

/**
 * A number that tells how good outputs are. It is exact however the examples are cut into batches: a {@link Tally} collects what
 * the number is made of, and not the numbers of batches. Those by name here are made like anybody's.
 *
 * <p>Where a number is not defined, as the area under the curve of examples of a single class, it is NaN, which is printed as – and
 * never better than another.
 */
public interface Metric extends Serializable {

    /** The name that {@link EarlyStopping}, {@link KeepBest} and {@link Epoch#metrics} know it by, of its own among those of a training. */
    String name();

    /** The direction: whether a larger number is a better one. */
    boolean higherIsBetter();

    /** The tasks that have such a number; by default all. */
    default Set<Task> tasks() {
        return EnumSet.allOf(Task.class);
    }

    /**
     * Checks that outputs have such a number, before there are any; the default takes all.
     *
     * @param width how many numbers an output has, or how many scores where it is a classification
     * @throws IllegalArgumentException if they have not
     */
    default void check(int width) {}

    /** Begins to collect. */
    Tally tally();

    /** What has been seen of the examples. For one thread. */
    interface Tally {

        /** Sees some examples. */
        void add(Predictions some);

        /**
         * Takes in what another one has seen.
         *
         * @param other one of the same metric. Not modified.
         */
        void merge(Tally other);

        /** The number for all examples so far; NaN where it is not defined. */
        double value();
    }

    /**
     * The share of examples whose largest score is that of the wanted class; of equal scores that of the first class counts. Of
     * a multi-label classification the share of all labels told rightly, a label being told where its logit is above 0.
     */
    static Metric accuracy() {
        return CountedMetric.ACCURACY;
    }

    /** The share of examples of a multi-label classification all of whose labels are told rightly, as scikit-learn's accuracy. */
    static Metric exactMatch() {
        return MeanMetric.EXACT_MATCH;
    }

    /**
     * The share of examples whose wanted class is among those with the {@code k} largest scores. Equal scores count in the order
     * of the classes, so that {@code topK(1)} is the accuracy.
     *
     * @param k from 1 to the number of classes
     */
    static Metric topK(int k) {
        return MeanMetric.topK(k);
    }

    /** The share of the examples taken for a class that are of it; see {@link ClassMetric} for the mean over classes. */
    static ClassMetric precision() {
        return MeanOfClasses.PRECISION;
    }

    /** The share of the examples of a class that are taken for it; see {@link ClassMetric} for the mean over classes. */
    static ClassMetric recall() {
        return MeanOfClasses.RECALL;
    }

    /** The harmonic mean of precision and recall of a class; see {@link ClassMetric} for the mean over classes, macro by default. */
    static ClassMetric f1() {
        return MeanOfClasses.F1;
    }

    /**
     * The intersection of what is of a class and what is taken for it, over their union (Jaccard): for segmentation. See {@link
     * ClassMetric} for the mean over classes.
     */
    static ClassMetric iou() {
        return MeanOfClasses.IOU;
    }

    /** Twice the intersection of what is of a class and what is taken for it, over the sum of both: F1 by another name. */
    static ClassMetric dice() {
        return MeanOfClasses.DICE;
    }

    /** The mean recall of the classes that occur; of a multi-label classification the mean over labels of that of yes and no. */
    static Metric balancedAccuracy() {
        return CountedMetric.BALANCED_ACCURACY;
    }

    /**
     * The correlation of wanted and told classes (Matthews; for several classes Gorodkin 2004), from −1 to 1, not defined where
     * all are of one class or taken for one. Of a multi-label classification the mean over labels.
     */
    static Metric matthews() {
        return CountedMetric.MATTHEWS;
    }

    /**
     * The mean of −log of the probability of what was wanted, from logits: infinite where a probability of 0 was. Of a
     * multi-label classification the mean over all labels.
     */
    static Metric logLoss() {
        return MeanMetric.LOG_LOSS;
    }

    /**
     * The squared difference of the probabilities from what was wanted, summed over classes and so from 0 to 2, as Brier has it;
     * of a multi-label classification the mean over labels, from 0 to 1.
     */
    static Metric brier() {
        return MeanMetric.BRIER;
    }

    /** The expected calibration error in 15 bins; see {@link #calibrationError(int)}. */
    static Metric calibrationError() {
        return calibrationError(15);
    }

    /**
     * The mean difference between the probability of the told class and the share of examples that it is right for, in bins of
     * equal width, weighted by their examples (Guo et al. 2017); of a multi-label classification between the probability of a
     * label and how often it is there.
     *
     * @param bins at least 1
     */
    static Metric calibrationError(int bins) {
        return CalibrationError.of(bins);
    }

    /**
     * The area under the ROC curve: how often an example of a class has a larger score for it than one of another class, equal
     * scores counting half. Of several classes the mean of each against the rest, by its probability, without those that all or
     * no examples are of. It is ranked by logits, which do not saturate.
     */
    static Metric rocAuc() {
        return RankedMetric.ROC_AUC;
    }

    /**
     * The area under the curve of precision and recall, in steps and not by trapezes (average precision). Of several classes the
     * mean of each against the rest, without those that no example is of.
     */
    static Metric averagePrecision() {
        return RankedMetric.AVERAGE_PRECISION;
    }

    /** The mean of the sizes of the differences, over all elements. */
    static Metric meanAbsoluteError() {
        return MeanMetric.MEAN_ABSOLUTE_ERROR;
    }

    /** The mean of the squares of the differences, over all elements. */
    static Metric meanSquaredError() {
        return MeanMetric.MEAN_SQUARED_ERROR;
    }

    /** The root of the mean of the squares of the differences, over all elements of all outputs together. */
    static Metric rootMeanSquaredError() {
        return MeanMetric.ROOT_MEAN_SQUARED_ERROR;
    }

    /**
     * The share of the variance of the targets that is explained, R²: 1 less the mean squared error over the variance. Of
     * several elements their mean. An element whose targets are all equal has 1 if all outputs are right and is left out else.
     */
    static Metric r2() {
        return VarianceMetric.R2;
    }

    /** R² for outputs that may be off by a constant: 1 less the variance of the differences over that of the targets. */
    static Metric explainedVariance() {
        return VarianceMetric.EXPLAINED_VARIANCE;
    }
}
