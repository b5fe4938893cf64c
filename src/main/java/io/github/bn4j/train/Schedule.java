package io.github.bn4j.train;

import static io.github.bn4j.internal.Checks.checkArgument;
import static io.github.bn4j.internal.Checks.checkGiven;
import static io.github.bn4j.train.OptimizerChecks.checkPositive;

import java.io.Serializable;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.DoubleStream;
import java.util.stream.LongStream;

/**
 * How the learning rate changes in the course of a {@code fit}: a factor of the optimiser's own. A function of the progress and of
 * nothing else, so there is nothing to remember when a training goes on; yours is a lambda such as
 * {@code at -> 1 / (1 + 0.01 * at.step())}.
 *
 * <p>Those here count steps of the optimiser, or epochs after {@link #byEpoch}.
 */
@FunctionalInterface
public interface Schedule extends Serializable {

    /**
     * What the learning rate is multiplied by in a step.
     *
     * @param at the step
     * @return a finite factor of at least 0
     */
    double factor(TrainingProgress at);

    /** The name of the metric of validation data that it watches, if it does; {@code fit} then refuses to go without it. */
    default Optional<String> watches() {
        return Optional.empty();
    }

    /** Leaves the learning rate as it is. */
    static Schedule constant() {
        return new NamedSchedule("constant()", at -> 1);
    }

    /** From 1 to 0 along a half wave of the cosine (Loshchilov and Hutter 2017, SGDR, equation 5, without restarts). */
    static Schedule cosine() {
        return new NamedSchedule("cosine()", at -> halfWave(at.share()));
    }

    /** A cosine's way from 1 to 0, for {@code done} from 0 to 1. */
    private static double halfWave(double done) {
        return (1 + Math.cos(Math.PI * done)) / 2;
    }

    /**
     * From 1 to 0 along a half wave of the cosine again and again (Loshchilov and Hutter 2017, SGDR, equation 5).
     *
     * @param first the length of the first wave, in steps; at least 1
     * @param growth how many times as long each wave is as the one before, at least 1
     */
    static Schedule cosineRestarts(long first, double growth) {
        checkArgument(first >= 1, "Schedule.cosineRestarts expects a wave of at least 1 step but got %s", first);
        checkArgument(
                growth >= 1 && Double.isFinite(growth),
                "Schedule.cosineRestarts expects growth of at least 1 but got %s",
                growth);
        return new NamedSchedule("cosineRestarts(" + first + ", " + growth + ")", at -> {
            double length = first;
            double step = at.step();
            while (growth > 1 && step >= length) {
                step -= length;
                length *= growth;
            }
            return halfWave(step % length / length);
        });
    }

    /** From 1 to 0 along a straight line. */
    static Schedule linear() {
        return new NamedSchedule("linear()", at -> 1 - at.share());
    }

    /**
     * From 1 to 0 as a power of what is left to do.
     *
     * @param power above 0; 1 is a straight line
     */
    static Schedule polynomial(double power) {
        checkPositive("Schedule.polynomial", "a power", power);
        return new NamedSchedule("polynomial(" + power + ")", at -> Math.pow(1 - at.share(), power));
    }

    /**
     * Multiplied by {@code factor} in each step.
     *
     * @param factor above 0
     */
    static Schedule exponential(double factor) {
        checkPositive("Schedule.exponential", "a factor", factor);
        return new NamedSchedule("exponential(" + factor + ")", at -> Math.pow(factor, (double) at.step()));
    }

    /**
     * Multiplied by {@code factor} after every so many steps.
     *
     * @param every at least 1
     * @param factor above 0
     */
    static Schedule step(long every, double factor) {
        checkArgument(every >= 1, "Schedule.step expects at least 1 step but got %s", every);
        checkPositive("Schedule.step", "a factor", factor);
        return new NamedSchedule(
                "step(" + every + ", " + factor + ")",
                at -> Math.pow(factor, (double) Math.floorDiv(at.step(), every)));
    }

    /**
     * Multiplied by {@code factor} after each of the given numbers of steps, such as {@code multiStep(0.1, 30, 60).byEpoch()}.
     *
     * @param factor above 0
     * @param after at least 0
     */
    static Schedule multiStep(double factor, long... after) {
        checkGiven(after, "Schedule.multiStep", "numbers of steps");
        checkPositive("Schedule.multiStep", "a factor", factor);
        long[] times = after.clone();
        for (long time : times) {
            checkArgument(time >= 0, "Schedule.multiStep expects numbers of steps but got %s", time);
        }
        return new NamedSchedule(
                "multiStep(" + factor + ", " + list(Arrays.toString(times)) + ")",
                at -> Math.pow(factor, (double)
                        LongStream.of(times).filter(time -> time <= at.step()).count()));
    }

    /**
     * Multiplied by {@code factor} at each of the given times, such as {@code steps(0.1, 0.5, 0.75)}.
     *
     * @param factor above 0
     * @param at shares of the training, from 0 to 1
     */
    static Schedule steps(double factor, double... at) {
        checkGiven(at, "Schedule.steps", "shares of the training");
        checkPositive("Schedule.steps", "a factor", factor);
        double[] times = at.clone();
        for (double time : times) {
            checkArgument(
                    time >= 0 && time <= 1,
                    "Schedule.steps expects shares of the training from 0 to 1 but got %s; count steps by multiStep",
                    time);
        }
        return new NamedSchedule(
                "steps(" + factor + ", " + list(Arrays.toString(times)) + ")",
                now -> Math.pow(factor, (double) DoubleStream.of(times)
                        .filter(time -> time <= now.share())
                        .count()));
    }

    private static String list(String array) {
        return array.substring(1, array.length() - 1);
    }

    /**
     * Up to 1 and then down to almost 0 (Smith and Topin 2018, Super-convergence), with PyTorch's numbers: from 1/25 to 1 in the
     * first 30 % of the steps, then to 1/250,000 in the last step, both along half waves of the cosine. The momentum stays as it is.
     */
    static Schedule oneCycle() {
        return oneCycle(0.3, 25, 1e4);
    }

    /**
     * Up to 1 and then down to almost 0, as {@link #oneCycle()}.
     *
     * @param rise share of the steps that go up, above 0 and below 1
     * @param initial the first factor is 1 / {@code initial}, at least 1
     * @param last the last factor is the first one / {@code last}, at least 1
     */
    static Schedule oneCycle(double rise, double initial, double last) {
        return new OneCycle(rise, initial, last);
    }

    /**
     * {@code √(steps / (steps + step))}. After {@code warmupSteps(steps)} it is the schedule of Vaswani et al. 2017, Attention is all
     * you need, equation 3, with 1 as its peak.
     *
     * @param steps at least 1
     */
    static Schedule inverseSquareRoot(long steps) {
        checkArgument(steps >= 1, "Schedule.inverseSquareRoot expects at least 1 step but got %s", steps);
        return new NamedSchedule(
                "inverseSquareRoot(" + steps + ")", at -> Math.sqrt(steps / ((double) steps + at.step())));
    }

    /** Smaller when the validation loss has not fallen for a while: by 0.1 after 10 epochs, unless settings say otherwise. */
    static ReduceOnPlateau plateau() {
        return new ReduceOnPlateau(0.1, 10, 0, 0, 0, Watched.LOSS);
    }

    /** This schedule counted in epochs: it takes each for one step, and is the same for all steps of an epoch. */
    default Schedule byEpoch() {
        return new ChangedSchedule(this, "byEpoch()", at -> factor(at.byEpoch()));
    }

    /**
     * This schedule so that it falls to {@code lowest} and not to 0: {@code lowest + (1 − lowest) factor}.
     *
     * @param lowest from 0 to 1
     */
    default Schedule downTo(double lowest) {
        checkArgument(lowest >= 0 && lowest <= 1, "downTo expects a factor from 0 to 1 but got %s", lowest);
        return new ChangedSchedule(this, "downTo(" + lowest + ")", at -> lowest + (1 - lowest) * factor(at));
    }

    /**
     * This schedule after a straight line up to its beginning: of w steps, the first has 1/w and the last all of it.
     *
     * @param share of the steps that the line takes, above 0 and below 1; it takes one step at least
     */
    default Schedule warmup(double share) {
        checkArgument(share > 0 && share < 1, "warmup expects a share between 0 and 1 but got %s", share);
        return new ChangedSchedule(
                this, "warmup(" + share + ")", at -> warm(at, Math.max(1, Math.round(share * at.steps()))));
    }

    /**
     * This schedule after a straight line up to its beginning: of w steps, the first has 1/w and the last all of it.
     *
     * @param steps that the line takes, at least 1
     */
    default Schedule warmupSteps(long steps) {
        checkArgument(steps >= 1, "warmupSteps expects at least 1 step but got %s", steps);
        return new ChangedSchedule(this, "warmupSteps(" + steps + ")", at -> warm(at, steps));
    }

    private double warm(TrainingProgress at, long steps) {
        return factor(at.after(steps)) * Math.min(1, (at.step() + 1.0) / steps);
    }
}
