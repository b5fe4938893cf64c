package io.github.bn4j;

import static org.assertj.core.api.Assertions.assertThat;

import org.nd4j.linalg.api.ndarray.INDArray;

/** Equality to the last bit; {@code INDArray.equals} allows 1e-5. */
public final class Bits {

    private Bits() {}

    /** Fails unless both arrays have the same type, shape and elements. Not modified. */
    public static void assertSame(INDArray actual, INDArray expected) {
        assertThat(actual.dataType()).isEqualTo(expected.dataType());
        assertThat(actual.shape()).containsExactly(expected.shape());
        assertThat(actual.dup('c').data().asDouble())
                .isEqualTo(expected.dup('c').data().asDouble());
    }
}
