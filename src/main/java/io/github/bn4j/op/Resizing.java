package io.github.bn4j.op;

import static io.github.bn4j.internal.Checks.checkArgument;
import static io.github.bn4j.internal.Checks.checkGiven;

import io.github.bn4j.graph.Call;
import io.github.bn4j.graph.Gradients;
import io.github.bn4j.graph.Op;
import io.github.bn4j.graph.Operands;
import io.github.bn4j.graph.ScaleEffect;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.ShapeException;
import io.github.bn4j.graph.Shift;
import io.github.bn4j.graph.ShiftEffect;
import io.github.bn4j.internal.Tensors;
import java.util.List;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The image {@code x [channels, height, width]} in another size: {@code y = R x Cᵀ} for each channel, where the rows of {@code R} and
 * {@code C} say what weights the rows and columns of the image have in each row and column of the result. Weights add up to 1.
 *
 * @param height rows of the result, at least 1
 * @param width columns of the result, at least 1
 * @param mode where the weights come from
 */
public record Resizing(int height, int width, Mode mode) implements Op {

    /* Index i of n counts elements of the result, of which each is made from m elements of the image. */

    /** Where the weights of a resized image come from. */
    public enum Mode {
        /** The element at {@code ⌊i m / n⌋}, as PyTorch's {@code nearest}. */
        NEAREST {
            @Override
            void weigh(double[] weights, int i, int n) {
                weights[(int) ((long) i * weights.length / n)] = 1;
            }
        },
        /**
         * Linear between the two elements nearest to {@code (i + ½) m / n − ½}: pixels are squares, as in PyTorch without
         * {@code align_corners} and in ONNX's {@code half_pixel}.
         */
        BILINEAR {
            @Override
            void weigh(double[] weights, int i, int n) {
                between(weights, (i + 0.5) * weights.length / n - 0.5);
            }
        },
        /** Linear between the two elements nearest to {@code i (m − 1) / (n − 1)}: the corners stay, as with {@code align_corners}. */
        BILINEAR_ALIGNED {
            @Override
            void weigh(double[] weights, int i, int n) {
                between(weights, n == 1 ? 0 : (double) i * (weights.length - 1) / (n - 1));
            }
        },
        /** The mean of elements {@code ⌊i m / n⌋} to below {@code ⌈(i + 1) m / n⌉}, as PyTorch's adaptive average pooling. */
        MEAN {
            @Override
            void weigh(double[] weights, int i, int n) {
                int from = AdaptiveMaxPooling.windowStart(i, weights.length, n);
                int to = AdaptiveMaxPooling.windowEnd(i, weights.length, n);
                for (int element = from; element < to; element++) {
                    weights[element] = 1.0 / (to - from);
                }
            }
        };

        /** Sets the weights, which are 0, of the elements that make element {@code i} of {@code n}. */
        abstract void weigh(double[] weights, int i, int n);

        /** The weights of each of {@code m} elements in each of {@code n}: a matrix of {@code n} rows, in row-major order. */
        public double[] weights(int n, int m) {
            double[] all = new double[Math.multiplyExact(n, m)];
            for (int i = 0; i < n; i++) {
                double[] row = new double[m];
                weigh(row, i, n);
                System.arraycopy(row, 0, all, i * m, m);
            }
            return all;
        }

        private static void between(double[] weights, double place) {
            double inside = Math.max(0, Math.min(place, weights.length - 1));
            int lower = (int) inside;
            double share = inside - lower;
            weights[lower] = 1 - share;
            if (share > 0) {
                weights[lower + 1] = share;
            }
        }
    }

    public Resizing {
        checkArgument(
                height >= 1 && width >= 1, "Resizing expects a size of at least 1×1 but got %s×%s", height, width);
        checkGiven(mode, "Resizing", "a Mode");
    }

    @Override
    public Optional<Operands> operands() {
        return Optional.of(Operands.of(1));
    }

    @Override
    public Shape outputShape(List<Shape> inputs, List<Shape> parameters) {
        Shape x = inputs.get(0);
        if (x.rank() != 3) {
            throw ShapeException.expected("input [channels, height, width]", x);
        }
        return Shape.of(x.dim(0), height, width);
    }

    @Override
    public INDArray forward(Call call) {
        INDArray x = call.input(0);
        return between(x, weights(x, 2, height), weights(x, 3, width));
    }

    @Override
    public Gradients backward(Call call, INDArray dy) {
        INDArray x = call.input(0);
        return Gradients.of(between(
                dy, weights(x, 2, height).transpose(), weights(x, 3, width).transpose()));
    }

    /** The weights of each element of an axis of the image (columns) in each of {@code n} of the result (rows). */
    private INDArray weights(INDArray x, int axis, int n) {
        int elements = (int) x.size(axis);
        return Tensors.of(x.dataType(), mode.weights(n, elements), n, elements);
    }

    /** The product of each channel with a matrix on its left and the transpose of another on its right. */
    private static INDArray between(INDArray x, INDArray left, INDArray right) {
        INDArray columns = alongLast(x, right);
        return alongLast(columns.permute(0, 1, 3, 2), left).permute(0, 1, 3, 2).dup('c');
    }

    private static INDArray alongLast(INDArray x, INDArray weights) {
        long[] shape = x.shape().clone();
        INDArray product = x.dup('c').reshape('c', -1, shape[3]).mmul(weights.transpose());
        shape[3] = weights.size(0);
        return product.dup('c').reshape('c', shape);
    }

    @Override
    public ScaleEffect scaleEffect(int input) {
        return ScaleEffect.PASSES;
    }

    @Override
    public ShiftEffect shiftEffect(int input, Shift shift, List<Shape> inputs, List<Shape> parameters) {
        return ShiftEffect.yields(
                shift, "mixes elements with weights that add up to 1, so a constant stays what it is");
    }
}
