package io.github.bn4j;

import static io.github.bn4j.TensorAssert.assertTensor;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bn4j.internal.Tensors;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

class TensorAssertTest {

    private static INDArray tensor(double... values) {
        return Tensors.of(DataType.DOUBLE, values, 2, values.length / 2);
    }

    @Test
    void namesTheElementThatIsFurthestOff() {
        INDArray actual = tensor(1, 2, 3, 4.5, 5, 6.25);
        assertTensor(actual)
                .isCloseTo(tensor(1, 2, 3, 4, 5, 6), 0.5)
                .isRelativelyCloseTo(tensor(1, 2, 3, 4, 5, 6), 0.1);
        assertThatThrownBy(() -> assertTensor(actual).as("y").isCloseTo(tensor(1, 2, 3, 4, 5, 6), 0.1))
                .hasMessage("[y] expects elements within 0.1 but got 4.5 instead of 4.0 at [1, 0] of [2, 3]");
        assertThatThrownBy(() -> assertTensor(actual).isCloseTo(tensor(1, 2, 3, 4), 9))
                .hasMessage("expects shape [2, 2] but got [2, 3]");
        assertThatThrownBy(() -> assertTensor(actual).differsFrom(tensor(1, 2, 3, 4, 5, 6), 0.5))
                .hasMessage("expects an element further off than 0.5 but got none");
    }

    @Test
    void takesNothingForANumberThatIsNone() {
        double infinity = Double.POSITIVE_INFINITY;
        INDArray actual = tensor(Double.NaN, infinity);
        assertTensor(actual).isCloseTo(tensor(Double.NaN, infinity), 0);
        assertThatThrownBy(() -> assertTensor(actual).isCloseTo(tensor(0, infinity), 1e30))
                .hasMessage("expects elements within 1.0E30 but got NaN instead of 0.0 at [0, 0] of [2, 1]");
        assertThatThrownBy(() -> assertTensor(actual).isCloseTo(tensor(Double.NaN, -infinity), 1e300))
                .isInstanceOf(AssertionError.class);
    }
}
