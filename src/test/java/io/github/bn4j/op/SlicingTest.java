package io.github.bn4j.op;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.ShapeException;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

class SlicingTest {

    @Test
    void takesAPart() {
        INDArray x = OpRun.random(new Random(1), 2, 3, 4, 5);
        OpRun.assertElements(
                OpRun.predict(new Slicing(1, 1, 3), List.of(x)),
                index -> x.getDouble(index[0], index[1], index[2] + 1, index[3]));
        assertThat(OpRun.predict(new Slicing(0, 0, 3), List.of(x))).isEqualTo(x);
    }

    @Test
    void hasTheGradientOfCentralDifferences() {
        OpRun.assertGradient(new Slicing(0, 1, 2), 1, List.of(Shape.of(3)));
        OpRun.assertGradient(new Slicing(0, 0, 3), 1, List.of(Shape.of(3)));
        OpRun.assertGradient(new Slicing(2, 1, 4), 1, List.of(Shape.of(2, 2, 4)));
    }

    @Test
    void tellsTheTruthAboutShifts() {
        OpRun.assertShifts(new Slicing(0, 1, 2), 1, List.of(Shape.of(3, 2)));
        OpRun.assertShifts(new Slicing(2, 1, 4), 1, List.of(Shape.of(2, 2, 4)));
    }

    @Test
    void refusesWhatDoesNotFit() {
        assertThatThrownBy(() -> new Slicing(2, 0, 1).outputShape(List.of(Shape.of(2, 3)), List.of()))
                .isInstanceOf(ShapeException.class)
                .hasMessage("expects input with an axis 2 but got [2, 3]");
        assertThatThrownBy(() -> new Slicing(1, 0, 4).outputShape(List.of(Shape.of(2, 3)), List.of()))
                .hasMessage("expects input with at least 4 elements along axis 1 but got [2, 3]");
        assertThatThrownBy(() -> new Slicing(0, 2, 2)).hasMessage("Slicing expects 0 ≤ from < to but got from 2, to 2");
        assertThatThrownBy(() -> new Slicing(-1, 0, 2)).hasMessage("Slicing expects an axis of at least 0 but got -1");
    }
}
