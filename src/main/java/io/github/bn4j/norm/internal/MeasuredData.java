package io.github.bn4j.norm.internal;

import io.github.bn4j.engine.Model;
import io.github.bn4j.internal.Moments;
import java.util.List;

/** Data that are measured where they are, by {@link NormMeasurement}. */
public interface MeasuredData {

    /** The number of all examples. */
    long examples();

    /**
     * What all examples give at batch normalisations.
     *
     * @param model as it is now
     * @param runningMeans names of the running means of those that are to be measured, at least one
     * @return number, means and variances of the values of each, in this order
     */
    List<Moments> measure(Model model, List<String> runningMeans);
}
