package io.github.bn4j.layer;

import static io.github.bn4j.internal.Checks.checkGiven;

import io.github.bn4j.graph.Scope;
import io.github.bn4j.graph.UseBias;
import io.github.bn4j.graph.Value;

/**
 * A convolution of each channel by itself. Input {@code [channels, height, width]}, output {@code [channels, outHeight,
 * outWidth]}. Learns {@code weight [channels, 1, kernelHeight, kernelWidth]} and, where it is not redundant, {@code bias
 * [channels]}.
 *
 * @param window the kernel and how it moves; by default with stride 1, no padding and no dilation
 * @param useBias {@link UseBias#AUTO} (default) keeps the bias only where it can change an output
 */
public record DepthwiseConv2d(Window window, UseBias useBias) implements Windowed<DepthwiseConv2d> {

    public DepthwiseConv2d {
        Window.check("DepthwiseConv2d", window);
        checkGiven(useBias, "DepthwiseConv2d", "a UseBias");
    }

    /** A square kernel, stride 1 and no padding. */
    public static DepthwiseConv2d of(int kernel) {
        return new DepthwiseConv2d(Window.of(kernel), UseBias.AUTO);
    }

    @Override
    public DepthwiseConv2d window(Window window) {
        return new DepthwiseConv2d(window, useBias);
    }

    /** Keeps the bias, or leaves it out, whatever follows; by default it is kept only where it can change an output. */
    public DepthwiseConv2d useBias(boolean useBias) {
        return new DepthwiseConv2d(window, UseBias.of(useBias));
    }

    @Override
    public Value trace(Scope scope, Value x) {
        int channels = Math.toIntExact(Images.require(x).dim(0));
        return new Conv2d(channels, window, channels, useBias).trace(scope, x);
    }

    @Override
    public String toString() {
        return "DepthwiseConv2d(" + window.description() + Describe.bias(useBias) + ")";
    }
}
