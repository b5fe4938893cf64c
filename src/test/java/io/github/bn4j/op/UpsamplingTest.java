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

class UpsamplingTest {

    @Test
    void repeatsPixels() {
        for (int factor = 1; factor <= 3; factor++) {
            int times = factor;
            INDArray x = OpRun.random(new Random(1), 2, 3, 4, 2);
            OpRun.assertElements(
                    OpRun.predict(new Upsampling(factor), List.of(x)),
                    index -> x.getDouble(index[0], index[1], index[2] / times, index[3] / times));
        }
    }

    @Test
    void hasTheGradientOfCentralDifferences() {
        OpRun.assertGradient(new Upsampling(1), 1, List.of(Shape.of(2, 2, 3)));
        OpRun.assertGradient(new Upsampling(2), 1, List.of(Shape.of(2, 2, 3)));
        OpRun.assertGradient(new Upsampling(3), 1, List.of(Shape.of(1, 3, 2)));
    }

    @Test
    void tellsTheTruthAboutShifts() {
        OpRun.assertShifts(new Upsampling(2), 1, List.of(Shape.of(2, 2, 3)));
        assertThat(new Upsampling(2)
                        .shiftEffect(0, Shift.PER_CHANNEL, List.of(Shape.of(2, 2, 3)), List.of())
                        .result())
                .isEqualTo(Shift.PER_CHANNEL);
    }

    @Test
    void refusesWhatIsNoImage() {
        assertThatThrownBy(() -> new Upsampling(2).outputShape(List.of(Shape.of(5)), List.of()))
                .isInstanceOf(ShapeException.class)
                .hasMessage("expects input [channels, height, width] but got [5]");
        assertThatThrownBy(() -> new Upsampling(0)).hasMessage("Upsampling expects a factor of at least 1 but got 0");
    }
}
