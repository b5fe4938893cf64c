package io.github.bn4j;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bn4j.internal.Floats;
import java.util.Arrays;
import org.assertj.core.api.AbstractAssert;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Says of a whole tensor what is expected of it, and on failure which element is furthest off. */
public final class TensorAssert extends AbstractAssert<TensorAssert, INDArray> {

    private TensorAssert(INDArray actual) {
        super(actual, TensorAssert.class);
    }

    public static TensorAssert assertTensor(INDArray actual) {
        return new TensorAssert(actual);
    }

    public TensorAssert hasShape(long... shape) {
        isNotNull();
        if (!Arrays.equals(actual.shape(), shape)) {
            failWithMessage("expects shape %s but got %s", Arrays.toString(shape), Arrays.toString(actual.shape()));
        }
        return this;
    }

    /** The same shape, and no element further off than {@code tolerance}; NaN and infinities only where they are expected. */
    public TensorAssert isCloseTo(INDArray expected, double tolerance) {
        return hasShape(expected.shape()).hasElementsCloseTo(Floats.values(expected), tolerance);
    }

    /** The same shape, and no element further off than {@code tolerance} times the largest finite one that is expected. */
    public TensorAssert isRelativelyCloseTo(INDArray expected, double tolerance) {
        double largest = 0;
        for (double value : Floats.values(expected)) {
            largest = Double.isFinite(value) ? Math.max(largest, Math.abs(value)) : largest;
        }
        return isCloseTo(expected, tolerance * largest);
    }

    /** The same shape, and an element that is further off than {@code distance}. */
    public TensorAssert differsFrom(INDArray expected, double distance) {
        try {
            isCloseTo(expected, distance);
        } catch (AssertionError different) {
            return hasShape(expected.shape());
        }
        throw new AssertionError("expects an element further off than " + distance + " but got none");
    }

    /** All parameters of the same names, with the same shapes and no element further off than {@code tolerance}. */
    public static void assertParameters(Network actual, Network expected, double tolerance) {
        assertThat(actual.parameters().names()).isEqualTo(expected.parameters().names());
        for (String name : expected.parameters().names()) {
            assertTensor(actual.parameters().get(name))
                    .as(name)
                    .isCloseTo(expected.parameters().get(name), tolerance);
        }
    }

    /** These elements in row-major order, whatever the shape. */
    public TensorAssert hasElements(double... expected) {
        return hasElementsCloseTo(expected, 0);
    }

    /** These elements in row-major order, whatever the shape, none further off than {@code tolerance}. */
    public TensorAssert hasElementsCloseTo(double[] expected, double tolerance) {
        isNotNull();
        double[] values = Floats.values(actual);
        if (values.length != expected.length) {
            failWithMessage("expects %s elements but got %s", expected.length, values.length);
        }
        int worst = -1;
        double most = tolerance;
        for (int i = 0; i < values.length; i++) {
            double error = error(values[i], expected[i]);
            if (error > most) {
                worst = i;
                most = error;
            }
        }
        if (worst >= 0) {
            failWithMessage(
                    "expects elements within %s but got %s instead of %s at %s of %s",
                    tolerance,
                    values[worst],
                    expected[worst],
                    Arrays.toString(index(worst, actual.shape())),
                    Arrays.toString(actual.shape()));
        }
        return this;
    }

    private static double error(double actual, double expected) {
        if (Double.compare(actual, expected) == 0) {
            return 0;
        }
        double error = Math.abs(actual - expected);
        return Double.isFinite(error) ? error : Double.POSITIVE_INFINITY;
    }

    /** Where the element at a place in row-major order is. */
    public static long[] index(int place, long... shape) {
        long[] index = new long[shape.length];
        long rest = place;
        for (int axis = index.length - 1; axis >= 0; axis--) {
            index[axis] = rest % shape[axis];
            rest /= shape[axis];
        }
        return index;
    }
}
