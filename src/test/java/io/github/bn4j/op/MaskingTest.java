package io.github.bn4j.op;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.ShapeException;
import io.github.bn4j.graph.Shift;
import io.github.bn4j.internal.Tensors;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

class MaskingTest {

    @Test
    void keepsTheExpectedShareAndScalesIt() {
        INDArray x = Tensors.zeros(DataType.FLOAT, 100, 200).addi(1);
        double[] y = OpRun.train(new Masking(0.3, Masking.Unit.ELEMENT), 5, 1, List.of(x))
                .data()
                .asDouble();
        int kept = 0;
        for (double element : y) {
            assertThat(element == 0 || Math.abs(element - 1 / 0.7) < 1e-6).isTrue();
            kept += element == 0 ? 0 : 1;
        }
        // 20,000 draws: a standard deviation is 65.
        assertThat(kept).isCloseTo(14_000, within(260));
    }

    @Test
    void dropsWholeChannels() {
        INDArray x = Tensors.zeros(DataType.DOUBLE, 50, 4, 2, 3).addi(1);
        INDArray y = OpRun.train(new Masking(0.5, Masking.Unit.CHANNEL), 5, 1, List.of(x));
        OpRun.assertElements(y, index -> y.getDouble(index[0], index[1], 0, 0));
        assertThat(y.sumNumber().doubleValue() / y.length()).isCloseTo(1, within(0.3));
    }

    @Test
    void dropsWholeExamples() {
        INDArray x = Tensors.zeros(DataType.DOUBLE, 200, 3, 2).addi(1);
        INDArray y = OpRun.train(new Masking(0.5, Masking.Unit.EXAMPLE), 5, 1, List.of(x));
        OpRun.assertElements(y, index -> y.getDouble(index[0], 0, 0));
        assertThat(y.sumNumber().doubleValue() / y.length()).isCloseTo(1, within(0.3));
        OpRun.assertGradient(new Masking(0.5, Masking.Unit.EXAMPLE), 1, List.of(Shape.of(3, 2)));
        OpRun.assertGradient(new Masking(0.5, Masking.Unit.EXAMPLE), 1, List.of(Shape.of()));
    }

    @Test
    void drawsFromSeedAndStepAlone() {
        INDArray x = Tensors.zeros(DataType.DOUBLE, 8, 30).addi(1);
        Masking op = new Masking(0.5, Masking.Unit.ELEMENT);
        INDArray y = OpRun.train(op, 5, 1, List.of(x));
        assertThat(OpRun.train(op, 5, 1, List.of(x))).isEqualTo(y);
        assertThat(OpRun.train(op, 5, 2, List.of(x))).isNotEqualTo(y);
        assertThat(OpRun.train(op, 6, 1, List.of(x))).isNotEqualTo(y);
        INDArray single = OpRun.train(op, 5, 1, List.of(x.castTo(DataType.FLOAT)));
        assertThat(single.castTo(DataType.DOUBLE)).isEqualTo(y);
    }

    @Test
    void changesNothingInPredictions() {
        INDArray x = OpRun.random(new Random(1), 3, 4);
        assertThat(OpRun.predict(new Masking(0.5, Masking.Unit.ELEMENT), List.of(x)))
                .isEqualTo(x);
    }

    @Test
    void hasTheGradientOfCentralDifferences() {
        OpRun.assertGradient(new Masking(0.5, Masking.Unit.ELEMENT), 1, List.of(Shape.of(20)));
        OpRun.assertGradient(new Masking(0.5, Masking.Unit.ELEMENT), 1, List.of(Shape.of()));
        OpRun.assertGradient(new Masking(0.3, Masking.Unit.CHANNEL), 1, List.of(Shape.of(5, 2, 2)));
        OpRun.assertGradient(new Masking(0, Masking.Unit.CHANNEL), 1, List.of(Shape.of(5)));
    }

    @Test
    void saysNothingOfShifts() {
        assertThat(new Masking(0.5, Masking.Unit.CHANNEL)
                        .shiftEffect(0, Shift.PER_CHANNEL, List.of(Shape.of(3)), List.of())
                        .result())
                .isEqualTo(Shift.ANY);
    }

    @Test
    void refusesWhatIsNoRate() {
        assertThatThrownBy(() -> new Masking(1, Masking.Unit.ELEMENT))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Masking expects a rate from 0 to less than 1 but got 1.0");
        assertThatThrownBy(() -> new Masking(Double.NaN, Masking.Unit.ELEMENT))
                .hasMessage("Masking expects a rate from 0 to less than 1 but got NaN");
        assertThatThrownBy(() -> new Masking(0.5, Masking.Unit.CHANNEL).outputShape(List.of(Shape.of()), List.of()))
                .isInstanceOf(ShapeException.class)
                .hasMessage("expects input [channels, …] but got []");
    }
}
