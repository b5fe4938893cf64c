package io.github.bn4j.layer;

import static io.github.bn4j.TensorAssert.assertTensor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bn4j.Network;
import io.github.bn4j.graph.Layer;
import io.github.bn4j.graph.Op;
import io.github.bn4j.internal.Tensors;
import io.github.bn4j.op.AveragePooling;
import io.github.bn4j.op.MaxPooling;
import io.github.bn4j.op.Sliding;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

class PoolingTest {

    private static Op op(Layer layer) {
        return Network.input(2, 7, 9)
                .then(layer)
                .build(1)
                .graph()
                .nodes()
                .get(0)
                .op();
    }

    @Test
    void tracesHeightsAndWidthsEachToTheirPlace() {
        assertThat(op(MaxPool2d.of(2))).isEqualTo(new MaxPooling(2, 2, Sliding.by(2), Sliding.by(2)));
        assertThat(op(MaxPool2d.of(2, 3))).isEqualTo(new MaxPooling(2, 3, Sliding.by(2), Sliding.by(3)));
        assertThat(op(MaxPool2d.of(2).kernel(4, 6).stride(3, 5).padding(1, 2)))
                .isEqualTo(new MaxPooling(
                        4, 6, Sliding.by(3).padded(1), Sliding.by(5).padded(2)));
        assertThat(op(MaxPool2d.of(2).padding(1, 0, 0, 1).dilation(3, 4)))
                .isEqualTo(new MaxPooling(2, 2, new Sliding(2, 1, 0, 3), new Sliding(2, 0, 1, 4)));
        assertThat(op(AvgPool2d.of(2, 3))).isEqualTo(new AveragePooling(2, 3, Sliding.by(2), Sliding.by(3), false));
        assertThat(op(AvgPool2d.of(2)
                        .countPadding(true)
                        .kernel(4, 6)
                        .stride(3, 5)
                        .padding(1, 2)))
                .isEqualTo(new AveragePooling(
                        4, 6, Sliding.by(3).padded(1), Sliding.by(5).padded(2), true));
        assertThat(op(AvgPool2d.of(3).stride(2).padding(1)))
                .isEqualTo(new AveragePooling(
                        3, 3, Sliding.by(2).padded(1), Sliding.by(2).padded(1), false));
    }

    /** ⌈7 / 2⌉ rows and ⌈9 / 2⌉ columns; an odd zero goes to the end, as with convolutions. */
    @Test
    void keepsTheSizeWithSamePadding() {
        assertThat(op(MaxPool2d.of(2).padding(Padding.SAME)))
                .isEqualTo(new MaxPooling(
                        2, 2, Sliding.by(2).padded(0, 1), Sliding.by(2).padded(0, 1)));
        assertThat(op(AvgPool2d.of(4).stride(1, 3).padding(Padding.SAME)))
                .isEqualTo(new AveragePooling(
                        4, 4, Sliding.by(1).padded(1, 2), Sliding.by(3).padded(0, 1), false));
    }

    // The image 0 1 2 / 3 4 5, in windows of one row and two columns, one column apart.
    @Test
    void poolsWindowsThatAreNotSquare() {
        INDArray image = Tensors.of(DataType.DOUBLE, new double[] {0, 1, 2, 3, 4, 5}, 1, 1, 2, 3);
        Network largest =
                Network.input(1, 2, 3).then(MaxPool2d.of(1, 2).stride(1)).build(1, DataType.DOUBLE);
        Network mean = Network.input(1, 2, 3).then(AvgPool2d.of(1, 2).stride(1)).build(1, DataType.DOUBLE);
        assertTensor(largest.predict(image)).hasShape(1, 1, 2, 2).hasElements(1, 2, 4, 5);
        assertTensor(mean.predict(image)).hasShape(1, 1, 2, 2).hasElements(0.5, 1.5, 3.5, 4.5);
    }

    @Test
    void saysWhatIsUnusual() {
        assertThat(MaxPool2d.of(2)).hasToString("MaxPool2d(2×2)");
        assertThat(MaxPool2d.of(2, 3)).hasToString("MaxPool2d(2×3)");
        assertThat(MaxPool2d.of(2, 3).stride(2)).hasToString("MaxPool2d(2×3, stride 2×2)");
        assertThat(AvgPool2d.of(2, 3).stride(1, 3).padding(1, 0).countPadding(true))
                .hasToString("AvgPool2d(2×3, stride 1×3, padding 1×0, padding counts)");
    }

    @Test
    void refusesWhatDoesNotFit() {
        assertThatThrownBy(() -> op(MaxPool2d.of(2, 0)))
                .hasMessage("MaxPool2d expects a kernel of at least 1×1 but got 2×0");
        assertThatThrownBy(() -> op(AvgPool2d.of(2, 4).padding(2, 2)))
                .hasMessage("AveragePooling expects padding of less than the 2×4 elements that a window spans but got"
                        + " top 2, bottom 2, left 2, right 2");
        assertThatThrownBy(() -> op(MaxPool2d.of(8, 2)))
                .hasMessage(
                        "layer \"maxpool2d_1\" MaxPool2d(8×2) expects an image that its window 8×2 fits into but got"
                                + " [2, 7, 9] from input \"features\"; use a smaller window");
    }

    /** 46340 × 46341 is the largest such product below 2³¹. */
    @Test
    void refusesWindowsOfMoreElementsThanAnIntCounts() {
        assertThat(MaxPool2d.of(46_340, 46_341)).hasToString("MaxPool2d(46340×46341)");
        assertThatThrownBy(() -> MaxPool2d.of(46_341))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("MaxPool2d expects a window of at most 2147483647 elements but got kernel 46341×46341");
        assertThatThrownBy(() -> AvgPool2d.of(2).kernel(100_003, 100_003))
                .hasMessage("AvgPool2d expects a window of at most 2147483647 elements but got kernel 100003×100003");
        assertThatThrownBy(() -> new MaxPooling(1 << 16, 1 << 15, Sliding.BY_ONE, Sliding.BY_ONE))
                .hasMessage("MaxPooling expects a window of at most 2147483647 elements but got kernel 65536×32768");
        assertThatThrownBy(() -> new AveragePooling(Integer.MAX_VALUE, 2, Sliding.BY_ONE, Sliding.BY_ONE, true))
                .hasMessage(
                        "AveragePooling expects a window of at most 2147483647 elements but got kernel 2147483647×2");
    }
}
