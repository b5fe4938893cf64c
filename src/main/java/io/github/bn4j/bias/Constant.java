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

    /** How many numbers a shift of a value has. */
    static int numbers(Shift shift, Shape value) {
        return Math.toIntExact(
                switch (shift) {
                    case NONE, UNIFORM -> 1;
                    case PER_CHANNEL -> value.dim(0);
                    case PER_POSITION, ANY -> value.size();
                });
    }

    /** What it adds to each of {@code parts} equal parts of the value, which are no larger than those that its numbers are for. */
    double[] over(int parts) {
        double[] repeated = new double[parts];
        int times = parts / numbers.length;
        for (int i = 0; i < numbers.length; i++) {
            Arrays.fill(repeated, i * times, (i + 1) * times, numbers[i]);
        }
        return repeated;
    }

    Constant plus(Constant other) {
        double[] sum = over(Math.max(numbers.length, other.numbers.length));
        double[] more = other.over(sum.length);
        Arrays.setAll(sum, i -> sum[i] + more[i]);
        return new Constant(shift.join(other.shift), sum);
    }
}
