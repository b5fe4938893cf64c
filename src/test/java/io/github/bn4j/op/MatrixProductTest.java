package io.github.bn4j.op;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.ShapeException;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

class MatrixProductTest {

    private static final int M = 3;
    private static final int K = 5;
    private static final int N = 7;

    @Test
    void multipliesTheMatricesOfEachExample() {
        for (boolean first : new boolean[] {false, true}) {
            for (boolean second : new boolean[] {false, true}) {
                INDArray a = OpRun.random(new Random(1), 2, 4, first ? K : M, first ? M : K);
                INDArray b = OpRun.random(new Random(2), 2, 4, second ? N : K, second ? K : N);
                OpRun.assertElements(OpRun.predict(new MatrixProduct(first, second), List.of(a, b)), index -> {
                    double sum = 0;
                    for (long k = 0; k < K; k++) {
                        double x = a.getDouble(index[0], index[1], first ? k : index[2], first ? index[2] : k);
                        double y = b.getDouble(index[0], index[1], second ? index[3] : k, second ? k : index[3]);
                        sum += x * y;
                    }
                    return sum;
                });
            }
        }
    }

    @Test
    void refusesWhatDoesNotFit() {
        assertThatThrownBy(() ->
                        new MatrixProduct(false, false).outputShape(List.of(Shape.of(2, 3), Shape.of(2, 3)), List.of()))
                .isInstanceOf(ShapeException.class)
                .hasMessage(
                        "expects inputs […, m, k] and […, k, n] with the same axes before but got [2, 3] and [2, 3];"
                                + " reshape or transpose one of them");
        assertThatThrownBy(() -> new MatrixProduct(true, true)
                        .outputShape(List.of(Shape.of(2, 3, 4), Shape.of(5, 4, 3)), List.of()))
                .hasMessage("expects inputs […, k, m] and […, n, k] with the same axes before but got [2, 3, 4] and"
                        + " [5, 4, 3]; reshape or transpose one of them");
        assertThatThrownBy(
                        () -> new MatrixProduct(false, false).outputShape(List.of(Shape.of(3), Shape.of(3)), List.of()))
                .hasMessage("expects inputs […, m, k] and […, k, n] with the same axes before but got [3] and [3];"
                        + " reshape or transpose one of them");
    }
}
