package io.github.bn4j.bias;

import io.github.bn4j.graph.Call;
import io.github.bn4j.graph.Gradients;
import io.github.bn4j.graph.Op;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.Shift;
import io.github.bn4j.graph.ShiftEffect;
import io.github.bn4j.internal.Tensors;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Any linear map of the elements of an example, {@code y = M x}, for operations that the library does not have. What it
 * says of shifts follows from the matrix itself.
 */
final class FixedMatrix implements Op {

    /** Entry of the matrix at the row of an output element and the column of an input element. */
    @FunctionalInterface
    interface Entry {
        double at(long[] output, long[] input);
    }

    private final String name;
    private final Shape from;
    private final Shape to;
    private final double[][] matrix;

    FixedMatrix(String name, Shape from, Shape to, Entry entry) {
        this.name = name;
        this.from = from;
        this.to = to;
        this.matrix = new double[(int) to.size()][(int) from.size()];
        for (int row = 0; row < matrix.length; row++) {
            for (int column = 0; column < matrix[row].length; column++) {
                matrix[row][column] = entry.at(index(to, row), index(from, column));
            }
        }
    }

    private static long[] index(Shape shape, long flat) {
        long[] index = new long[shape.rank()];
        long rest = flat;
        for (int axis = index.length - 1; axis >= 0; axis--) {
            index[axis] = rest % shape.dim(axis);
            rest /= shape.dim(axis);
        }
        return index;
    }

    @Override
    public Shape outputShape(List<Shape> inputs, List<Shape> parameters) {
        return to;
    }

    private INDArray array(INDArray like) {
        double[] flat = java.util.Arrays.stream(matrix)
                .flatMapToDouble(java.util.Arrays::stream)
                .toArray();
        return Tensors.of(like.dataType(), flat, matrix.length, matrix[0].length);
    }

    @Override
    public INDArray forward(Call call) {
        INDArray x = call.input(0);
        INDArray rows = x.reshape('c', x.size(0), from.size());
        return rows.mmul(array(x).transpose()).dup('c').reshape('c', to.batched(x.size(0)));
    }

    @Override
    public Gradients backward(Call call, INDArray dy) {
        INDArray rows = dy.reshape('c', dy.size(0), to.size());
        return Gradients.of(rows.mmul(array(dy)).dup('c').reshape('c', from.batched(dy.size(0))));
    }

    /** A constant per channel stays one if all rows of an output channel sum up each input channel alike. */
    @Override
    public ShiftEffect shiftEffect(int input, Shift shift, List<Shape> inputs, List<Shape> parameters) {
        int channels = (int) from.dim(0);
        int inPositions = matrix[0].length / channels;
        int outPositions = matrix.length / (int) to.dim(0);
        boolean constant = true;
        for (int row = 0; row < matrix.length; row++) {
            int first = row / outPositions * outPositions;
            for (int channel = 0; channel < channels; channel++) {
                constant &= Math.abs(sum(row, channel, inPositions) - sum(first, channel, inPositions)) < 1e-12;
            }
        }
        return ShiftEffect.yields(
                constant && shift != Shift.PER_POSITION ? Shift.PER_CHANNEL : Shift.PER_POSITION, "is a linear map");
    }

    private double sum(int row, int channel, int positions) {
        double sum = 0;
        for (int i = 0; i < positions; i++) {
            sum += matrix[row][channel * positions + i];
        }
        return sum;
    }

    @Override
    public String label() {
        return name;
    }

    @Override
    public String toString() {
        return name;
    }
}
