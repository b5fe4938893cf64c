package io.github.bn4j.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Merging, held against all values at once. */
class MomentsTest {

    private static final int[][] PARTS = {{0, 5}, {5, 6}, {6, 13}};

    /** Thirteen examples of three channels at five positions, a million away from 0. */
    private static INDArray values() {
        INDArray values = Nd4j.create(DataType.DOUBLE, 13, 3, 5);
        for (int i = 0; i < values.length(); i++) {
            values.putScalar(i, 1e6 + Math.sin(i) * (1 + i % 3));
        }
        return values;
    }

    private static Moments of(int from, int to) {
        Moments moments = new Moments(3);
        moments.add(values().get(NDArrayIndex.interval(from, to)));
        return moments;
    }

    private static void assertSame(Moments actual, Moments expected) {
        assertThat(actual.sum()).isEqualTo(expected.sum());
        for (int c = 0; c < 3; c++) {
            assertThat(actual.mean(c)).isCloseTo(expected.mean(c), within(1e-9));
            assertThat(actual.variance(c, false)).isCloseTo(expected.variance(c, false), within(1e-9));
            assertThat(actual.variance(c, true)).isCloseTo(expected.variance(c, true), within(1e-9));
        }
    }

    @Test
    void addsBatches() {
        Moments moments = new Moments(3);
        for (int[] part : PARTS) {
            moments.add(values().get(NDArrayIndex.interval(part[0], part[1])));
        }
        assertSame(moments, of(0, 13));
    }

    @Test
    void addsWhatHasBeenMeasured() {
        Moments moments = new Moments(3);
        for (int[] part : PARTS) {
            Moments measured = of(part[0], part[1]);
            moments.add(measured.sum(), measured.means(), measured.variances());
        }
        assertSame(moments, of(0, 13));
    }

    @Test
    void keepsTheBitsOfTheFirst() {
        Moments moments = new Moments(2);
        moments.add(7, new double[] {0.1, 1e6 + 0.3}, new double[] {0.7, 1e-3});

        assertThat(moments.means()).containsExactly(0.1, 1e6 + 0.3);
        assertThat(moments.variances()).containsExactly(0.7, 1e-3);
    }

    @Test
    void becomesThoseOfAllParts() {
        Moments first = of(0, 5);
        Moments second = of(5, 13);
        List<double[]> ofSecond = new ArrayList<>();
        // Squares are about the common mean, which the other part has to be told before it hands them in.
        Moments whole = of(0, 13);
        double[] told = {
            whole.sum() * whole.mean(0), whole.sum() * whole.mean(1), whole.sum() * whole.mean(2), whole.sum()
        };
        second.merge(own -> {
            ofSecond.add(own);
            return ofSecond.size() == 1 ? told : own;
        });
        first.merge(own -> {
            double[] others = ofSecond.remove(0);
            return IntStream.range(0, own.length)
                    .mapToDouble(i -> own[i] + others[i])
                    .toArray();
        });

        assertSame(first, whole);
    }

    @Test
    void weighsValues() {
        INDArray weights = Nd4j.create(DataType.DOUBLE, 13);
        weights.get(NDArrayIndex.interval(2, 6)).assign(1);
        Moments moments = new Moments(3);
        moments.add(values(), weights);
        assertSame(moments, of(2, 6));

        moments.add(values(), weights.mul(0));
        assertSame(moments, of(2, 6));
    }

    @Test
    void averagesWithoutDistances() {
        Moments moments = new Moments(1);
        moments.average(1, new double[] {2}, new double[] {8});
        moments.average(3, new double[] {10}, new double[] {4});

        assertThat(moments.means()).containsExactly(8);
        assertThat(moments.variances()).containsExactly(5);
        assertThat(moments.sum()).isEqualTo(4);
    }
}
