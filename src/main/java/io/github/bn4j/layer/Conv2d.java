package io.github.bn4j.layer;

import static io.github.bn4j.internal.Checks.checkArgument;
import static io.github.bn4j.internal.Checks.checkGiven;
import static io.github.bn4j.internal.Ranges.checkSteps;

import io.github.bn4j.graph.Initializer;
import io.github.bn4j.graph.Layer;
import io.github.bn4j.graph.Parameter;
import io.github.bn4j.graph.Scope;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.ShapeException;
import io.github.bn4j.graph.UseBias;
import io.github.bn4j.graph.Value;
import io.github.bn4j.op.Convolution;

/**
 * Two-dimensional convolution over images.
 *
 * <p>Input {@code [channels, height, width]} per example, output {@code [filters, outHeight, outWidth]}. Learns {@code
 * weight [filters, channels / groups, kernelHeight, kernelWidth]}, initially normal with variance {@code 2 / fanIn}, and,
 * where it is not redundant, {@code bias [filters]}, initially 0.
 *
 * @param filters number of output channels, at least 1
 * @param kernelHeight rows of the kernel
 * @param kernelWidth columns of the kernel
 * @param strideHeight rows between neighbouring outputs
 * @param strideWidth columns between neighbouring outputs
 * @param padding {@link Padding#VALID} (default) or {@link Padding#SAME}
 * @param dilationHeight rows between neighbouring taps
 * @param dilationWidth columns between neighbouring taps
 * @param groups number of blocks of channels that do not see each other
 * @param useBias {@link UseBias#AUTO} (default) keeps the bias only where it can change an output
 */
public record Conv2d(
        int filters,
        int kernelHeight,
        int kernelWidth,
        int strideHeight,
        int strideWidth,
        Padding padding,
        int dilationHeight,
        int dilationWidth,
        int groups,
        UseBias useBias)
        implements Layer {

    public Conv2d {
        checkGiven(padding, "Conv2d", "a Padding, VALID or SAME,");
        checkGiven(useBias, "Conv2d", "a UseBias");
        checkSteps("Conv2d", strideHeight, strideWidth, dilationHeight, dilationWidth);
        checkArgument(filters >= 1, "Conv2d expects at least 1 filter but got %s", filters);
        checkArgument(
                kernelHeight >= 1 && kernelWidth >= 1,
                "Conv2d expects a kernel of at least 1×1 but got %s×%s",
                kernelHeight,
                kernelWidth);
        checkArgument(
                groups >= 1 && filters % groups == 0,
                "Conv2d expects a number of groups that divides its %s filters but got %s",
                filters,
                groups);
    }

    /** A convolution with a square kernel, stride 1 and no padding. */
    public static Conv2d of(int filters, int kernel) {
        return new Conv2d(filters, kernel, kernel, 1, 1, Padding.VALID, 1, 1, 1, UseBias.AUTO);
    }

    /** Sets the kernel to {@code height} rows and {@code width} columns, at least 1 each. */
    public Conv2d kernel(int height, int width) {
        return new Conv2d(
                filters,
                height,
                width,
                strideHeight,
                strideWidth,
                padding,
                dilationHeight,
                dilationWidth,
                groups,
                useBias);
    }

    /** Sets the rows, and columns, from one output to the next, at least 1 (default). */
    public Conv2d stride(int stride) {
        return new Conv2d(
                filters,
                kernelHeight,
                kernelWidth,
                stride,
                stride,
                padding,
                dilationHeight,
                dilationWidth,
                groups,
                useBias);
    }

    /** Puts zeros around the image: none ({@link Padding#VALID}, default), or as many as {@link Padding#SAME} takes. */
    public Conv2d padding(Padding padding) {
        return new Conv2d(
                filters,
                kernelHeight,
                kernelWidth,
                strideHeight,
                strideWidth,
                padding,
                dilationHeight,
                dilationWidth,
                groups,
                useBias);
    }

    /** Sets the rows, and columns, from one tap of the kernel to the next, at least 1 (default). */
    public Conv2d dilation(int dilation) {
        return new Conv2d(
                filters,
                kernelHeight,
                kernelWidth,
                strideHeight,
                strideWidth,
                padding,
                dilation,
                dilation,
                groups,
                useBias);
    }

    /**
     * Splits the channels into {@code groups} blocks that do not see each other, by default 1; it divides channels and
     * filters.
     */
    public Conv2d groups(int groups) {
        return new Conv2d(
                filters,
                kernelHeight,
                kernelWidth,
                strideHeight,
                strideWidth,
                padding,
                dilationHeight,
                dilationWidth,
                groups,
                useBias);
    }

    /** Keeps the bias, or leaves it out, whatever follows; by default it is kept only where it can change an output. */
    public Conv2d useBias(boolean useBias) {
        return new Conv2d(
                filters,
                kernelHeight,
                kernelWidth,
                strideHeight,
                strideWidth,
                padding,
                dilationHeight,
                dilationWidth,
                groups,
                UseBias.of(useBias));
    }

    @Override
    public Value trace(Scope scope, Value x) {
        Shape image = Images.require(x);
        long channels = image.dim(0);
        if (channels % groups != 0) {
            throw ShapeException.expected(
                    "channels that " + groups + " groups divide", image, "use another number of groups or channels");
        }
        long vertical = padding.total(image.dim(1), kernelHeight, dilationHeight, strideHeight);
        long horizontal = padding.total(image.dim(2), kernelWidth, dilationWidth, strideWidth);
        Convolution convolution = new Convolution(
                strideHeight,
                strideWidth,
                (int) (vertical / 2),
                (int) (vertical - vertical / 2),
                (int) (horizontal / 2),
                (int) (horizontal - horizontal / 2),
                dilationHeight,
                dilationWidth,
                groups);
        long fanIn = channels / groups * kernelHeight * kernelWidth;
        Parameter weight = scope.weight(
                "weight", Shape.of(filters, channels / groups, kernelHeight, kernelWidth), Initializer.heNormal(fanIn));
        return scope.addBias(scope.apply(convolution, x, weight), useBias);
    }

    @Override
    public String toString() {
        return "Conv2d(" + filters + ", " + Describe.pair(kernelHeight, kernelWidth)
                + Describe.unless(strideHeight, strideWidth, 1, "stride")
                + (padding == Padding.VALID ? "" : ", " + padding)
                + Describe.unless(dilationHeight, dilationWidth, 1, "dilation")
                + (groups == 1 ? "" : ", groups " + groups)
                + Describe.bias(useBias) + ")";
    }
}
