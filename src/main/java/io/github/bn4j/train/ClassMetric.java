package io.github.bn4j.train;

/**
 * A metric that each class has, or each label of a multi-label classification. By default it is the mean over classes (macro);
 * classes that no example is of and none is taken for are left out of it. A class that examples are of, or are taken for, counts 0
 * where its own number has no denominator, as in scikit-learn.
 */
public interface ClassMetric extends Metric {

    /** Takes the mean over classes, each with the same weight. */
    ClassMetric macro();

    /** Counts the examples of all classes together; of a classification with one class per example, F1 is the accuracy then. */
    ClassMetric micro();

    /**
     * Takes one class.
     *
     * @param number from 0
     */
    ClassMetric ofClass(int number);
}
