package io.github.bn4j.data;

import io.github.bn4j.internal.Distributions;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What the targets of a data set are. Shapes alone do not tell distributions over classes from other numbers. */
public enum LabelKind {
    /** The number of a class, from 0, for each example. */
    CLASS_NUMBERS,
    /** A share of each class for each example; the shares are not negative, and together 1. */
    DISTRIBUTIONS,
    /** Numbers to come near to. */
    TARGETS,
    /** Either distributions or targets. */
    UNKNOWN;

    /**
     * What an array can be seen to hold: class numbers where all are whole numbers from 0, one per example; {@link #UNKNOWN}
     * for rows of several numbers that could all be distributions; targets else.
     *
     * @param targets {@code [examples, …]}. Not modified.
     */
    public static LabelKind of(INDArray targets) {
        if (targets.rank() == 1) {
            return Labels.areClasses(targets) ? CLASS_NUMBERS : TARGETS;
        }
        boolean shares = targets.rank() == 2
                && targets.size(1) > 1
                && Distributions.firstOther(targets).isEmpty();
        return shares ? UNKNOWN : TARGETS;
    }
}
