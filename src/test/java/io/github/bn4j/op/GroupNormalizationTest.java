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

class GroupNormalizationTest {

    private static final Shape IMAGE = Shape.of(4, 2, 3);
    private static final Shape CHANNELS = Shape.of(4);

    @Test
    void agreesWithNestedLoops() {
        Random random = new Random(1);
        INDArray x = OpRun.random(random, 3, 4, 2, 3);
        INDArray gamma = OpRun.random(random, 4);
        INDArray beta = OpRun.random(random, 4);
        for (int groups : new int[] {1, 2, 4}) {
            OpRun.assertElements(
                    OpRun.predict(new GroupNormalization(groups, 0.01, true, true), List.of(x), gamma, beta),
                    index -> gamma.getDouble(index[1]) * naive(groups, x, index) + beta.getDouble(index[1]));
            OpRun.assertElements(
                    OpRun.predict(new GroupNormalization(groups, 0.01, false, true), List.of(x), beta),
                    index -> naive(groups, x, index) + beta.getDouble(index[1]));
        }
    }

    private static double naive(int groups, INDArray x, long... index) {
        long size = 4 / groups;
        long first = index[1] / size * size;
        double mean = 0;
        double square = 0;
        double count = size * 6;
        for (long c = first; c < first + size; c++) {
            for (int i = 0; i < 6; i++) {
                double element = x.getDouble(index[0], c, i / 3, i % 3);
                mean += element / count;
                square += element * element / count;
            }
        }
        return (x.getDouble(index) - mean) / Math.sqrt(square - mean * mean + 0.01);
    }

    @Test
    void hasTheGradientOfCentralDifferences() {
        for (int groups : new int[] {1, 2, 4}) {
            List<Shape> x = List.of(IMAGE);
            OpRun.assertGradient(new GroupNormalization(groups, 1e-3, true, true), groups, x, CHANNELS, CHANNELS);
            OpRun.assertGradient(new GroupNormalization(groups, 1e-3, true, false), groups, x, CHANNELS);
            OpRun.assertGradient(new GroupNormalization(groups, 1e-3, false, true), groups, x, CHANNELS);
            OpRun.assertGradient(new GroupNormalization(groups, 1e-3, false, false), groups, x);
        }
        OpRun.assertGradient(new GroupNormalization(2, 1e-3, true, true), 1, List.of(CHANNELS), CHANNELS, CHANNELS);
    }

    @Test
    void tellsTheTruthAboutShifts() {
        for (int groups : new int[] {1, 2, 4}) {
            GroupNormalization op = new GroupNormalization(groups, 1e-3, true, true);
            OpRun.assertShifts(op, 1, List.of(IMAGE), CHANNELS, CHANNELS);
            assertThat(op.shiftEffect(0, Shift.PER_CHANNEL, List.of(IMAGE), List.of())
                            .result())
                    .isEqualTo(groups == 4 ? Shift.NONE : Shift.ANY);
            assertThat(op.shiftEffect(0, Shift.UNIFORM, List.of(IMAGE), List.of())
                            .result())
                    .isEqualTo(Shift.NONE);
            assertThat(op.shiftEffect(0, Shift.PER_POSITION, List.of(IMAGE), List.of())
                            .result())
                    .isEqualTo(Shift.ANY);
        }
    }

    @Test
    void refusesWhatDoesNotFit() {
        GroupNormalization op = new GroupNormalization(2, 1e-5, true, true);
        assertThatThrownBy(() -> op.outputShape(List.of(Shape.of()), List.of()))
                .isInstanceOf(ShapeException.class)
                .hasMessage("expects input [channels, …] but got []");
        assertThatThrownBy(() -> op.outputShape(List.of(Shape.of(3, 2)), List.of()))
                .hasMessage(
                        "expects channels that 2 groups divide but got [3, 2]; use another number of groups or channels");
        assertThatThrownBy(() -> op.outputShape(List.of(Shape.of(2)), List.of()))
                .hasMessage("expects more than one value in each of 2 groups but got [2]; use fewer groups");
        assertThatThrownBy(() -> op.outputShape(List.of(Shape.of(4, 2)), List.of(Shape.of(4), Shape.of(2))))
                .hasMessage("expects parameters [4] for input [4, 2] but got [2]");
        assertThatThrownBy(() -> new GroupNormalization(0, 1e-5, true, true))
                .hasMessage("GroupNormalization expects at least 1 group but got 0");
        assertThatThrownBy(() -> new GroupNormalization(1, Double.NaN, true, true))
                .hasMessage("GroupNormalization expects epsilon of at least 0 but got NaN");
    }
}
