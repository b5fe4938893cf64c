package io.github.bn4j.train;

import static io.github.bn4j.internal.Checks.checkArgument;
import static io.github.bn4j.internal.Checks.checkGiven;

import java.io.Serializable;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An example on its way from where the data are to where it is trained on: its number, and plain arrays in row-major order of its inputs and
 * targets, of float32 or float64.
 */
public final class SharedExample implements Serializable {

    private static final long serialVersionUID = 1;

    private final int row;
    private final float @Nullable [][] floats;
    private final double @Nullable [][] doubles;

    private SharedExample(int row, float @Nullable [][] floats, double @Nullable [][] doubles) {
        checkArgument(row >= 0, "SharedExample expects a row from 0 on but got %s", row);
        this.row = row;
        this.floats = floats;
        this.doubles = doubles;
    }

    /**
     * An example of float32.
     *
     * @param row its number in the data, from 0
     * @param values of its {@linkplain SharedTraining#inputs inputs}, then, where it is trained on, of its {@linkplain SharedTraining#targets
     *     targets}. Not copied.
     */
    public static SharedExample of(int row, float[]... values) {
        checkGiven(values, "SharedExample", "arrays of numbers");
        return new SharedExample(row, values, null);
    }

    /**
     * An example of float64.
     *
     * @param row its number in the data, from 0
     * @param values of its {@linkplain SharedTraining#inputs inputs}, then, where it is trained on, of its {@linkplain SharedTraining#targets
     *     targets}. Not copied.
     */
    public static SharedExample of(int row, double[]... values) {
        checkGiven(values, "SharedExample", "arrays of numbers");
        return new SharedExample(row, null, values);
    }

    /** Its number in the data, from 0. */
    public int row() {
        return row;
    }

    /** How many arrays it has. */
    public int arrays() {
        return floats != null ? floats.length : doubles == null ? 0 : doubles.length;
    }

    /** The numbers of one of its arrays, as a copy. */
    public double[] values(int array) {
        float[][] single = floats;
        if (single == null) {
            return doubles == null ? new double[0] : doubles[array].clone();
        }
        double[] values = new double[single[array].length];
        Arrays.setAll(values, i -> single[array][i]);
        return values;
    }

    /** The numbers of one of its arrays in float32, as a copy. */
    float[] single(int array) {
        if (floats != null) {
            return floats[array].clone();
        }
        double[] values = values(array);
        float[] single = new float[values.length];
        for (int i = 0; i < single.length; i++) {
            single[i] = (float) values[i];
        }
        return single;
    }

    void put(int array, FloatBuffer into) {
        into.put(floats == null ? single(array) : floats[array]);
    }

    void put(int array, DoubleBuffer into) {
        into.put(doubles == null ? values(array) : doubles[array]);
    }

    /**
     * Refuses numbers that cannot be computed with.
     *
     * @param names of the arrays
     * @param widths how many numbers each has
     * @param single whether they are computed with in float32
     */
    void check(List<String> names, int[] widths, boolean single) {
        checkArgument(
                arrays() == names.size(),
                "SharedExample expects arrays for %s but got %s in row %s",
                names,
                arrays(),
                row);
        for (int array = 0; array < widths.length; array++) {
            int length = floats != null ? floats[array].length : doubles == null ? 0 : doubles[array].length;
            checkArgument(
                    length == widths[array],
                    "SharedExample expects %s numbers for \"%s\" but got %s in row %s",
                    widths[array],
                    names.get(array),
                    length,
                    row);
            for (int i = 0; i < length; i++) {
                double value = floats != null ? floats[array][i] : doubles == null ? 0 : doubles[array][i];
                checkArgument(
                        Double.isFinite(single ? (float) value : value),
                        "SharedExample expects finite numbers for \"%s\" but got %s in row %s; clean or impute the data",
                        names.get(array),
                        value,
                        row);
            }
        }
    }

    @Override
    public String toString() {
        return "SharedExample[row " + row + ", " + arrays() + (arrays() == 1 ? " array]" : " arrays]");
    }
}
