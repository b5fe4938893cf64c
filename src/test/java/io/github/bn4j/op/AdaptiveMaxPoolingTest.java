package io.github.bn4j.op;

import static io.github.bn4j.TensorAssert.assertTensor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bn4j.Network;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.ShapeException;
import io.github.bn4j.internal.Tensors;
import io.github.bn4j.layer.AdaptiveMaxPool2d;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Also by {@link OpContractTest}, and the layers against PyTorch by the tests of layers. */
class AdaptiveMaxPoolingTest {

    private static Shape image(Random random) {
        return Shape.of(3, 1 + random.nextInt(6), 1 + random.nextInt(6));
    }

    @Test
    void agreesWithNestedLoops() {
        for (int seed = 0; seed < 20; seed++) {
            Random random = new Random(seed);
            AdaptiveMaxPooling op = new AdaptiveMaxPooling(1 + random.nextInt(9), 1 + random.nextInt(9));
            INDArray x = OpRun.random(random, image(random).batched(2));
            OpRun.assertElements(OpRun.predict(op, List.of(x)), index -> {
                double largest = Double.NEGATIVE_INFINITY;
                for (long row = 0; row < x.size(2); row++) {
                    for (long column = 0; column < x.size(3); column++) {
                        if (isIn(row, index[2], x.size(2), op.height())
                                && isIn(column, index[3], x.size(3), op.width())) {
                            largest = Math.max(largest, x.getDouble(index[0], index[1], row, column));
                        }
                    }
                }
                return largest;
            });
        }
    }

    /** Whether an element, from {@code element / m} to {@code (element + 1) / m} of the whole, reaches into window i of n. */
    private static boolean isIn(long element, long i, long m, long n) {
        return (element + 1) * n > i * m && element * n < (i + 1) * m;
    }

    @Test
    void hasTheGradientOfCentralDifferences() {
        for (int seed = 0; seed < 5; seed++) {
            Random random = new Random(100 + seed);
            OpRun.assertGradient(new AdaptiveMaxPooling(1, 1 + random.nextInt(9)), seed, List.of(Shape.of(2, 7)));
            OpRun.assertGradient(
                    new AdaptiveMaxPooling(1 + random.nextInt(6), 1 + random.nextInt(6)), seed, List.of(image(random)));
        }
    }

    /** Windows of a sequence that share an element share its gradient; of equal elements the first has it. */
    @Test
    void addsTheGradientsOfAnElementThatWinsTwice() {
        AdaptiveMaxPooling op = new AdaptiveMaxPooling(1, 2);
        INDArray dy = Tensors.of(DataType.DOUBLE, new double[] {3, 4}, 1, 1, 2);
        assertTensor(OpRun.gradient(op, Tensors.of(DataType.DOUBLE, new double[] {1, 9, 2}, 1, 1, 3), dy))
                .hasElements(0, 7, 0);
        assertTensor(OpRun.gradient(op, Tensors.of(DataType.DOUBLE, new double[] {5, 5, 5}, 1, 1, 3), dy))
                .hasElements(3, 4, 0);
    }

    @Test
    void takesNanForTheLargest() {
        INDArray x = Tensors.of(DataType.DOUBLE, new double[] {1, 2, 3, Double.NaN, 5}, 1, 1, 5);
        INDArray dy = Tensors.of(DataType.DOUBLE, new double[] {3, 4}, 1, 1, 2);
        assertTensor(OpRun.gradient(new AdaptiveMaxPooling(1, 2), x, dy)).hasElements(0, 0, 3, 4, 0);
    }

    /** The layers, in a network: a bias before them is dropped where batch normalisation follows. */
    @Test
    void letsABiasThroughToABatchNorm() {
        Network images = Network.input(1, 7, 7)
                .conv2d(4, 3)
                .then(AdaptiveMaxPool2d.of(2, 3))
                .batchNorm2d()
                .build(42);
        Network sequences = Network.input(2, 11)
                .conv1d(4, 3)
                .adaptiveMaxPool1d(2)
                .batchNorm1d()
                .build(42);
        for (Network net : List.of(images, sequences)) {
            assertThat(net.parameters().names()).noneMatch(name -> name.contains(".bias"));
            assertThat(net.proveBias().toString()).contains("redundant, as reported");
        }
    }

    @Test
    void refusesWhatIsNoImage() {
        assertThatThrownBy(() -> new AdaptiveMaxPooling(1, 2).outputShape(List.of(Shape.of(5)), List.of()))
                .isInstanceOf(ShapeException.class)
                .hasMessage("expects input [channels, height, width] or [channels, length] but got [5]");
        assertThatThrownBy(() -> new AdaptiveMaxPooling(2, 2).outputShape(List.of(Shape.of(5, 3)), List.of()))
                .hasMessage("expects input [channels, height, width] but got [5, 3]");
    }
}
