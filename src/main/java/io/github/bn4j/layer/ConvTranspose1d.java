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
 * Transposed convolution, which turns short sequences into longer ones (Dumoulin and Visin 2016, section 4). Input {@code [channels,
 * length]}, output {@code [filters, (length − 1) stride + dilation (kernel − 1) + 1 − before − after + outputPadding]}, or {@code [filters,
 * length · stride]} with {@link Padding#SAME}. Learns {@code weight [channels, filters / groups, kernel]}, initially normal, and, where it
 * is not redundant, {@code bias [filters]}, initially 0.
 *
 * @param filters number of output channels, at least 1
 * @param span the kernel and how it moves over the output, and what is cut off there; by default with stride 1, no padding and no
 *     dilation
 * @param outputPadding elements added at the end, where a stride leaves several lengths to choose from; 0 by default, less than the larger
 *     of stride and dilation, and 0 with {@link Padding#SAME}
 * @param groups number of blocks of channels that do not see each other, 1 by default
 * @param useBias {@link UseBias#AUTO} (default) keeps the bias only where it can change an output
 */
public record ConvTranspose1d(int filters, Span span, int outputPadding, int groups, UseBias useBias)
        implements Spanned<ConvTranspose1d> {

    public ConvTranspose1d {
        Span.check("ConvTranspose1d", span);
        checkGiven(useBias, "ConvTranspose1d", "a UseBias");
        checkArgument(filters >= 1, "ConvTranspose1d expects at least 1 filter but got %s", filters);
        checkArgument(
                outputPadding >= 0, "ConvTranspose1d expects output padding of at least 0 but got %s", outputPadding);
        checkArgument(
                groups >= 1 && filters % groups == 0,
                "ConvTranspose1d expects a number of groups that divides its %s filters but got %s",
                filters,
                groups);
    }

    /** Stride 1 and no padding. */
    public static ConvTranspose1d of(int filters, int kernel) {
        return new ConvTranspose1d(filters, Span.of(kernel), 0, 1, UseBias.AUTO);
    }

    @Override
    public ConvTranspose1d span(Span span) {
        return new ConvTranspose1d(filters, span, outputPadding, groups, useBias);
    }

    /** Adds {@code padding} elements at the end, less than the larger of stride and dilation; by default 0. */
    public ConvTranspose1d outputPadding(int padding) {
        return new ConvTranspose1d(filters, span, padding, groups, useBias);
    }

    /**
     * Splits the channels into {@code groups} blocks that do not see each other, by default 1; it divides channels and
     * filters.
     */
    public ConvTranspose1d groups(int groups) {
        return new ConvTranspose1d(filters, span, outputPadding, groups, useBias);
    }

    /** Keeps the bias, or leaves it out, whatever follows; by default it is kept only where it can change an output. */
    public ConvTranspose1d useBias(boolean useBias) {
        return new ConvTranspose1d(filters, span, outputPadding, groups, UseBias.of(useBias));
    }

    @Override
    public Value trace(Scope scope, Value x) {
        Shape sequence = SequenceShapes.requireGroups(x, groups);
        long channels = sequence.dim(0);
        Parameter weight = scope.weight(
                "weight",
                Shape.of(channels, filters / groups, span.kernel()),
                Initializer.heNormal(channels / groups * span.kernel()));
        Sliding along = span.along(Math.multiplyExact(sequence.dim(1), span.stride()));
        return scope.addBias(
                scope.apply(new TransposedConvolution(Sliding.BY_ONE, along, 0, added(along), groups), x, weight),
                useBias);
    }

    /* With SAME, the convolution that this is the transpose of makes the input of a sequence of stride times its length. */
    private int added(Sliding along) {
        if (span.padding() != Padding.SAME) {
            return outputPadding;
        }
        checkArgument(
                outputPadding == 0,
                "ConvTranspose1d expects no output padding with padding SAME but got %s; use padding of your own",
                outputPadding);
        return (int) Math.max(0, along.stride() - along.reach(span.kernel()));
    }

    @Override
    public String toString() {
        return "ConvTranspose1d(" + filters + ", " + span.description()
                + (outputPadding == 0 ? "" : ", output padding " + outputPadding)
                + (groups == 1 ? "" : ", groups " + groups) + Describe.bias(useBias) + ")";
    }
}
