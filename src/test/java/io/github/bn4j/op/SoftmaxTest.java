package io.github.bn4j.op;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bn4j.graph.Op;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.ShapeException;
import io.github.bn4j.graph.Shift;
import io.github.bn4j.internal.Tensors;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Softmax and its logarithm. */
class SoftmaxTest {

    private static final List<Shape> SHAPES = List.of(Shape.of(4), Shape.of(3, 2, 2), Shape.of(1));

    @Test
    void agreesWithNestedLoops() {
        INDArray x = OpRun.random(new Random(1), 2, 3, 2, 4).muli(5);
        OpRun.assertElements(OpRun.predict(new Softmax(), List.of(x)), index -> naive(x, index));
        OpRun.assertElements(OpRun.predict(new LogSoftmax(), List.of(x)), index -> Math.log(naive(x, index)));
    }

    private static double naive(INDArray x, long... index) {
        double sum = 0;
        for (long c = 0; c < x.size(1); c++) {
            sum += Math.exp(x.getDouble(index[0], c, index[2], index[3]));
        }
        return Math.exp(x.getDouble(index)) / sum;
    }

    @Test
    void staysFiniteForLargeLogits() {
        INDArray x = Tensors.of(DataType.FLOAT, new double[] {1000, 0, -1000}, 1, 3);
        assertThat(OpRun.predict(new Softmax(), List.of(x)).data().asDouble()).containsExactly(1, 0, 0);
        assertThat(OpRun.predict(new LogSoftmax(), List.of(x)).data().asDouble())
                .containsExactly(0, -1000, -2000);
    }

    @Test
    void hasTheGradientOfCentralDifferences() {
        for (Shape shape : SHAPES) {
            OpRun.assertGradient(new Softmax(), 1, List.of(shape));
            OpRun.assertGradient(new LogSoftmax(), 1, List.of(shape));
        }
    }

    @Test
    void forgetsWhatAllChannelsHaveInCommon() {
        for (Op op : List.of(new Softmax(), new LogSoftmax())) {
            assertThat(op.shiftEffect(0, Shift.UNIFORM, List.of(Shape.of(3)), List.of())
                            .result())
                    .isEqualTo(Shift.NONE);
            assertThat(op.shiftEffect(0, Shift.PER_CHANNEL, List.of(Shape.of(3)), List.of())
                            .result())
                    .isEqualTo(Shift.ANY);
        }
    }

    @Test
    void refusesInputWithoutChannels() {
        for (Op op : List.of(new Softmax(), new LogSoftmax())) {
            assertThatThrownBy(() -> op.outputShape(List.of(Shape.of()), List.of()))
                    .isInstanceOf(ShapeException.class)
                    .hasMessage("expects input [channels, …] but got []");
        }
    }
}
