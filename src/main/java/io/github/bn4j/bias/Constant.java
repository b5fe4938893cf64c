package io.github.bn4j.bias;

import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.Shift;
import java.util.Arrays;

/**
 * What a value is shifted by.
 *
 * @param shift how
 * @param numbers one for all elements, one for each channel, or one for each element, as {@code shift} says
 */
@SuppressWarnings("ArrayRecordComponent")
record Constant(Shift shift, double[] numbers) {

    /** A constant for each channel of a value. */
    static Constant ofChannels(Shape value, double... numbers) {
        return new Constant(Shift.PER_CHANNEL.of(value), numbers);
    }

    /** A constant that is known by what it adds to each element of a value. */
    static Constant ofElements(Shift shift, Shape value, double... added) {
        int numbers =
                switch (shift) {
                    case UNIFORM -> 1;
                    case PER_CHANNEL -> (int) value.dim(0);
                    default -> added.length;
                };
        return new Constant(shift, new Constant(Shift.PER_POSITION, added).over(numbers));
    }

    /** What it adds to each of {@code parts} equal parts of the value, on average. */
    double[] over(int parts) {
        int repeated = Math.max(1, parts / numbers.length);
        int averaged = Math.max(1, numbers.length / parts);
        double[] means = new double[parts];
        for (int i = 0; i < Math.max(parts, numbers.length); i++) {
            means[i / averaged] += numbers[i / repeated] / averaged;
        }
        return means;
    }

    Constant plus(Constant other) {
        double[] sum = over(Math.max(numbers.length, other.numbers.length));
        double[] more = other.over(sum.length);
        Arrays.setAll(sum, i -> sum[i] + more[i]);
        return new Constant(shift.join(other.shift), sum);
    }
}
