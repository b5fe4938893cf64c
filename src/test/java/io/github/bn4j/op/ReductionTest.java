package io.github.bn4j.op;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.ShapeException;
import io.github.bn4j.internal.Tensors;
import io.github.bn4j.op.Reduction.Kind;
import java.util.List;
import java.util.Random;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

class ReductionTest {

    private static final INDArray X = OpRun.random(new Random(3), 2, 3, 4, 5);

    private static DoubleStream rows(long... index) {
        return java.util.stream.IntStream.range(0, 4)
                .mapToDouble(row -> X.getDouble(index[0], index[1], row, index[index.length - 1]));
    }

    @Test
    void reducesTheAxesThatItIsTold() {
        OpRun.assertElements(OpRun.predict(Reduction.of(Kind.SUM, 1), List.of(X)), index -> rows(index)
                .sum());
        OpRun.assertElements(
                OpRun.predict(Reduction.of(Kind.MEAN, 1), List.of(X)),
                index -> rows(index).average().orElseThrow());
        OpRun.assertElements(
                OpRun.predict(new Reduction(Kind.MAX, List.of(1), true), List.of(X)),
                index -> rows(index).max().orElseThrow());
        OpRun.assertElements(OpRun.predict(Reduction.of(Kind.MAX, 2, 0), List.of(X)), index -> {
            double most = Double.NEGATIVE_INFINITY;
            for (int channel = 0; channel < 3; channel++) {
                for (int column = 0; column < 5; column++) {
                    most = Math.max(most, X.getDouble(index[0], channel, index[1], column));
                }
            }
            return most;
        });
    }

    @Test
    void keepsOrDropsAxes() {
        List<Shape> image = List.of(Shape.of(3, 4, 5));
        assertThat(Reduction.of(Kind.SUM, 1).outputShape(image, List.of())).isEqualTo(Shape.of(3, 5));
        assertThat(Reduction.of(Kind.SUM, 2, 0, 1).outputShape(image, List.of()))
                .isEqualTo(Shape.of());
        assertThat(new Reduction(Kind.SUM, List.of(2, 1), true).outputShape(image, List.of()))
                .isEqualTo(Shape.of(3, 1, 1));
    }

    @Test
    void sharesTheGradientAmongTheLargest() {
        assertThat(OpRun.gradient(
                        Reduction.of(Kind.MAX, 0),
                        Tensors.of(DataType.DOUBLE, new double[] {1, 4, 4, 7, 2, 7}, 2, 3),
                        Tensors.of(DataType.DOUBLE, new double[] {1, -3}, 2)))
                .isEqualTo(Tensors.of(DataType.DOUBLE, new double[] {0, 0.5, 0.5, -1.5, 0, -1.5}, 2, 3));
    }

    @Test
    void refusesWhatDoesNotFit() {
        assertThatThrownBy(() -> Reduction.of(Kind.SUM, 2).outputShape(List.of(Shape.of(2, 3)), List.of()))
                .isInstanceOf(ShapeException.class)
                .hasMessage("expects input with an axis 2 but got [2, 3]");
        assertThatThrownBy(() -> Reduction.of(Kind.SUM))
                .hasMessage("Reduction expects one or more distinct axes of at least 0 but got []");
        assertThatThrownBy(() -> Reduction.of(Kind.SUM, 1, 1))
                .hasMessage("Reduction expects one or more distinct axes of at least 0 but got [1, 1]");
        assertThatThrownBy(() -> Reduction.of(Kind.SUM, -1))
                .hasMessage("Reduction expects one or more distinct axes of at least 0 but got [-1]");
        assertThatThrownBy(() -> new Reduction(null, List.of(0), true))
                .hasMessage("Reduction expects sum, mean or maximum but got null");
    }
}
