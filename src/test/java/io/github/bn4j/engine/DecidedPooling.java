package io.github.bn4j.engine;

import io.github.bn4j.graph.Call;
import io.github.bn4j.graph.Gradients;
import io.github.bn4j.graph.Node;
import io.github.bn4j.graph.Op;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.internal.Floats;
import io.github.bn4j.internal.Tensors;
import io.github.bn4j.op.AdaptiveMaxPooling;
import io.github.bn4j.op.MaxPooling;
import io.github.bn4j.op.Sliding;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A pooling that takes from each window the element whose place in its channel a second input gives. */
record DecidedPooling() implements Op {

    @Override
    public Shape outputShape(List<Shape> inputs, List<Shape> parameters) {
        return inputs.get(1);
    }

    @Override
    public INDArray forward(Call call) {
        double[] x = Floats.values(call.input(0));
        double[] places = Floats.values(call.input(1));
        double[] y = new double[places.length];
        for (int i = 0; i < y.length; i++) {
            y[i] = x[place(call, places, i)];
        }
        return Tensors.of(call.input(0).dataType(), y, call.input(1).shape());
    }

    @Override
    public Gradients backward(Call call, INDArray dy) {
        double[] gradient = Floats.values(dy);
        double[] places = Floats.values(call.input(1));
        double[] dx = new double[(int) call.input(0).length()];
        for (int i = 0; i < gradient.length; i++) {
            dx[place(call, places, i)] += gradient[i];
        }
        return Gradients.of(Tensors.of(dy.dataType(), dx, call.input(0).shape()), dy);
    }

    private static int place(Call call, double[] places, int i) {
        INDArray x = call.input(0);
        INDArray y = call.input(1);
        int channel = i / positions(y.shape());
        return channel * positions(x.shape()) + (int) places[i];
    }

    /** How many places a channel has, of images or of sequences. */
    private static int positions(long[] batched) {
        return (int) Arrays.stream(batched).skip(2).reduce(1, Math::multiplyExact);
    }

    /** The places of the elements that a max pooling took: the first of each window that is equal to its result. */
    static double[] winners(Node node, double[] x, double[] y) {
        Shape image = node.inputs().get(0).shape();
        Shape pooled = node.output().shape();
        // A sequence is an image of one row.
        int width = (int) image.dim(image.rank() - 1);
        int height = positions(image.batched(1)) / width;
        int columns = (int) pooled.dim(pooled.rank() - 1);
        int positions = positions(pooled.batched(1));
        double[] winners = new double[y.length];
        for (int i = 0; i < y.length; i++) {
            int channel = i / positions * height * width;
            int[] below = rows(node.op(), i % positions / columns, height);
            int[] across = columns(node.op(), i % columns, width);
            winners[i] = -1;
            for (int row : below) {
                for (int column : across) {
                    boolean inside = row >= 0 && row < height && column >= 0 && column < width;
                    if (winners[i] < 0 && inside && x[channel + row * width + column] == y[i]) {
                        winners[i] = row * width + column;
                    }
                }
            }
            if (winners[i] < 0) {
                throw new AssertionError(node + " yields " + y[i] + ", which is not in its window");
            }
        }
        return winners;
    }

    private static int[] rows(Op pooling, int number, int height) {
        return pooling instanceof MaxPooling max
                ? places(max.rows(), max.kernelHeight(), number)
                : places(((AdaptiveMaxPooling) pooling).height(), number, height);
    }

    private static int[] columns(Op pooling, int number, int width) {
        return pooling instanceof MaxPooling max
                ? places(max.columns(), max.kernelWidth(), number)
                : places(((AdaptiveMaxPooling) pooling).width(), number, width);
    }

    private static int[] places(Sliding axis, int kernel, int number) {
        return IntStream.range(0, kernel)
                .map(i -> number * axis.stride() - axis.before() + i * axis.dilation())
                .toArray();
    }

    private static int[] places(int windows, int number, int elements) {
        return IntStream.range(
                        AdaptiveMaxPooling.windowStart(number, elements, windows),
                        AdaptiveMaxPooling.windowEnd(number, elements, windows))
                .toArray();
    }
}
