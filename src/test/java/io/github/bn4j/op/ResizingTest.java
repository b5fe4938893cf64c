package io.github.bn4j.op;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.ShapeException;
import io.github.bn4j.graph.Shift;
import io.github.bn4j.op.Resizing.Mode;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

class ResizingTest {

    private static Resizing random(Random random, Mode mode) {
        return new Resizing(1 + random.nextInt(9), 1 + random.nextInt(9), mode);
    }

    private static Shape image(Random random) {
        return Shape.of(3, 1 + random.nextInt(6), 1 + random.nextInt(6));
    }

    /** Each element is the sum of a triangle's, a box's or a point's weights over all elements of the image. */
    @Test
    void agreesWithNestedLoops() {
        for (Mode mode : Mode.values()) {
            for (int seed = 0; seed < 20; seed++) {
                Random random = new Random(seed);
                Resizing op = random(random, mode);
                INDArray x = OpRun.random(random, image(random).batched(2));
                OpRun.assertElements(OpRun.predict(op, List.of(x)), index -> {
                    double sum = 0;
                    for (int row = 0; row < x.size(2); row++) {
                        for (int column = 0; column < x.size(3); column++) {
                            sum += weight(mode, index[2], op.height(), row, x.size(2))
                                    * weight(mode, index[3], op.width(), column, x.size(3))
                                    * x.getDouble(index[0], index[1], row, column);
                        }
                    }
                    return sum;
                });
            }
        }
    }

    private static double weight(Mode mode, long i, long n, long element, long m) {
        if (mode == Mode.NEAREST) {
            return element == Math.floorDiv(i * m, n) ? 1 : 0;
        }
        if (mode == Mode.MEAN) {
            long from = Math.floorDiv(i * m, n);
            long to = -Math.floorDiv(-(i + 1) * m, n);
            return element >= from && element < to ? 1.0 / (to - from) : 0;
        }
        double place = mode == Mode.BILINEAR ? (i + 0.5) * m / n - 0.5 : n == 1 ? 0 : (double) i * (m - 1) / (n - 1);
        double inside = Math.min(Math.max(place, 0), m - 1);
        return Math.max(0, 1 - Math.abs(inside - element));
    }

    @Test
    void hasTheGradientOfCentralDifferences() {
        for (Mode mode : Mode.values()) {
            for (int seed = 0; seed < 5; seed++) {
                Random random = new Random(100 + seed);
                OpRun.assertGradient(random(random, mode), seed, List.of(image(random)));
            }
        }
    }

    @Test
    void tellsTheTruthAboutShifts() {
        for (Mode mode : Mode.values()) {
            Random random = new Random(200);
            OpRun.assertShifts(random(random, mode), 1, List.of(image(random)));
            assertThat(new Resizing(2, 5, mode)
                            .shiftEffect(0, Shift.PER_CHANNEL, List.of(Shape.of(2, 3, 3)), List.of())
                            .result())
                    .isEqualTo(Shift.PER_CHANNEL);
        }
    }

    @Test
    void refusesWhatIsNoImage() {
        assertThatThrownBy(() -> new Resizing(2, 2, Mode.MEAN).outputShape(List.of(Shape.of(5)), List.of()))
                .isInstanceOf(ShapeException.class)
                .hasMessage("expects input [channels, height, width] but got [5]");
        assertThatThrownBy(() -> new Resizing(0, 2, Mode.MEAN))
                .hasMessage("Resizing expects a size of at least 1×1 but got 0×2");
    }
}
