package io.github.bn4j.layer;

import static io.github.bn4j.internal.Checks.checkArgument;
import static io.github.bn4j.internal.Checks.checkGiven;

import io.github.bn4j.graph.Initializer;
import io.github.bn4j.graph.Parameter;
import io.github.bn4j.graph.Scope;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.UseBias;
import io.github.bn4j.graph.Value;
import io.github.bn4j.op.Sliding;
import io.github.bn4j.op.TransposedConvolution;

/**
 * Transposed convolution, which turns small images into larger ones (Dumoulin and Visin 2016, section 4). Input {@code
 * [channels, height, width]}, output {@code [filters, (height − 1) stride + dilation (kernel − 1) + 1 − top − bottom +
 * outputPadding, …]}, or {@code [filters, height · stride, width · stride]} with {@link Padding#SAME}. Learns {@code weight
 * [channels, filters / groups, kernelHeight, kernelWidth]}, initially normal, and, where it is not redundant, {@code bias
 * [filters]}, initially 0.
 *
 * @param filters number of output channels, at least 1
 * @param window the kernel and how it moves over the output, and what is cut off there; by default with stride 1, no padding and
 *     no dilation
 * @param outputPadding rows added at the bottom and columns added at the right, where a stride leaves several sizes to choose
 *     from; 0 by default, less than the larger of stride and dilation, and 0 with {@link Padding#SAME}
 * @param groups number of blocks of channels that do not see each other, 1 by default
 * @param useBias {@link UseBias#AUTO} (default) keeps the bias only where it can change an output
 */
public record ConvTranspose2d(int filters, Window window, Size outputPadding, int groups, UseBias useBias)
        implements Windowed<ConvTranspose2d> {

    public ConvTranspose2d {
        Window.check("ConvTranspose2d", window);
        checkGiven(outputPadding, "ConvTranspose2d", "a Size for the output padding");
        checkGiven(useBias, "ConvTranspose2d", "a UseBias");
        checkArgument(filters >= 1, "ConvTranspose2d expects at least 1 filter but got %s", filters);
        checkArgument(
                outputPadding.isAtLeast(0),
                "ConvTranspose2d expects output padding of at least 0 but got %s",
                outputPadding);
        checkArgument(
                groups >= 1 && filters % groups == 0,
                "ConvTranspose2d expects a number of groups that divides its %s filters but got %s",
                filters,
                groups);
    }

    /** A square kernel, stride 1 and no padding. */
    public static ConvTranspose2d of(int filters, int kernel) {
        return new ConvTranspose2d(filters, Window.of(kernel), Size.square(0), 1, UseBias.AUTO);
    }

    @Override
    public ConvTranspose2d window(Window window) {
        return new ConvTranspose2d(filters, window, outputPadding, groups, useBias);
    }

    /** Adds {@code padding} rows at the bottom and columns at the right, less than the larger of stride and dilation; by default 0. */
    public ConvTranspose2d outputPadding(int padding) {
        return outputPadding(padding, padding);
    }

    /** Adds rows at the bottom and columns at the right, less than the larger of stride and dilation; by default 0. */
    public ConvTranspose2d outputPadding(int height, int width) {
        return new ConvTranspose2d(filters, window, new Size(height, width), groups, useBias);
    }

    /**
     * Splits the channels into {@code groups} blocks that do not see each other, by default 1; it divides channels and
     * filters.
     */
    public ConvTranspose2d groups(int groups) {
        return new ConvTranspose2d(filters, window, outputPadding, groups, useBias);
    }

    /** Keeps the bias, or leaves it out, whatever follows; by default it is kept only where it can change an output. */
    public ConvTranspose2d useBias(boolean useBias) {
        return new ConvTranspose2d(filters, window, outputPadding, groups, UseBias.of(useBias));
    }

    @Override
    public Value trace(Scope scope, Value x) {
        Shape image = Images.requireGroups(x, groups);
        long channels = image.dim(0);
        int height = window.kernel().height();
        int width = window.kernel().width();
        Parameter weight = scope.weight(
                "weight",
                Shape.of(channels, filters / groups, height, width),
                Initializer.heNormal(channels / groups * height * width));
        return scope.addBias(scope.apply(op(image), x, weight), useBias);
    }

    /* With SAME, the convolution that this is the transpose of makes the input of an image of stride times its size. */
    private TransposedConvolution op(Shape image) {
        Size stride = window.stride();
        Sliding rows = window.rows(Math.multiplyExact(image.dim(1), stride.height()));
        Sliding columns = window.columns(Math.multiplyExact(image.dim(2), stride.width()));
        if (window.padding() != Padding.SAME) {
            return new TransposedConvolution(rows, columns, outputPadding.height(), outputPadding.width(), groups);
        }
        checkArgument(
                outputPadding.equals(Size.square(0)),
                "ConvTranspose2d expects no output padding with padding SAME but got %s; use padding of your own",
                outputPadding);
        return new TransposedConvolution(
                rows,
                columns,
                missing(rows, window.kernel().height()),
                missing(columns, window.kernel().width()),
                groups);
    }

    private static int missing(Sliding sliding, int kernel) {
        return (int) Math.max(0, sliding.stride() - sliding.reach(kernel));
    }

    @Override
    public String toString() {
        return "ConvTranspose2d(" + filters + ", " + window.description()
                + (outputPadding.equals(Size.square(0)) ? "" : ", output padding " + outputPadding)
                + (groups == 1 ? "" : ", groups " + groups) + Describe.bias(useBias) + ")";
    }
}
