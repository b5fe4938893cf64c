package io.github.bn4j.layer;

import static io.github.bn4j.internal.Checks.checkArgument;
import static io.github.bn4j.internal.Checks.checkGiven;

import io.github.bn4j.graph.Layer;
import io.github.bn4j.graph.Scope;
import io.github.bn4j.graph.UseBias;
import io.github.bn4j.graph.Value;

/**
 * A depthwise convolution followed by a 1×1 convolution (Chollet 2017, Xception, section 2). Input {@code [channels,
 * height, width]}, output {@code [filters, outHeight, outWidth]}. One bias, at the end.
 *
 * @param filters number of output channels, at least 1
 * @param window the depthwise kernel and how it moves; by default with stride 1, no padding and no dilation
 * @param useBias {@link UseBias#AUTO} (default) keeps the bias only where it can change an output
 */
public record SeparableConv2d(int filters, Window window, UseBias useBias) implements Windowed<SeparableConv2d> {

    public SeparableConv2d {
        Window.check("SeparableConv2d", window);
        checkGiven(useBias, "SeparableConv2d", "a UseBias");
        checkArgument(filters >= 1, "SeparableConv2d expects at least 1 filter but got %s", filters);
    }

    /** A square kernel, stride 1 and no padding. */
    public static SeparableConv2d of(int filters, int kernel) {
        return new SeparableConv2d(filters, Window.of(kernel), UseBias.AUTO);
    }

    @Override
    public SeparableConv2d window(Window window) {
        return new SeparableConv2d(filters, window, useBias);
    }

    /** Keeps the bias, or leaves it out, whatever follows; by default it is kept only where it can change an output. */
    public SeparableConv2d useBias(boolean useBias) {
        return new SeparableConv2d(filters, window, UseBias.of(useBias));
    }

    @Override
    public Value trace(Scope scope, Value x) {
        Layer depthwise = new DepthwiseConv2d(window, UseBias.OFF);
        Layer pointwise = new Conv2d(filters, Window.of(1), 1, useBias);
        return scope.call("pointwise", pointwise, scope.call("depthwise", depthwise, x));
    }

    @Override
    public String toString() {
        return "SeparableConv2d(" + filters + ", " + window.description() + Describe.bias(useBias) + ")";
    }
}
