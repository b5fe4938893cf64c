package io.github.bn4j.op;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.ShapeException;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

class TranspositionTest {

    @Test
    void movesAxes() {
        INDArray x = OpRun.random(new Random(1), 2, 3, 4, 5);
        OpRun.assertElements(
                OpRun.predict(Transposition.of(2, 0, 1), List.of(x)),
                index -> x.getDouble(index[0], index[2], index[3], index[1]));
        assertThat(Transposition.of(2, 0, 1).outputShape(List.of(Shape.of(3, 4, 5)), List.of()))
                .isEqualTo(Shape.of(5, 3, 4));
        assertThat(OpRun.predict(Transposition.of(0, 1, 2), List.of(x))).isEqualTo(x);
    }

    @Test
    void refusesWhatDoesNotFit() {
        assertThatThrownBy(() -> Transposition.of(1, 0).outputShape(List.of(Shape.of(2, 3, 4)), List.of()))
                .isInstanceOf(ShapeException.class)
                .hasMessage("expects input of rank 2 but got [2, 3, 4]");
        assertThatThrownBy(() -> Transposition.of(1, 2))
                .hasMessage("Transposition expects each axis from 0 to 1 once but got [1, 2]");
        assertThatThrownBy(() -> Transposition.of(0, 0))
                .hasMessage("Transposition expects each axis from 0 to 1 once but got [0, 0]");
    }
}
