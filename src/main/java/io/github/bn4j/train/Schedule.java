package io.github.bn4j.train;

import static io.github.bn4j.internal.Checks.checkArgument;
import static io.github.bn4j.internal.Checks.checkGiven;

import java.util.stream.DoubleStream;

/** How the learning rate changes in the course of a {@code fit}: the optimiser's own is the largest. */
@FunctionalInterface
public interface Schedule {

    /**
     * What the learning rate is multiplied by in a step.
     *
     * @param done share of the steps of this {@code fit} that have been taken, from 0 to below 1
     * @return a factor above 0
     */
    double factor(double done);

    /** The same learning rate all the time. */
    static Schedule constant() {
        return done -> 1;
    }

    /** From 1 to 0 along a half wave of the cosine (Loshchilov and Hutter 2017, SGDR, equation 5, without restarts). */
    static Schedule cosine() {
        return done -> (1 + Math.cos(Math.PI * done)) / 2;
    }

    /**
     * Multiplied by {@code factor} at each of the given times, such as {@code steps(0.1, 0.5, 0.75)}.
     *
     * @param factor above 0
     * @param at shares of the training, from 0 to 1
     */
    static Schedule steps(double factor, double... at) {
        checkGiven(at, "Schedule.steps", "shares of the training");
        checkArgument(
                factor > 0 && Double.isFinite(factor), "Schedule.steps expects a factor above 0 but got %s", factor);
        double[] times = at.clone();
        return done -> Math.pow(factor, (double)
                DoubleStream.of(times).filter(time -> time <= done).count());
    }

    /**
     * This schedule after a straight line from near 0 up to its beginning.
     *
     * @param share of the training that the line takes, above 0 and below 1
     */
    default Schedule warmup(double share) {
        checkArgument(share > 0 && share < 1, "warmup expects a share between 0 and 1 but got %s", share);
        return done ->
                done < share ? factor(0) * Math.max(done, 1e-3 * share) / share : factor((done - share) / (1 - share));
    }
}
