package io.github.bn4j.layer;

import static io.github.bn4j.internal.Checks.checkArgument;
import static io.github.bn4j.internal.Checks.checkGiven;
import static io.github.bn4j.internal.Ranges.checkPadding;
import static io.github.bn4j.internal.Ranges.checkSteps;

import io.github.bn4j.graph.Initializer;
import io.github.bn4j.graph.Layer;
import io.github.bn4j.graph.Parameter;
import io.github.bn4j.graph.Scope;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.UseBias;
import io.github.bn4j.graph.Value;
import io.github.bn4j.op.TransposedConvolution;

/**
 * Transposed convolution, which turns small images into larger ones (Dumoulin and Visin 2016, section 4). Input {@code
 * [channels, height, width]}, output {@code [filters, (height − 1) stride − 2 padding + kernel, …]}. Learns {@code weight
 * [channels, filters, kernel, kernel]} and, where it is not redundant, {@code bias [filters]}.
 *
 * @param filters number of output channels
 * @param kernel rows and columns of the kernel
 * @param stride rows and columns of output per row and column of input
 * @param padding rows and columns cut off on every side of the output
 * @param useBias {@link UseBias#AUTO} (default) keeps the bias only where it can change an output
 */
public record ConvTranspose2d(int filters, int kernel, int stride, int padding, UseBias useBias) implements Layer {

    public ConvTranspose2d {
        checkGiven(useBias, "ConvTranspose2d", "a UseBias");
        checkSteps("ConvTranspose2d", stride, stride, 1, 1);
        checkPadding("ConvTranspose2d", padding, padding);
        checkArgument(filters >= 1, "ConvTranspose2d expects at least 1 filter but got %s", filters);
        checkArgument(kernel >= 1, "ConvTranspose2d expects a kernel of at least 1 but got %s", kernel);
    }

    /** Stride 1 and no padding. */
    public static ConvTranspose2d of(int filters, int kernel) {
        return new ConvTranspose2d(filters, kernel, 1, 0, UseBias.AUTO);
    }

    /** Sets the rows, and columns, of output for each row, and column, of input, at least 1 (default). */
    public ConvTranspose2d stride(int stride) {
        return new ConvTranspose2d(filters, kernel, stride, padding, useBias);
    }

    /** Cuts {@code padding} rows or columns off every side of the output, by default none. */
    public ConvTranspose2d padding(int padding) {
        return new ConvTranspose2d(filters, kernel, stride, padding, useBias);
    }

    /** Keeps the bias, or leaves it out, whatever follows; by default it is kept only where it can change an output. */
    public ConvTranspose2d useBias(boolean useBias) {
        return new ConvTranspose2d(filters, kernel, stride, padding, UseBias.of(useBias));
    }

    @Override
    public Value trace(Scope scope, Value x) {
        long channels = Images.require(x).dim(0);
        Parameter weight = scope.weight(
                "weight",
                Shape.of(channels, filters, kernel, kernel),
                Initializer.heNormal(channels * kernel * kernel));
        TransposedConvolution op = new TransposedConvolution(stride, stride, padding, padding, 0, 0, 1, 1, 1);
        return scope.addBias(scope.apply(op, x, weight), useBias);
    }

    @Override
    public String toString() {
        return "ConvTranspose2d(" + filters + ", " + Describe.pair(kernel, kernel)
                + Describe.unless(stride, stride, 1, "stride") + Describe.unless(padding, padding, 0, "padding")
                + Describe.bias(useBias) + ")";
    }
}
