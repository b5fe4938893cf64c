package io.github.bn4j.layer;

import static io.github.bn4j.internal.Checks.checkArgument;
import static io.github.bn4j.internal.Checks.checkGiven;

import io.github.bn4j.graph.Initializer;
import io.github.bn4j.graph.Parameter;
import io.github.bn4j.graph.Scope;
import io.github.bn4j.graph.Shape;
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
 * @param window the kernel and how it moves; by default with stride 1, no padding and no dilation
 * @param groups number of blocks of channels that do not see each other, 1 by default
 * @param useBias {@link UseBias#AUTO} (default) keeps the bias only where it can change an output
 */
public record Conv2d(int filters, Window window, int groups, UseBias useBias) implements Windowed<Conv2d> {

    public Conv2d {
        Window.check("Conv2d", window);
        checkGiven(useBias, "Conv2d", "a UseBias");
        checkArgument(filters >= 1, "Conv2d expects at least 1 filter but got %s", filters);
        checkArgument(
                groups >= 1 && filters % groups == 0,
                "Conv2d expects a number of groups that divides its %s filters but got %s",
                filters,
                groups);
    }

    /** A convolution with a square kernel, stride 1 and no padding. */
    public static Conv2d of(int filters, int kernel) {
        return new Conv2d(filters, Window.of(kernel), 1, UseBias.AUTO);
    }

    @Override
    public Conv2d window(Window window) {
        return new Conv2d(filters, window, groups, useBias);
    }

    /**
     * Splits the channels into {@code groups} blocks that do not see each other, by default 1; it divides channels and
     * filters.
     */
    public Conv2d groups(int groups) {
        return new Conv2d(filters, window, groups, useBias);
    }

    /** Keeps the bias, or leaves it out, whatever follows; by default it is kept only where it can change an output. */
    public Conv2d useBias(boolean useBias) {
        return new Conv2d(filters, window, groups, UseBias.of(useBias));
    }

    @Override
    public Value trace(Scope scope, Value x) {
        Shape image = Images.requireGroups(x, groups);
        long channels = image.dim(0);
        Convolution convolution = new Convolution(window.rows(image.dim(1)), window.columns(image.dim(2)), groups);
        int height = window.kernel().height();
        int width = window.kernel().width();
        Parameter weight = scope.weight(
                "weight",
                Shape.of(filters, channels / groups, height, width),
                Initializer.heNormal(channels / groups * height * width));
        return scope.addBias(scope.apply(convolution, x, weight), useBias);
    }

    @Override
    public String toString() {
        return "Conv2d(" + filters + ", " + window.description() + (groups == 1 ? "" : ", groups " + groups)
                + Describe.bias(useBias) + ")";
    }
}
