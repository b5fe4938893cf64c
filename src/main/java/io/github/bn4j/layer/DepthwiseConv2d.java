package io.github.bn4j.layer;

import static io.github.bn4j.internal.Checks.checkArgument;
import static io.github.bn4j.internal.Checks.checkGiven;

import io.github.bn4j.graph.Layer;
import io.github.bn4j.graph.Scope;
import io.github.bn4j.graph.UseBias;
import io.github.bn4j.graph.Value;

/**
 * A convolution of each channel by itself. Input {@code [channels, height, width]}, output {@code [channels, outHeight,
 * outWidth]}. Learns {@code weight [channels, 1, kernel, kernel]} and, where it is not redundant, {@code bias [channels]}.
 *
 * @param kernel rows and columns of the kernel
 * @param stride rows and columns between neighbouring outputs
 * @param padding {@link Padding#VALID} (default) or {@link Padding#SAME}
 * @param useBias {@link UseBias#AUTO} (default) keeps the bias only where it can change an output
 */
public record DepthwiseConv2d(int kernel, int stride, Padding padding, UseBias useBias) implements Layer {

    public DepthwiseConv2d {
        checkGiven(padding, "DepthwiseConv2d", "a Padding, VALID or SAME,");
        checkGiven(useBias, "DepthwiseConv2d", "a UseBias");
        checkArgument(
                kernel >= 1 && stride >= 1,
                "DepthwiseConv2d expects kernel and stride of at least 1 but got %s and %s",
                kernel,
                stride);
    }

    /** Stride 1 and no padding. */
    public static DepthwiseConv2d of(int kernel) {
        return new DepthwiseConv2d(kernel, 1, Padding.VALID, UseBias.AUTO);
    }

    /** Sets the rows, and columns, from one output to the next, at least 1 (default). */
    public DepthwiseConv2d stride(int stride) {
        return new DepthwiseConv2d(kernel, stride, padding, useBias);
    }

    /** Puts zeros around the image: none ({@link Padding#VALID}, default), or as many as {@link Padding#SAME} takes. */
    public DepthwiseConv2d padding(Padding padding) {
        return new DepthwiseConv2d(kernel, stride, padding, useBias);
    }

    /** Keeps the bias, or leaves it out, whatever follows; by default it is kept only where it can change an output. */
    public DepthwiseConv2d useBias(boolean useBias) {
        return new DepthwiseConv2d(kernel, stride, padding, UseBias.of(useBias));
    }

    @Override
    public Value trace(Scope scope, Value x) {
        int channels = Math.toIntExact(Images.require(x).dim(0));
        return new Conv2d(channels, kernel, kernel, stride, stride, padding, 1, 1, channels, useBias).trace(scope, x);
    }

    @Override
    public String toString() {
        return "DepthwiseConv2d(" + Describe.pair(kernel, kernel) + Describe.unless(stride, stride, 1, "stride")
                + (padding == Padding.VALID ? "" : ", " + padding) + Describe.bias(useBias) + ")";
    }
}
