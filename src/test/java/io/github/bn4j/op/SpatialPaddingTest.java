package io.github.bn4j.op;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.ShapeException;
import io.github.bn4j.graph.Shift;
import io.github.bn4j.op.SpatialPadding.Mode;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

class SpatialPaddingTest {

    private static SpatialPadding random(Random random) {
        Mode mode = Mode.values()[random.nextInt(3)];
        return new SpatialPadding(
                random.nextInt(3),
                random.nextInt(3),
                random.nextInt(3),
                random.nextInt(3),
                mode,
                mode == Mode.CONSTANT ? random.nextInt(3) - 1 : 0);
    }

    private static Shape image(Random random) {
        return Shape.of(1 + random.nextInt(2), 3 + random.nextInt(3), 3 + random.nextInt(3));
    }

    @Test
    void agreesWithNestedLoops() {
        for (int seed = 0; seed < 20; seed++) {
            Random random = new Random(seed);
            SpatialPadding op = random(random);
            INDArray x = OpRun.random(random, image(random).batched(2));
            OpRun.assertElements(OpRun.predict(op, List.of(x)), index -> {
                long row = source(op.mode(), index[2] - op.top(), x.size(2));
                long column = source(op.mode(), index[3] - op.left(), x.size(3));
                return row < 0 || column < 0 ? op.value() : x.getDouble(index[0], index[1], row, column);
            });
        }
    }

    private static long source(Mode mode, long position, long length) {
        if (position >= 0 && position < length) {
            return position;
        }
        if (mode == Mode.CONSTANT) {
            return -1;
        }
        if (mode == Mode.EDGE) {
            return position < 0 ? 0 : length - 1;
        }
        return position < 0 ? -position : 2 * (length - 1) - position;
    }

    @Test
    void hasTheGradientOfCentralDifferences() {
        for (int seed = 0; seed < 10; seed++) {
            Random random = new Random(100 + seed);
            OpRun.assertGradient(random(random), seed, List.of(image(random)));
        }
    }

    @Test
    void tellsTheTruthAboutShifts() {
        for (int seed = 0; seed < 10; seed++) {
            Random random = new Random(200 + seed);
            OpRun.assertShifts(random(random), seed, List.of(image(random)));
        }
        List<Shape> image = List.of(Shape.of(2, 3, 3));
        assertThat(new SpatialPadding(1, 0, 0, 0, Mode.CONSTANT)
                        .shiftEffect(0, Shift.PER_CHANNEL, image, List.of())
                        .result())
                .isEqualTo(Shift.PER_POSITION);
        assertThat(new SpatialPadding(1, 0, 0, 0, Mode.REFLECT)
                        .shiftEffect(0, Shift.PER_CHANNEL, image, List.of())
                        .result())
                .isEqualTo(Shift.PER_CHANNEL);
        assertThat(new SpatialPadding(0, 0, 0, 0, Mode.CONSTANT)
                        .shiftEffect(0, Shift.PER_CHANNEL, image, List.of())
                        .result())
                .isEqualTo(Shift.PER_CHANNEL);
    }

    @Test
    void refusesWhatDoesNotFit() {
        SpatialPadding op = new SpatialPadding(0, 0, 0, 3, Mode.REFLECT);
        assertThatThrownBy(() -> op.outputShape(List.of(Shape.of(5)), List.of()))
                .isInstanceOf(ShapeException.class)
                .hasMessage("expects input [channels, height, width] or [channels, length] but got [5]");
        assertThatThrownBy(() -> op.outputShape(List.of(Shape.of(1, 3, 3)), List.of()))
                .hasMessage("expects an image larger than its reflected border top 0, bottom 0, left 0, right 3"
                        + " but got [1, 3, 3]; use a smaller border or zeros");
        assertThatThrownBy(() -> new SpatialPadding(0, 1, 0, 0, Mode.EDGE, 2))
                .hasMessage("SpatialPadding expects value 0 for a border EDGE but got 2.0");
        assertThatThrownBy(() -> new SpatialPadding(0, -1, 0, 0, Mode.CONSTANT))
                .hasMessage("SpatialPadding expects padding of at least 0 but got top 0, bottom -1, left 0, right 0");
    }
}
