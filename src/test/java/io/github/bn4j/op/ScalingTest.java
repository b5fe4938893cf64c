package io.github.bn4j.op;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bn4j.graph.Op;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.ShapeException;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

/** {@link Scaling} and {@link Shifting}. */
class ScalingTest {

    private static final INDArray X = OpRun.random(new Random(3), 2, 3, 4, 5);

    private static INDArray parameter(long... shape) {
        return OpRun.random(new Random(4), shape);
    }

    @Test
    void repeatsANumberPerChannel() {
        INDArray vector = parameter(3);
        for (INDArray p : List.of(vector, vector.reshape(3, 1, 1))) {
            OpRun.assertElements(
                    OpRun.predict(new Scaling(true), List.of(X), p),
                    index -> X.getDouble(index) * vector.getDouble(index[1]));
            OpRun.assertElements(
                    OpRun.predict(new Shifting(true), List.of(X), p),
                    index -> X.getDouble(index) + vector.getDouble(index[1]));
        }
    }

    @Test
    void repeatsAlongAxesOfLengthOne() {
        INDArray p = parameter(1, 4, 1);
        OpRun.assertElements(
                OpRun.predict(new Scaling(true), List.of(X), p),
                index -> X.getDouble(index) * p.getDouble(0, index[2], 0));
        INDArray whole = parameter(3, 4, 5);
        OpRun.assertElements(
                OpRun.predict(new Shifting(true), List.of(X), whole),
                index -> X.getDouble(index) + whole.getDouble(index[1], index[2], index[3]));
    }

    @Test
    void keepsConstantsFromTheOptimiser() {
        for (Op op : List.of(new Scaling(false), new Shifting(false))) {
            assertThat(op.operands().orElseThrow().trainable()).isEmpty();
            assertThat(op.operands().orElseThrow().state()).hasSize(1);
            assertThat(op.shiftParameter()).isEmpty();
        }
        assertThat(new Shifting(true).shiftParameter()).contains("offset");
    }

    @Test
    void refusesWhatDoesNotFit() {
        assertThatThrownBy(() -> new Scaling(true).outputShape(List.of(Shape.of(3, 4, 5)), List.of(Shape.of(4, 1, 1))))
                .isInstanceOf(ShapeException.class)
                .hasMessage("expects factor [3] or like input [3, 4, 5] with some axes of length 1 but got [4, 1, 1]");
        assertThatThrownBy(() -> new Shifting(true).outputShape(List.of(Shape.of(3, 4)), List.of(Shape.of(4))))
                .hasMessage("expects offset [3] or like input [3, 4] with some axes of length 1 but got [4]");
        assertThatThrownBy(() -> new Shifting(true).outputShape(List.of(Shape.of()), List.of(Shape.of())))
                .hasMessage("expects input [channels, …] but got []");
    }
}
