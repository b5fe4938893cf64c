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

class AveragePoolingTest {

    private static final Sliding PADDED = Sliding.BY_ONE.padded(1);

    private static AveragePooling random(Random random) {
        int kernelHeight = 1 + random.nextInt(3);
        int kernelWidth = 1 + random.nextInt(3);
        return new AveragePooling(
                kernelHeight,
                kernelWidth,
                Slidings.random(random, kernelHeight),
                Slidings.random(random, kernelWidth),
                random.nextBoolean());
    }

    private static Shape image(Random random) {
        return Shape.of(1 + random.nextInt(2), 7 + random.nextInt(4), 7 + random.nextInt(4));
    }

    @Test
    void agreesWithNestedLoops() {
        for (int seed = 0; seed < 40; seed++) {
            Random random = new Random(seed);
            AveragePooling op = random(random);
            INDArray x = OpRun.random(random, image(random).batched(2));
            OpRun.assertElements(
                    OpRun.predict(op, List.of(x)), index -> naive(op, x, index[0], index[1], index[2], index[3]));
        }
    }

    private static double naive(AveragePooling op, INDArray x, long n, long c, long i, long j) {
        double sum = 0;
        int inside = 0;
        for (int p = 0; p < op.kernelHeight(); p++) {
            for (int q = 0; q < op.kernelWidth(); q++) {
                long row = Slidings.place(op.rows(), i, p);
                long column = Slidings.place(op.columns(), j, q);
                if (row >= 0 && row < x.size(2) && column >= 0 && column < x.size(3)) {
                    sum += x.getDouble(n, c, row, column);
                    inside++;
                }
            }
        }
        return sum / (op.countPadding() ? op.kernelHeight() * op.kernelWidth() : inside);
    }

    @Test
    void hasTheGradientOfCentralDifferences() {
        for (int seed = 0; seed < 12; seed++) {
            Random random = new Random(100 + seed);
            OpRun.assertGradient(random(random), seed, List.of(image(random)));
        }
    }

    @Test
    void tellsTheTruthAboutShifts() {
        for (int seed = 0; seed < 12; seed++) {
            Random random = new Random(200 + seed);
            OpRun.assertShifts(random(random), seed, List.of(image(random)));
        }
        List<Shape> image = List.of(Shape.of(2, 4, 4));
        assertThat(new AveragePooling(3, 3, PADDED, PADDED, true)
                        .shiftEffect(0, Shift.PER_CHANNEL, image, List.of())
                        .result())
                .isEqualTo(Shift.PER_POSITION);
        assertThat(new AveragePooling(3, 3, PADDED, PADDED, false)
                        .shiftEffect(0, Shift.PER_CHANNEL, image, List.of())
                        .result())
                .isEqualTo(Shift.PER_CHANNEL);
        assertThat(new AveragePooling(2, 2, Sliding.by(2), Sliding.by(2), true)
                        .shiftEffect(0, Shift.PER_CHANNEL, image, List.of())
                        .result())
                .isEqualTo(Shift.PER_CHANNEL);
    }

    @Test
    void refusesWhatDoesNotFit() {
        AveragePooling op = new AveragePooling(3, 3, Sliding.BY_ONE, Sliding.BY_ONE, true);
        assertThatThrownBy(() -> op.outputShape(List.of(Shape.of(9)), List.of()))
                .isInstanceOf(ShapeException.class)
                .hasMessage("expects input [channels, height, width] or [channels, length] but got [9]");
        assertThatThrownBy(() -> op.outputShape(List.of(Shape.of(1, 2, 5)), List.of()))
                .hasMessage("expects an image that its window 3×3 fits into but got [1, 2, 5]; use a smaller window");
        assertThatThrownBy(() -> op.outputShape(List.of(Shape.of(1, 5)), List.of()))
                .hasMessage("expects an image that its window 3×3 fits into but got [1, 5]; use a smaller window");
        assertThatThrownBy(() -> new AveragePooling(1, 3, Sliding.BY_ONE, Sliding.BY_ONE, true)
                        .outputShape(List.of(Shape.of(4, 2)), List.of()))
                .hasMessage("expects a sequence that its window 3 fits into but got [4, 2]; use a smaller window");
        assertThatThrownBy(() -> new AveragePooling(1, 2, Sliding.BY_ONE, PADDED.dilated(5), true)
                        .outputShape(List.of(Shape.of(1, 4)), List.of()))
                .hasMessage("expects a sequence of at least its dilation 5 where it is padded but got [1, 4];"
                        + " use a smaller dilation or no padding");
        assertThatThrownBy(() -> new AveragePooling(0, 2, PADDED, PADDED, true))
                .hasMessage("AveragePooling expects a kernel of at least 1×1 but got 0×2");
        assertThatThrownBy(() -> new AveragePooling(3, 3, PADDED, Sliding.by(2).padded(0, 3), true))
                .hasMessage("AveragePooling expects padding of less than the 3×3 elements that a window spans but got"
                        + " top 1, bottom 1, left 0, right 3");
        assertThatThrownBy(() -> new AveragePooling(2, 2, PADDED.dilated(5), PADDED.dilated(2), true)
                        .outputShape(List.of(Shape.of(1, 4, 9)), List.of()))
                .hasMessage("expects an image of at least its dilation 5×2 where it is padded but got [1, 4, 9];"
                        + " use a smaller dilation or no padding");
    }
}
