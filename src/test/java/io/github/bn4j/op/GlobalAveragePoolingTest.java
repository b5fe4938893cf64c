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

class GlobalAveragePoolingTest {

    private final GlobalAveragePooling op = new GlobalAveragePooling();

    @Test
    void averagesEachChannel() {
        INDArray x = OpRun.random(new Random(1), 3, 2, 4, 5);
        OpRun.assertElements(OpRun.predict(op, List.of(x)), index -> {
            double sum = 0;
            for (int i = 0; i < 4; i++) {
                for (int j = 0; j < 5; j++) {
                    sum += x.getDouble(index[0], index[1], i, j);
                }
            }
            return sum / 20;
        });
    }

    @Test
    void hasTheGradientOfCentralDifferences() {
        OpRun.assertGradient(op, 1, List.of(Shape.of(2, 3, 4)));
        OpRun.assertGradient(op, 2, List.of(Shape.of(1, 1, 1)));
        OpRun.assertGradient(op, 3, List.of(Shape.of(3, 5)));
    }

    @Test
    void tellsTheTruthAboutShifts() {
        OpRun.assertShifts(op, 1, List.of(Shape.of(2, 3, 4)));
        assertThat(op.shiftEffect(0, Shift.PER_POSITION, List.of(Shape.of(2, 3, 4)), List.of())
                        .result())
                .isEqualTo(Shift.PER_CHANNEL);
    }

    @Test
    void refusesWhatHasNoPositions() {
        assertThatThrownBy(() -> op.outputShape(List.of(Shape.of(6)), List.of()))
                .isInstanceOf(ShapeException.class)
                .hasMessage("expects input [channels, height, width] or [channels, length] but got [6]");
    }
}
