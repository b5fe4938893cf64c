package io.github.bn4j.op;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.ShapeException;
import io.github.bn4j.graph.Shift;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

class ConcatenationTest {

    private static final List<Shape> CHANNELS = List.of(Shape.of(1, 2, 3), Shape.of(3, 2, 3), Shape.of(2, 2, 3));
    private static final List<Shape> ROWS = List.of(Shape.of(2, 1, 3), Shape.of(2, 4, 3));

    @Test
    void putsOneBehindTheOther() {
        Random random = new Random(1);
        INDArray a = OpRun.random(random, 2, 2, 1, 3);
        INDArray b = OpRun.random(random, 2, 2, 4, 3);
        OpRun.assertElements(
                OpRun.predict(new Concatenation(1), List.of(a, b)),
                index -> index[2] < 1 ? a.getDouble(index) : b.getDouble(index[0], index[1], index[2] - 1, index[3]));
        assertThat(OpRun.predict(new Concatenation(2), List.of(a))).isEqualTo(a);
    }

    @Test
    void hasTheGradientOfCentralDifferences() {
        OpRun.assertGradient(new Concatenation(0), 1, CHANNELS);
        OpRun.assertGradient(new Concatenation(1), 1, ROWS);
        OpRun.assertGradient(new Concatenation(0), 1, List.of(Shape.of(3)));
        OpRun.assertGradient(new Concatenation(0), 1, List.of(Shape.of(3), Shape.of(3)));
    }

    @Test
    void tellsTheTruthAboutShifts() {
        OpRun.assertShifts(new Concatenation(0), 1, CHANNELS);
        OpRun.assertShifts(new Concatenation(1), 1, ROWS);
        OpRun.assertShifts(new Concatenation(1), 1, ROWS.subList(0, 1));
        assertThat(new Concatenation(0)
                        .shiftEffect(0, Shift.PER_CHANNEL, CHANNELS, List.of())
                        .result())
                .isEqualTo(Shift.PER_CHANNEL);
        assertThat(new Concatenation(1)
                        .shiftEffect(0, Shift.PER_CHANNEL, ROWS, List.of())
                        .result())
                .isEqualTo(Shift.PER_POSITION);
    }

    @Test
    void refusesWhatDoesNotFit() {
        Concatenation op = new Concatenation(0);
        assertThatThrownBy(() -> op.outputShape(List.of(Shape.of(2, 3), Shape.of(2, 4)), List.of()))
                .isInstanceOf(ShapeException.class)
                .hasMessage(
                        "expects inputs that differ along axis 0 only but got [[2, 3], [2, 4]]; pad, crop or reshape the others");
        assertThatThrownBy(() -> op.outputShape(List.of(Shape.of()), List.of()))
                .hasMessage("expects input with an axis 0 but got []");
        assertThatThrownBy(() -> op.outputShape(List.of(), List.of()))
                .hasMessage("expects at least one input but got none");
        assertThatThrownBy(() -> new Concatenation(-1))
                .hasMessage("Concatenation expects an axis of at least 0 but got -1");
    }
}
