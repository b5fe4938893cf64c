package io.github.bn4j.data;

import static io.github.bn4j.internal.Checks.checkArgument;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** See {@link Sampling#weighted}. */
record WeightedSampling(List<Double> weights) implements Sampling {

    private static final String NAME = "Sampling.weighted";

    WeightedSampling {
        weights = List.copyOf(weights);
        requireWeights(NAME, weights);
    }

    /** Refuses what cannot be drawn by. */
    static void requireWeights(String who, List<Double> weights) {
        for (int i = 0; i < weights.size(); i++) {
            double weight = weights.get(i);
            checkArgument(
                    weight >= 0 && Double.isFinite(weight),
                    "%s expects finite numbers of at least 0 but got %s at %s",
                    who,
                    weight,
                    i);
        }
        checkArgument(
                weights.stream().anyMatch(weight -> weight > 0),
                "%s expects a number above 0 but got 0 for each of %s",
                who,
                weights.size());
    }

    @Override
    public int[] rows(Dataset data, long seed) {
        checkArgument(
                weights.size() == data.size(),
                "%s expects %s weights, one per example, but got %s",
                NAME,
                data.size(),
                weights.size());
        double[] upTo = new double[weights.size()];
        double sum = 0;
        int last = 0;
        for (int row = 0; row < upTo.length; row++) {
            sum += weights.get(row);
            upTo[row] = sum;
            last = weights.get(row) > 0 ? row : last;
        }
        SplittableRandom random = new SplittableRandom(seed);
        int[] rows = new int[upTo.length];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = Math.min(last, firstAbove(upTo, random.nextDouble() * sum));
        }
        return rows;
    }

    private static int firstAbove(double[] upTo, double drawn) {
        int found = Arrays.binarySearch(upTo, drawn);
        int next = found < 0 ? -found - 1 : found;
        // Examples of weight 0 end where the one before them does.
        while (next < upTo.length && upTo[next] <= drawn) {
            next++;
        }
        return next;
    }

    @Override
    public String toString() {
        return "weighted(" + weights.size() + " weights, hash " + Integer.toHexString(weights.hashCode()) + ")";
    }
}
