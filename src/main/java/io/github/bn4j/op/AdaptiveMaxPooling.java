package io.github.bn4j.op;

import static io.github.bn4j.internal.Checks.checkArgument;

import io.github.bn4j.graph.Call;
import io.github.bn4j.graph.Gradients;
import io.github.bn4j.graph.Op;
import io.github.bn4j.graph.Operands;
import io.github.bn4j.graph.ScaleEffect;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.Shift;
import io.github.bn4j.graph.ShiftEffect;
import io.github.bn4j.internal.Floats;
import io.github.bn4j.internal.Tensors;
import java.util.List;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The largest element of each of as many windows as are wanted, which overlap by an element or differ in size by one where they cannot be
 * alike, of {@code x [channels, height, width]} or {@code [channels, length]}, an image of one row; NaN if one is NaN. Row {@code i} of {@code n} is
 * of rows {@code ⌊i height / n⌋} to below {@code ⌈(i + 1) height / n⌉}, columns likewise, as in PyTorch's adaptive max pooling. The gradient
 * goes to the first of equal elements.
 *
 * @param height rows of the result, at least 1; 1 for sequences
 * @param width columns of the result, at least 1
 */
public record AdaptiveMaxPooling(int height, int width) implements Op {

    public AdaptiveMaxPooling {
        checkArgument(
                height >= 1 && width >= 1,
                "AdaptiveMaxPooling expects a size of at least 1×1 but got %s×%s",
                height,
                width);
    }

    @Override
    public Optional<Operands> operands() {
        return Optional.of(Operands.of(1));
    }

    @Override
    public Shape outputShape(List<Shape> inputs, List<Shape> parameters) {
        Shape x = inputs.get(0);
        Shape image = Sequences.image(x, height == 1 ? Sliding.BY_ONE : Sliding.by(height));
        return Sequences.like(x, Shape.of(image.dim(0), height, width));
    }

    @Override
    public INDArray forward(Call call) {
        INDArray x = call.input(0);
        double[] values = Floats.values(x);
        int[] winners = winners(values, x);
        double[] largest = new double[winners.length];
        for (int i = 0; i < winners.length; i++) {
            largest[i] = values[winners[i]];
        }
        return Tensors.of(x.dataType(), largest, call.outputShape().batched(x.size(0)));
    }

    @Override
    public Gradients backward(Call call, INDArray dy) {
        INDArray x = call.input(0);
        double[] values = Floats.values(x);
        double[] outer = Floats.values(dy);
        int[] winners = winners(values, x);
        double[] dx = new double[values.length];
        for (int i = 0; i < winners.length; i++) {
            dx[winners[i]] += outer[i];
        }
        return Gradients.of(Tensors.of(x.dataType(), dx, x.shape()));
    }

    /** Where in a batch each element of the result is from. */
    private int[] winners(double[] values, INDArray batch) {
        INDArray images = Sequences.images(batch);
        int planes = Math.toIntExact(images.size(0) * images.size(1));
        int rows = (int) images.size(2);
        int columns = (int) images.size(3);
        int[] winners = new int[Math.multiplyExact(planes, Math.multiplyExact(height, width))];
        for (int i = 0; i < winners.length; i++) {
            int plane = i / (height * width);
            int p = i / width % height;
            int q = i % width;
            int winner = (plane * rows + windowStart(p, rows, height)) * columns + windowStart(q, columns, width);
            for (int row = windowStart(p, rows, height); row < windowEnd(p, rows, height); row++) {
                for (int column = windowStart(q, columns, width); column < windowEnd(q, columns, width); column++) {
                    int at = (plane * rows + row) * columns + column;
                    if (values[at] > values[winner] || Double.isNaN(values[at])) {
                        winner = at;
                    }
                }
            }
            winners[i] = winner;
        }
        return winners;
    }

    /** The first element of window {@code i} of those that share out an axis. */
    public static int windowStart(int i, long elements, int windows) {
        return (int) (i * elements / windows);
    }

    /** The element behind the last one of window {@code i} of those that share out an axis. */
    public static int windowEnd(int i, long elements, int windows) {
        return (int) (((i + 1) * elements + windows - 1) / windows);
    }

    @Override
    public ScaleEffect scaleEffect(int input) {
        return ScaleEffect.PASSES;
    }

    @Override
    public ShiftEffect shiftEffect(int input, Shift shift, List<Shape> inputs, List<Shape> parameters) {
        return Pooling.shiftOfMaxima(shift);
    }
}
