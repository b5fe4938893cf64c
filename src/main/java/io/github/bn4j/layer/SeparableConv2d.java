package io.github.bn4j.layer;

import static io.github.bn4j.internal.Checks.checkArgument;
import static io.github.bn4j.internal.Checks.checkGiven;
import static io.github.bn4j.internal.Ranges.checkSteps;

import io.github.bn4j.graph.Layer;
import io.github.bn4j.graph.Scope;
import io.github.bn4j.graph.UseBias;
import io.github.bn4j.graph.Value;

/**
 * A depthwise convolution followed by a 1×1 convolution (Chollet 2017, Xception, section 2). Input {@code [channels,
 * height, width]}, output {@code [filters, outHeight, outWidth]}. One bias, at the end.
 *
 * @param filters number of output channels
 * @param kernel rows and columns of the depthwise kernel
 * @param stride rows and columns between neighbouring outputs
 * @param padding {@link Padding#VALID} (default) or {@link Padding#SAME}
 * @param useBias {@link UseBias#AUTO} (default) keeps the bias only where it can change an output
 */
public record SeparableConv2d(int filters, int kernel, int stride, Padding padding, UseBias useBias) implements Layer {

    public SeparableConv2d {
        checkGiven(padding, "SeparableConv2d", "a Padding, VALID or SAME,");
        checkGiven(useBias, "SeparableConv2d", "a UseBias");
        checkArgument(filters >= 1, "SeparableConv2d expects at least 1 filter but got %s", filters);
        checkArgument(kernel >= 1, "SeparableConv2d expects a kernel of at least 1 but got %s", kernel);
        checkSteps("SeparableConv2d", stride, stride, 1, 1);
    }

    /** Stride 1 and no padding. */
    public static SeparableConv2d of(int filters, int kernel) {
        return new SeparableConv2d(filters, kernel, 1, Padding.VALID, UseBias.AUTO);
    }

    /** Sets the rows, and columns, from one output to the next, at least 1 (default). */
    public SeparableConv2d stride(int stride) {
        return new SeparableConv2d(filters, kernel, stride, padding, useBias);
    }

    /** Puts zeros around the image: none ({@link Padding#VALID}, default), or as many as {@link Padding#SAME} takes. */
    public SeparableConv2d padding(Padding padding) {
        return new SeparableConv2d(filters, kernel, stride, padding, useBias);
    }

    /** Keeps the bias, or leaves it out, whatever follows; by default it is kept only where it can change an output. */
    public SeparableConv2d useBias(boolean useBias) {
        return new SeparableConv2d(filters, kernel, stride, padding, UseBias.of(useBias));
    }

    @Override
    public Value trace(Scope scope, Value x) {
        Layer depthwise = new DepthwiseConv2d(kernel, stride, padding, UseBias.OFF);
        Layer pointwise = new Conv2d(filters, 1, 1, 1, 1, Padding.VALID, 1, 1, 1, useBias);
        return scope.call("pointwise", pointwise, scope.call("depthwise", depthwise, x));
    }

    @Override
    public String toString() {
        return "SeparableConv2d(" + filters + ", " + Describe.pair(kernel, kernel)
                + Describe.unless(stride, stride, 1, "stride")
                + (padding == Padding.VALID ? "" : ", " + padding) + Describe.bias(useBias) + ")";
    }
}
