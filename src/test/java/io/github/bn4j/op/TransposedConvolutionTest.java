package io.github.bn4j.op;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.ShapeException;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

class TransposedConvolutionTest {

    /** A random transposed convolution with an image and weights that fit it. */
    private record Problem(TransposedConvolution op, Shape image, Shape weight) {

        static Problem random(Random random) {
            while (true) {
                int groups = 1 + random.nextInt(2);
                Sliding rows = Slidings.random(random);
                Sliding columns = Slidings.random(random);
                TransposedConvolution op = new TransposedConvolution(
                        rows,
                        columns,
                        random.nextInt(Math.max(rows.stride(), rows.dilation())),
                        random.nextInt(Math.max(columns.stride(), columns.dilation())),
                        groups);
                int in = groups * (1 + random.nextInt(2));
                Shape image = Shape.of(in, 1 + random.nextInt(4), 1 + random.nextInt(4));
                Shape weight = Shape.of(in, 1 + random.nextInt(2), 1 + random.nextInt(3), 1 + random.nextInt(3));
                try {
                    op.outputShape(List.of(image), List.of(weight));
                    return new Problem(op, image, weight);
                } catch (ShapeException nothingLeft) {
                    continue;
                }
            }
        }
    }

    @Test
    void agreesWithNestedLoops() {
        for (int seed = 0; seed < 60; seed++) {
            Random random = new Random(seed);
            Problem problem = Problem.random(random);
            INDArray x = OpRun.random(random, problem.image().batched(2));
            INDArray weight = OpRun.random(random, problem.weight().dims());
            OpRun.assertElements(
                    OpRun.predict(problem.op(), List.of(x), weight),
                    index -> naive(problem.op(), x, weight, index[0], index[1], index[2], index[3]));
        }
    }

    private static double naive(TransposedConvolution op, INDArray x, INDArray w, long n, long o, long i, long j) {
        long inPerGroup = w.size(0) / op.groups();
        long first = o / w.size(1) * inPerGroup;
        double sum = 0;
        for (long c = first; c < first + inPerGroup; c++) {
            for (long h = 0; h < x.size(2); h++) {
                for (long v = 0; v < x.size(3); v++) {
                    for (long p = 0; p < w.size(2); p++) {
                        for (long q = 0; q < w.size(3); q++) {
                            boolean hits =
                                    Slidings.place(op.rows(), h, p) == i && Slidings.place(op.columns(), v, q) == j;
                            sum += hits ? x.getDouble(n, c, h, v) * w.getDouble(c, o % w.size(1), p, q) : 0;
                        }
                    }
                }
            }
        }
        return sum;
    }

    @Test
    void makesZerosWhereOutputPaddingIsAllThatIsLeft() {
        TransposedConvolution op =
                new TransposedConvolution(Sliding.by(3).padded(1), Sliding.by(3).padded(1), 2, 2, 1);
        INDArray x = OpRun.random(new Random(1), 1, 1, 1, 1);
        OpRun.assertElements(OpRun.predict(op, List.of(x), x), index -> 0);
        OpRun.assertGradient(op, 1, List.of(Shape.of(1, 1, 1)), Shape.of(1, 1, 1, 1));
    }

    @Test
    void hasTheGradientOfCentralDifferences() {
        for (int seed = 0; seed < 16; seed++) {
            Problem problem = Problem.random(new Random(100 + seed));
            OpRun.assertGradient(problem.op(), seed, List.of(problem.image()), problem.weight());
        }
    }

    @Test
    void tellsTheTruthAboutShifts() {
        for (int seed = 0; seed < 12; seed++) {
            Problem problem = Problem.random(new Random(200 + seed));
            OpRun.assertShifts(problem.op(), seed, List.of(problem.image()), problem.weight());
        }
    }

    @Test
    void refusesWhatDoesNotFit() {
        TransposedConvolution op =
                new TransposedConvolution(Sliding.BY_ONE.padded(2), Sliding.BY_ONE.padded(0, 2), 0, 0, 2);
        assertThatThrownBy(() -> op.outputShape(List.of(Shape.of(5)), List.of(Shape.of(1, 1, 3, 3))))
                .isInstanceOf(ShapeException.class)
                .hasMessage("expects input [channels, height, width] but got [5]");
        assertThatThrownBy(() -> op.outputShape(List.of(Shape.of(3, 5, 5)), List.of(Shape.of(3, 1, 3, 3))))
                .hasMessage(
                        "expects channels that 2 groups divide but got [3, 5, 5]; use another number of groups or channels");
        assertThatThrownBy(() -> op.outputShape(List.of(Shape.of(2, 5, 5)), List.of(Shape.of(4, 1, 3, 3))))
                .hasMessage("expects weight [2, outChannels / 2, kernelHeight, kernelWidth] but got [4, 1, 3, 3]");
        assertThatThrownBy(() -> op.outputShape(List.of(Shape.of(2, 1, 5)), List.of(Shape.of(2, 1, 3, 3))))
                .hasMessage(
                        "expects an image that padding top 2, bottom 2, left 0, right 2 leaves something of but got [2, 1, 5];"
                                + " use less padding or a larger kernel");
        TransposedConvolution along = new TransposedConvolution(Sliding.BY_ONE, Sliding.BY_ONE.padded(1, 2), 0, 0, 1);
        assertThatThrownBy(() -> along.outputShape(List.of(Shape.of(2, 1)), List.of(Shape.of(2, 1, 3))))
                .hasMessage("expects a sequence that padding before 1, after 2 leaves something of but got [2, 1];"
                        + " use less padding or a larger kernel");
        assertThatThrownBy(() -> along.outputShape(List.of(Shape.of(2, 5)), List.of(Shape.of(4, 1, 3))))
                .hasMessage("expects weight [2, outChannels / 1, kernel] but got [4, 1, 3]");
        assertThatThrownBy(() -> new TransposedConvolution(Sliding.by(2), Sliding.by(2), 2, 0, 1))
                .hasMessage(
                        "TransposedConvolution expects output padding from 0 to less than stride 2×2 or dilation 1×1"
                                + " but got 2×0");
        assertThatThrownBy(() -> new TransposedConvolution(Sliding.BY_ONE, Sliding.BY_ONE, 0, 0, 0))
                .hasMessage("TransposedConvolution expects at least 1 group but got 0");
    }
}
