package io.github.bn4j.layer;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bn4j.Network;
import io.github.bn4j.engine.Engine;
import java.util.Arrays;
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
        double[][] expected = convolved(
                matrix(x, height, width),
                matrix(net.parameters().get("conv2d_1.weight"), kernelHeight, kernelWidth),
                stride,
                dilation);

        for (Engine engine : List.of(net.engine(), Engine.nd4j())) {
            INDArray y = net.on(engine).predict(x);
            assertThat(y.shape()).containsExactly(1, 1, expected.length, expected[0].length);
            double[][] actual = matrix(y, expected.length, expected[0].length);
            for (int row = 0; row < expected.length; row++) {
                assertThat(actual[row])
                        .as("%s, row %s", engine, row)
                        .containsExactly(expected[row], org.assertj.core.data.Offset.offset(1e-5));
            }
        }
    }

    private static double[][] matrix(INDArray array, int rows, int columns) {
        double[] values = array.castTo(DataType.DOUBLE).dup('c').data().asDouble();
        double[][] matrix = new double[rows][];
        for (int row = 0; row < rows; row++) {
            matrix[row] = Arrays.copyOfRange(values, row * columns, (row + 1) * columns);
        }
        return matrix;
    }

    private static double[][] convolved(double[][] x, double[][] kernel, int stride, int dilation) {
        int rows = (x.length + stride - 1) / stride;
        int columns = (x[0].length + stride - 1) / stride;
        int top = Math.max((rows - 1) * stride + (kernel.length - 1) * dilation + 1 - x.length, 0) / 2;
        int left = Math.max((columns - 1) * stride + (kernel[0].length - 1) * dilation + 1 - x[0].length, 0) / 2;
        double[][] y = new double[rows][columns];
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
                for (int i = 0; i < kernel.length; i++) {
                    for (int j = 0; j < kernel[0].length; j++) {
                        int fromRow = row * stride + i * dilation - top;
                        int fromColumn = column * stride + j * dilation - left;
                        if (fromRow >= 0 && fromRow < x.length && fromColumn >= 0 && fromColumn < x[0].length) {
                            y[row][column] += kernel[i][j] * x[fromRow][fromColumn];
                        }
                    }
                }
            }
        }
        return y;
    }
}
