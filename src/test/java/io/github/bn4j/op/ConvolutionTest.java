package io.github.bn4j.op;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.ShapeException;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

class ConvolutionTest {

    /** A random convolution with an image and weights that fit it. */
    private record Problem(Convolution op, Shape image, Shape weight) {

        static Problem random(Random random) {
            int groups = 1 + random.nextInt(2);
            int kernelHeight = 1 + random.nextInt(3);
            int kernelWidth = 1 + random.nextInt(3);
            Sliding rows = Slidings.random(random);
            Sliding columns = Slidings.random(random);
            Convolution op = new Convolution(rows, columns, groups);
            Shape image = Shape.of(
                    groups * (1 + random.nextInt(2)),
                    rows.dilation() * (kernelHeight - 1) + 1 + random.nextInt(4),
                    columns.dilation() * (kernelWidth - 1) + 1 + random.nextInt(4));
            Shape weight = Shape.of(groups * (1 + random.nextInt(2)), image.dim(0) / groups, kernelHeight, kernelWidth);
            return new Problem(op, image, weight);
        }
    }

    @Test
    void agreesWithNestedLoops() {
        for (int seed = 0; seed < 40; seed++) {
            Random random = new Random(seed);
            Problem problem = Problem.random(random);
            INDArray image = OpRun.random(random, problem.image().batched(2));
            INDArray weight = OpRun.random(random, problem.weight().dims());
            OpRun.assertElements(
                    OpRun.predict(problem.op(), List.of(image), weight),
                    index -> naive(problem.op(), image, weight, index[0], index[1], index[2], index[3]));
        }
    }

    private static double naive(Convolution op, INDArray x, INDArray w, long n, long o, long i, long j) {
        long group = o / (w.size(0) / op.groups());
        double sum = 0;
        for (long c = 0; c < w.size(1); c++) {
            for (long p = 0; p < w.size(2); p++) {
                for (long q = 0; q < w.size(3); q++) {
                    long row = Slidings.place(op.rows(), i, p);
                    long column = Slidings.place(op.columns(), j, q);
                    if (row >= 0 && row < x.size(2) && column >= 0 && column < x.size(3)) {
                        sum += x.getDouble(n, group * w.size(1) + c, row, column) * w.getDouble(o, c, p, q);
                    }
                }
            }
        }
        return sum;
    }

    @Test
    void hasTheGradientOfCentralDifferences() {
        for (int seed = 0; seed < 12; seed++) {
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
        Convolution op = new Convolution(Sliding.BY_ONE, Sliding.BY_ONE, 1);
        assertThatThrownBy(() -> op.outputShape(List.of(Shape.of(5)), List.of(Shape.of(1, 1, 3, 3))))
                .isInstanceOf(ShapeException.class)
                .hasMessage("expects input [channels, height, width] or [channels, length] but got [5]");
        assertThatThrownBy(() -> op.outputShape(List.of(Shape.of(1, 2, 2)), List.of(Shape.of(1, 1, 3, 3))))
                .hasMessage("expects an image that its kernel 3×3 fits into but got [1, 2, 2];"
                        + " pad it or use a smaller kernel or dilation");
        assertThatThrownBy(() -> op.outputShape(List.of(Shape.of(2, 5, 5)), List.of(Shape.of(1, 1, 3, 3))))
                .hasMessage("expects weight [multiple of 1, 2, kernelHeight, kernelWidth] but got [1, 1, 3, 3]");
        assertThatThrownBy(() -> op.outputShape(List.of(Shape.of(1, 2)), List.of(Shape.of(1, 1, 3))))
                .hasMessage("expects a sequence that its kernel 3 fits into but got [1, 2];"
                        + " pad it or use a smaller kernel or dilation");
        assertThatThrownBy(() -> op.outputShape(List.of(Shape.of(2, 5)), List.of(Shape.of(1, 2, 1, 3))))
                .hasMessage("expects weight [multiple of 1, 2, kernel] but got [1, 2, 1, 3]");
        assertThatThrownBy(() -> new Convolution(Sliding.by(2), Sliding.BY_ONE, 1)
                        .outputShape(List.of(Shape.of(2, 5)), List.of(Shape.of(1, 2, 3))))
                .hasMessage("expects input [channels, height, width] but got [2, 5]");
        assertThatThrownBy(() -> new Convolution(Sliding.BY_ONE, Sliding.BY_ONE, 0))
                .hasMessage("Convolution expects at least 1 group but got 0");
        assertThatThrownBy(() -> Sliding.by(0)).hasMessage("Sliding expects a stride of at least 1 but got 0");
        assertThatThrownBy(() -> Sliding.by(1).padded(0, -1))
                .hasMessage("Sliding expects padding of at least 0 but got 0 and -1");
        assertThatThrownBy(() -> Sliding.by(1).dilated(0))
                .hasMessage("Sliding expects a dilation of at least 1 but got 0");
    }
}
