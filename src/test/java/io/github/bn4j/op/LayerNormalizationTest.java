package io.github.bn4j.op;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.ShapeException;
import io.github.bn4j.graph.Shift;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

class LayerNormalizationTest {

    private static final List<Shape> SHAPES = List.of(Shape.of(5), Shape.of(2, 3, 2), Shape.of(1, 2, 3));

    @Test
    void agreesWithNestedLoops() {
        Random random = new Random(1);
        INDArray x = OpRun.random(random, 3, 2, 4);
        INDArray gamma = OpRun.random(random, 2, 4);
        INDArray beta = OpRun.random(random, 2, 4);
        OpRun.assertElements(
                OpRun.predict(new LayerNormalization(0.01, true, true), List.of(x), gamma, beta),
                index -> gamma.getDouble(index[1], index[2]) * naive(x, index) + beta.getDouble(index[1], index[2]));
        OpRun.assertElements(
                OpRun.predict(new LayerNormalization(0.01, false, true), List.of(x), beta),
                index -> naive(x, index) + beta.getDouble(index[1], index[2]));
    }

    private static double naive(INDArray x, long... index) {
        double mean = 0;
        for (int i = 0; i < 8; i++) {
            mean += x.getDouble(index[0], i / 4, i % 4) / 8;
        }
        double variance = 0;
        for (int i = 0; i < 8; i++) {
            variance += Math.pow(x.getDouble(index[0], i / 4, i % 4) - mean, 2) / 8;
        }
        return (x.getDouble(index) - mean) / Math.sqrt(variance + 0.01);
    }

    @Test
    void staysPreciseForLargeMeansInFloat32() {
        Random random = new Random(2);
        INDArray x = OpRun.random(random, 2, 20_000).addi(1e4).castTo(DataType.FLOAT);
        LayerNormalization op = new LayerNormalization(1e-5, false, false);
        INDArray exact = OpRun.predict(op, List.of(x.castTo(DataType.DOUBLE)));
        OpRun.assertElements(OpRun.predict(op, List.of(x)), 1e-5, exact::getDouble);
    }

    @Test
    void hasTheGradientOfCentralDifferences() {
        for (Shape shape : SHAPES) {
            OpRun.assertGradient(new LayerNormalization(1e-3, true, true), 1, List.of(shape), shape, shape);
            OpRun.assertGradient(new LayerNormalization(1e-3, true, false), 1, List.of(shape), shape);
            OpRun.assertGradient(new LayerNormalization(1e-3, false, true), 1, List.of(shape), shape);
            OpRun.assertGradient(new LayerNormalization(1e-3, false, false), 1, List.of(shape));
        }
    }

    @Test
    void tellsTheTruthAboutShifts() {
        LayerNormalization op = new LayerNormalization(1e-3, true, true);
        for (Shape shape : SHAPES) {
            OpRun.assertShifts(op, 1, List.of(shape), shape, shape);
        }
        assertThat(op.shiftEffect(0, Shift.UNIFORM, List.of(Shape.of(2, 2, 3)), List.of())
                        .result())
                .isEqualTo(Shift.NONE);
        assertThat(op.shiftEffect(0, Shift.PER_CHANNEL, List.of(Shape.of(2, 2, 3)), List.of())
                        .result())
                .isEqualTo(Shift.ANY);
        assertThat(op.shiftEffect(0, Shift.PER_POSITION, List.of(Shape.of(1, 2, 3)), List.of())
                        .result())
                .isEqualTo(Shift.ANY);
    }

    @Test
    void refusesWhatDoesNotFit() {
        LayerNormalization op = new LayerNormalization(1e-5, true, true);
        assertThatThrownBy(() -> op.outputShape(List.of(Shape.of(1)), List.of(Shape.of(1), Shape.of(1))))
                .isInstanceOf(ShapeException.class)
                .hasMessage("expects more than one value per example but got [1]; normalise where there are several");
        assertThatThrownBy(() -> op.outputShape(List.of(Shape.of(2, 3)), List.of(Shape.of(2, 3), Shape.of(2))))
                .hasMessage("expects parameters [2, 3] for input [2, 3] but got [2]");
        assertThatThrownBy(() -> new LayerNormalization(-1, true, true))
                .hasMessage("LayerNormalization expects epsilon of at least 0 but got -1.0");
    }
}
