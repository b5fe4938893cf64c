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
import io.github.bn4j.op.Sliding;

/**
 * One-dimensional convolution over sequences, such as signals in time.
 *
 * <p>Input {@code [channels, length]} per example, output {@code [filters, outLength]}. Learns {@code weight [filters, channels /
 * groups, kernel]}, initially normal with variance {@code 2 / fanIn}, and, where it is not redundant, {@code bias [filters]}, initially 0.
 *
 * @param filters number of output channels, at least 1
 * @param span the kernel and how it moves; by default with stride 1, no padding and no dilation
 * @param groups number of blocks of channels that do not see each other, 1 by default
 * @param useBias {@link UseBias#AUTO} (default) keeps the bias only where it can change an output
 */
public record Conv1d(int filters, Span span, int groups, UseBias useBias) implements Spanned<Conv1d> {

    public Conv1d {
        Span.check("Conv1d", span);
        checkGiven(useBias, "Conv1d", "a UseBias");
        checkArgument(filters >= 1, "Conv1d expects at least 1 filter but got %s", filters);
        checkArgument(
                groups >= 1 && filters % groups == 0,
                "Conv1d expects a number of groups that divides its %s filters but got %s",
                filters,
                groups);
    }

    /** A convolution with stride 1 and no padding. */
    public static Conv1d of(int filters, int kernel) {
        return new Conv1d(filters, Span.of(kernel), 1, UseBias.AUTO);
    }

    @Override
    public Conv1d span(Span span) {
        return new Conv1d(filters, span, groups, useBias);
    }

    /**
     * Splits the channels into {@code groups} blocks that do not see each other, by default 1; it divides channels and
     * filters.
     */
    public Conv1d groups(int groups) {
        return new Conv1d(filters, span, groups, useBias);
    }

    /** Keeps the bias, or leaves it out, whatever follows; by default it is kept only where it can change an output. */
    public Conv1d useBias(boolean useBias) {
        return new Conv1d(filters, span, groups, UseBias.of(useBias));
    }

    @Override
    public Value trace(Scope scope, Value x) {
        Shape sequence = SequenceShapes.requireGroups(x, groups);
        long channels = sequence.dim(0);
        Convolution convolution = new Convolution(Sliding.BY_ONE, span.along(sequence.dim(1)), groups);
        Parameter weight = scope.weight(
                "weight",
                Shape.of(filters, channels / groups, span.kernel()),
                Initializer.heNormal(channels / groups * span.kernel()));
        return scope.addBias(scope.apply(convolution, x, weight), useBias);
    }

    @Override
    public String toString() {
        return "Conv1d(" + filters + ", " + span.description() + (groups == 1 ? "" : ", groups " + groups)
                + Describe.bias(useBias) + ")";
    }
}
