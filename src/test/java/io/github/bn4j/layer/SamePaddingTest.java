package io.github.bn4j.layer;

import static io.github.bn4j.TensorAssert.assertTensor;

import io.github.bn4j.Network;
import io.github.bn4j.engine.Engine;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * SAME padding on both engines against what TensorFlow's documentation says of {@code tf.nn.convolution}: the output has
 * ⌈length / stride⌉ elements, the total is max((out − 1) · stride + (kernel − 1) · dilation + 1 − length, 0), and of an odd
 * total the extra row is at the bottom, the extra column at the right; PyTorch's {@code padding='same'} does the same.
 */
class SamePaddingTest {

    @ParameterizedTest
    @CsvSource({
        // height, width, kernel height, kernel width, stride, dilation
        "5, 5, 2, 2, 1, 1",
        "6, 7, 4, 2, 1, 1",
        "6, 7, 3, 3, 2, 1",
        "7, 6, 3, 3, 2, 1",
        "5, 8, 2, 4, 2, 1",
        "9, 9, 2, 4, 1, 3",
        "11, 10, 5, 5, 3, 1",
        "4, 4, 1, 1, 2, 1"
    })
    void putsTheOddRowAndColumnAtTheEnd(
            int height, int width, int kernelHeight, int kernelWidth, int stride, int dilation) {
        Network net = Network.input(1, height, width)
                .then(Conv2d.of(1, 1)
                        .kernel(kernelHeight, kernelWidth)
                        .stride(stride)
                        .dilation(dilation)
                        .padding(Padding.SAME)
                        .useBias(false))
                .build(3);
        INDArray x = Nd4j.rand(DataType.FLOAT, 1, 1, height, width);
        INDArray weight = net.parameters().get("conv2d_1.weight");
        int rows = (height + stride - 1) / stride;
        int columns = (width + stride - 1) / stride;
        int top = Math.max((rows - 1) * stride + (kernelHeight - 1) * dilation + 1 - height, 0) / 2;
        int left = Math.max((columns - 1) * stride + (kernelWidth - 1) * dilation + 1 - width, 0) / 2;
        double[] expected = new double[rows * columns];
        for (int i = 0; i < expected.length; i++) {
            for (int p = 0; p < kernelHeight; p++) {
                for (int q = 0; q < kernelWidth; q++) {
                    int row = i / columns * stride + p * dilation - top;
                    int column = i % columns * stride + q * dilation - left;
                    if (row >= 0 && row < height && column >= 0 && column < width) {
                        expected[i] += weight.getDouble(0, 0, p, q) * x.getDouble(0, 0, row, column);
                    }
                }
            }
        }

        for (Engine engine : List.of(net.engine(), Engine.nd4j())) {
            assertTensor(net.on(engine).predict(x))
                    .as("%s", engine)
                    .hasShape(1, 1, rows, columns)
                    .hasElementsCloseTo(expected, 1e-5);
        }
    }
}
