package io.github.bn4j.op;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bn4j.graph.Op;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.ShapeException;
import io.github.bn4j.graph.Shift;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Subtraction and multiplication, which share their rule of shapes. */
class BroadcastingTest {

    private static List<List<Shape>> pairs() {
        return List.of(
                List.of(Shape.of(3), Shape.of(3)),
                List.of(Shape.of(), Shape.of()),
                List.of(Shape.of(2, 3, 2), Shape.of(2, 3, 2)),
                List.of(Shape.of(2, 3, 2), Shape.of(2, 1, 1)),
                List.of(Shape.of(1, 3, 2), Shape.of(2, 3, 2)),
                List.of(Shape.of(2, 1, 3), Shape.of(1, 4, 3)),
                List.of(Shape.of(1), Shape.of(4)));
    }

    @Test
    void repeatsAxesOfLengthOne() {
        for (List<Shape> pair : pairs()) {
            Random random = new Random(1);
            INDArray a = OpRun.random(random, pair.get(0).batched(3));
            INDArray b = OpRun.random(random, pair.get(1).batched(3));
            OpRun.assertElements(OpRun.predict(new Subtraction(), List.of(a, b)), index -> at(a, index) - at(b, index));
            OpRun.assertElements(
                    OpRun.predict(new Multiplication(), List.of(a, b)), index -> at(a, index) * at(b, index));
        }
    }

    private static double at(INDArray array, long... index) {
        long[] own = index.clone();
        for (int axis = 0; axis < own.length; axis++) {
            own[axis] = array.size(axis) == 1 ? 0 : own[axis];
        }
        return array.getDouble(own);
    }

    @Test
    void hasTheGradientOfCentralDifferences() {
        for (List<Shape> pair : pairs()) {
            OpRun.assertGradient(new Subtraction(), 1, pair);
            OpRun.assertGradient(new Multiplication(), 1, pair);
        }
    }

    @Test
    void tellsTheTruthAboutShifts() {
        for (List<Shape> pair : pairs()) {
            OpRun.assertShifts(new Subtraction(), 1, pair);
            OpRun.assertShifts(new Multiplication(), 1, pair);
        }
        Shape image = Shape.of(2, 3, 2);
        assertThat(new Subtraction()
                        .shiftEffect(1, Shift.PER_CHANNEL, List.of(image, image), List.of())
                        .result())
                .isEqualTo(Shift.PER_CHANNEL);
        assertThat(new Multiplication()
                        .shiftEffect(1, Shift.PER_CHANNEL, List.of(image, image), List.of())
                        .result())
                .isEqualTo(Shift.ANY);
    }

    @Test
    void refusesOtherShapes() {
        for (Op op : List.of(new Subtraction(), new Multiplication())) {
            assertThatThrownBy(() -> op.outputShape(List.of(Shape.of(2, 3), Shape.of(2, 4)), List.of()))
                    .isInstanceOf(ShapeException.class)
                    .hasMessage("expects two inputs of the same rank whose axes are equal or of length 1"
                            + " but got [2, 3] and [2, 4]; reshape one of them");
            assertThatThrownBy(() -> op.outputShape(List.of(Shape.of(2, 3), Shape.of(2)), List.of()))
                    .hasMessage("expects two inputs of the same rank whose axes are equal or of length 1"
                            + " but got [2, 3] and [2]; reshape one of them");
        }
    }
}
