package io.github.bn4j.op;

import io.github.bn4j.graph.Call;
import io.github.bn4j.graph.FormerComponents;
import io.github.bn4j.graph.Gradients;
import io.github.bn4j.graph.Op;
import io.github.bn4j.graph.Operands;
import io.github.bn4j.graph.ScaleEffect;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.Shift;
import io.github.bn4j.graph.ShiftEffect;
import io.github.bn4j.internal.Floats;
import io.github.bn4j.internal.Tensors;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The largest element of each window of {@code x [channels, height, width]} or {@code [channels, length]}, an image of one row; NaN if one is NaN. Padding never wins: it counts as −∞. Output
 * height is {@code (height + before + after − dilation (kernelHeight − 1) − 1) / stride + 1} of {@code rows}, rounded down;
 * width likewise of {@code columns}.
 *
 * @param kernelHeight rows of the window
 * @param kernelWidth columns of the window
 * @param rows how the window moves down the image; padding is less than what the window spans; {@link
 *     Sliding#BY_ONE} for sequences
 * @param columns how it moves along the image
 */
public record MaxPooling(int kernelHeight, int kernelWidth, Sliding rows, Sliding columns) implements Op {

    public MaxPooling {
        Pooling.check("MaxPooling", kernelHeight, kernelWidth, rows, columns);
    }

    @FormerComponents({"kernelHeight", "kernelWidth", "strideHeight", "strideWidth", "paddingHeight", "paddingWidth"})
    static MaxPooling of(
            int kernelHeight, int kernelWidth, int strideHeight, int strideWidth, int paddingHeight, int paddingWidth) {
        return new MaxPooling(
                kernelHeight,
                kernelWidth,
                Sliding.by(strideHeight).padded(paddingHeight),
                Sliding.by(strideWidth).padded(paddingWidth));
    }

    private static final int NO_MODE = 0;

    @Override
    public Optional<Operands> operands() {
        return Optional.of(Operands.of(1));
    }

    @Override
    public Shape outputShape(List<Shape> inputs, List<Shape> parameters) {
        return pooling().outputShape(inputs.get(0));
    }

    @Override
    public INDArray forward(Call call) {
        INDArray x = call.input(0);
        return Tensors.isFinite(x)
                ? pooling().run("maxpool2d", Double.NEGATIVE_INFINITY, NO_MODE, x)
                : Sequences.like(x, any(Sequences.images(x)));
    }

    private Pooling pooling() {
        return new Pooling(kernelHeight, kernelWidth, rows, columns);
    }

    /* ND4J's passes over NaN, and takes the smallest number that there is for −∞. */
    private INDArray any(INDArray x) {
        double[] values = Floats.values(x);
        int height = (int) x.size(2);
        int width = (int) x.size(3);
        Shape image = outputShape(List.of(Shape.of(x.size(1), height, width)), List.of());
        long[] dims = image.batched(x.size(0));
        double[] largest = new double[(int) Shape.of(dims).size()];
        Arrays.fill(largest, Double.NEGATIVE_INFINITY);
        int across = (int) image.dim(2);
        int positions = (int) image.dim(1) * across;
        for (int i = 0; i < largest.length; i++) {
            int channel = i / positions;
            long top = (long) i % positions / across * rows.stride() - rows.before();
            long left = (long) i % across * columns.stride() - columns.before();
            for (int p = 0; p < kernelHeight; p++) {
                long row = top + (long) p * rows.dilation();
                for (int q = 0; q < kernelWidth && row >= 0 && row < height; q++) {
                    long column = left + (long) q * columns.dilation();
                    if (column >= 0 && column < width) {
                        largest[i] =
                                Math.max(largest[i], values[(int) (((long) channel * height + row) * width + column)]);
                    }
                }
            }
        }
        return Tensors.of(x.dataType(), largest, dims);
    }

    @Override
    public Gradients backward(Call call, INDArray dy) {
        return Gradients.of(pooling().run("maxpool2d_bp", Double.NEGATIVE_INFINITY, NO_MODE, call.input(0), dy));
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
