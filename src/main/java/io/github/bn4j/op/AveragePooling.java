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
import io.github.bn4j.internal.Tensors;
import java.util.List;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The mean of each window of {@code x [channels, height, width]} or {@code [channels, length]}, an image of one row, with zeros around the image. Output height is {@code (height +
 * before + after − dilation (kernelHeight − 1) − 1) / stride + 1} of {@code rows}, rounded down; width likewise of {@code
 * columns}.
 *
 * @param kernelHeight rows of the window
 * @param kernelWidth columns of the window
 * @param rows how the window moves down the image; padding is less than what the window spans; {@link
 *     Sliding#BY_ONE} for sequences
 * @param columns how it moves along the image
 * @param countPadding whether a window that overlaps the padding divides by its whole size; false divides by the number
 *     of its elements inside the image
 */
public record AveragePooling(int kernelHeight, int kernelWidth, Sliding rows, Sliding columns, boolean countPadding)
        implements Op {

    public AveragePooling {
        Pooling.check("AveragePooling", kernelHeight, kernelWidth, rows, columns);
    }

    @FormerComponents({
        "kernelHeight",
        "kernelWidth",
        "strideHeight",
        "strideWidth",
        "paddingHeight",
        "paddingWidth",
        "countPadding"
    })
    static AveragePooling of(
            int kernelHeight,
            int kernelWidth,
            int strideHeight,
            int strideWidth,
            int paddingHeight,
            int paddingWidth,
            boolean countPadding) {
        return new AveragePooling(
                kernelHeight,
                kernelWidth,
                Sliding.by(strideHeight).padded(paddingHeight),
                Sliding.by(strideWidth).padded(paddingWidth),
                countPadding);
    }

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
        INDArray means = pooling().run("avgpool2d", 0, mode(), call.input(0));
        return countsWrittenPadding() ? means.muli(shares(call)) : means;
    }

    @Override
    public Gradients backward(Call call, INDArray dy) {
        INDArray means = countsWrittenPadding() ? dy.mul(shares(call)) : dy;
        return Gradients.of(pooling().run("avgpool2d_bp", 0, mode(), call.input(0), means));
    }

    private Pooling pooling() {
        return new Pooling(kernelHeight, kernelWidth, rows, columns);
    }

    private int mode() {
        return countPadding ? 1 : 0;
    }

    /* Padding that is written out is part of the image for ND4J, which divides by it. */
    private boolean countsWrittenPadding() {
        return !countPadding && !(rows.even() && columns.even());
    }

    /** Size of each window by how much of it lies in the image, {@code [1, 1, height, width]} or {@code [1, 1, length]}. */
    private INDArray shares(Call call) {
        INDArray x = Sequences.images(call.input(0));
        Shape y = Sequences.image(call.outputShape(), rows);
        double[] vertical = shares(rows, kernelHeight, x.size(2), y.dim(1));
        double[] horizontal = shares(columns, kernelWidth, x.size(3), y.dim(2));
        double[] shares = new double[vertical.length * horizontal.length];
        for (int i = 0; i < shares.length; i++) {
            shares[i] = vertical[i / horizontal.length] * horizontal[i % horizontal.length];
        }
        return Sequences.like(
                call.input(0), Tensors.of(x.dataType(), shares, 1, 1, vertical.length, horizontal.length));
    }

    private static double[] shares(Sliding sliding, int taps, long length, long windows) {
        double[] shares = new double[(int) windows];
        for (int i = 0; i < shares.length; i++) {
            long first = (long) i * sliding.stride() - sliding.before();
            int inside = 0;
            for (int tap = 0; tap < taps; tap++) {
                long place = first + (long) tap * sliding.dilation();
                inside += place >= 0 && place < length ? 1 : 0;
            }
            shares[i] = (double) taps / inside;
        }
        return shares;
    }

    @Override
    public ScaleEffect scaleEffect(int input) {
        return ScaleEffect.PASSES;
    }

    @Override
    public ShiftEffect shiftEffect(int input, Shift shift, List<Shape> inputs, List<Shape> parameters) {
        if (countPadding && (rows.pads() || columns.pads())) {
            return ShiftEffect.yields(
                    Shift.PER_POSITION,
                    "counts zeros around the image, so a constant in gives another constant at the border than inside");
        }
        return ShiftEffect.yields(
                shift, "averages, so the mean of a shifted window is shifted by the mean of the shift");
    }
}
