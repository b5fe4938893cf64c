package io.github.bn4j.spark.scaling;

import static io.github.bn4j.internal.Checks.checkArgument;

import io.github.bn4j.text.Text;
import java.util.List;
import java.util.Locale;

/**
 * The time of a training step on k workers, each of which has a batch of its own of the same size (weak scaling): arithmetic of the
 * slowest, two sums for each batch normalisation, and one for the gradients; or, where they step apart and average every H steps, one sum of
 * parameters and of what the optimiser remembers of each, two numbers as Adam does.
 *
 * <pre>{@code
 * synchronous      E[max of k] + Σ sum(k, statistics) + sum(k, gradients)
 * groups of g      E[max of k] + Σ sum(g, statistics) + sum(k, gradients)
 * every H steps    E + (E[max of k] − E) / √H + sum(k, 3 gradients) / H
 * }</pre>
 *
 * <p>Over H steps a worker is as often fast as slow, so that the slowest is behind by √H times, and not by H times, as much as in one.
 * What a step is worth is not in it: those that are taken apart bring less.
 *
 * <p>It is a model: it knows no topology of the network and no other traffic.
 */
public record ScalingModel(StepWork work, Link link) {

    private static final int GROUP = 8;
    private static final List<Integer> EVERY = List.of(4, 16, 64);
    private static final int SHOWN = 16;
    private static final int AVERAGED = 3;
    private static final double WORTH = 0.8;
    private static final double MILLI = 1e3;

    /** Seconds of a step that gives what one machine would give. */
    public double synchronous(int workers) {
        return groups(workers, workers);
    }

    /** Seconds of a step whose batch normalisations add up within groups of some workers only. */
    public double groups(int workers, int members) {
        double statistics = 0;
        for (long bytes : work.statistics()) {
            statistics += link.sum(Math.min(workers, members), bytes);
        }
        return work.slowestOf(workers) + statistics + link.sum(workers, work.gradients());
    }

    /** Seconds of a step of workers that step apart, and average every few steps what they have come to. */
    public double local(int workers, int averageEvery) {
        checkArgument(averageEvery >= 1, "local expects an average every 1 step or more but got %s", averageEvery);
        double behind = (work.slowestOf(workers) - work.mean()) / Math.sqrt(averageEvery);
        return work.mean() + behind + link.sum(workers, AVERAGED * work.gradients()) / averageEvery;
    }

    /** The share of the time of a step in which a worker does what it would do alone. */
    public double efficiency(double seconds) {
        return work.mean() / seconds;
    }

    /** What to do with so many workers: the most exact way that keeps most of the time for arithmetic. */
    public String advice(int workers) {
        if (efficiency(synchronous(workers)) >= WORTH) {
            return "synchronous";
        }
        if (workers > GROUP && efficiency(groups(workers, GROUP)) >= WORTH) {
            return "groups of " + GROUP;
        }
        for (int steps : EVERY) {
            if (efficiency(local(workers, steps)) >= WORTH) {
                return "averageEvery(" + steps + ")";
            }
        }
        return "larger batches, or fewer workers";
    }

    /** A line for each number of workers: milliseconds of a step and how much of it is arithmetic, in each way, and advice. */
    public Text table(List<Integer> workers) {
        StringBuilder lines = new StringBuilder(String.format(
                "%8s  %18s  %18s  %18s  %s",
                "workers", "synchronous", "groups of " + GROUP, "averageEvery(" + SHOWN + ")", "advice"));
        for (int k : workers) {
            lines.append(String.format(
                    Locale.ROOT,
                    "%n%8d  %18s  %18s  %18s  %s",
                    k,
                    cell(synchronous(k)),
                    k > GROUP ? cell(groups(k, GROUP)) : "-",
                    cell(local(k, SHOWN)),
                    advice(k)));
        }
        return new Text(lines.toString());
    }

    private String cell(double seconds) {
        return String.format(Locale.ROOT, "%.2f ms (%.0f %%)", seconds * MILLI, 100 * efficiency(seconds));
    }
}
