package io.github.bn4j.train;

import static io.github.bn4j.internal.Checks.checkGiven;
import static io.github.bn4j.internal.Checks.checkState;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * How the loss goes while the learning rate rises from step to step (Smith 2017, Cyclical learning rates for training neural
 * networks, section 3.3). Prints as a table of the losses and a suggestion.
 *
 * @param trials the steps in order
 */
public record RateFinder(List<Trial> trials) {

    /** How many trials on each side a loss is averaged over. */
    private static final int NEIGHBOURS = 3;

    private static final int ROWS = 12;

    /**
     * One step.
     *
     * @param rate the learning rate
     * @param loss mean loss of the batch, before the step
     */
    public record Trial(double rate, double loss) {}

    public RateFinder {
        trials = List.copyOf(checkGiven(trials, "RateFinder", "trials"));
    }

    /**
     * The learning rate where the loss, averaged over neighbouring trials, falls the fastest by the logarithm of the rate. For
     * {@link Schedule#oneCycle} and others that begin small, a few times as much may do.
     *
     * @throws IllegalStateException if the loss does not fall
     */
    public double suggestion() {
        int best = steepest();
        checkState(
                best >= 0,
                "suggestion expects a loss that falls somewhere but got none; look at the data, or try larger batches");
        return trials.get(best).rate();
    }

    /** Whether the loss falls somewhere, so that there is a {@link #suggestion}. */
    public boolean hasSuggestion() {
        return steepest() >= 0;
    }

    /** The trial from which the mean loss falls most to the next one; -1 if there is none. */
    private int steepest() {
        int best = -1;
        double fall = 0;
        for (int i = 0; i + 1 < trials.size(); i++) {
            double down = smooth(i) - smooth(i + 1);
            if (down > fall) {
                best = i;
                fall = down;
            }
        }
        return best;
    }

    private double smooth(int trial) {
        int from = Math.max(0, trial - NEIGHBOURS);
        int to = Math.min(trials.size(), trial + NEIGHBOURS + 1);
        return trials.subList(from, to).stream()
                .mapToDouble(Trial::loss)
                .average()
                .orElse(Double.NaN);
    }

    @Override
    public String toString() {
        int every = Math.max(1, (trials.size() + ROWS - 1) / ROWS);
        String table = IntStream.range(0, trials.size())
                .filter(i -> i % every == 0)
                .mapToObj(i -> String.format(
                        Locale.ROOT, "rate %.1e: loss %.4f%n", trials.get(i).rate(), smooth(i)))
                .collect(Collectors.joining());
        return table
                + (hasSuggestion()
                        ? "suggestion " + String.format(Locale.ROOT, "%.1e", suggestion())
                        : "no rate with which the loss falls");
    }
}
