package io.github.bn4j.internal;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Arrays of float or of double that are added up, element by element. */
public final class Summands {

    private Summands() {}

    /** In what arrays of several ranks differ that should be of one type and length; empty if in nothing. */
    public static Optional<String> difference(List<?> arrays) {
        String first = name(arrays.get(0));
        return IntStream.range(1, arrays.size())
                .filter(rank -> !name(arrays.get(rank)).equals(first))
                .mapToObj(rank -> first + " of rank 0 and " + name(arrays.get(rank)) + " of rank " + rank)
                .findFirst();
    }

    /**
     * A new array of the sums, first to last.
     *
     * @param arrays at least one, without a {@link #difference}. Not modified.
     */
    public static Object added(List<?> arrays) {
        return arrays.get(0) instanceof float[] ? floats(arrays) : doubles(arrays);
    }

    private static String name(Object array) {
        return array instanceof float[] floats ? floats.length + " floats" : ((double[]) array).length + " doubles";
    }

    private static float[] floats(List<?> arrays) {
        float[] sum = ((float[]) arrays.get(0)).clone();
        for (Object array : arrays.subList(1, arrays.size())) {
            float[] more = (float[]) array;
            for (int i = 0; i < sum.length; i++) {
                sum[i] += more[i];
            }
        }
        return sum;
    }

    private static double[] doubles(List<?> arrays) {
        double[] sum = ((double[]) arrays.get(0)).clone();
        for (Object array : arrays.subList(1, arrays.size())) {
            double[] more = (double[]) array;
            for (int i = 0; i < sum.length; i++) {
                sum[i] += more[i];
            }
        }
        return sum;
    }
}
