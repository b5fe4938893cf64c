package io.github.bn4j.layer;

import io.github.bn4j.graph.Scope;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.Value;
import io.github.bn4j.op.AveragePooling;
import io.github.bn4j.op.Sliding;
import io.github.bn4j.op.SpatialPadding;

/**
 * The mean of each window of a sequence. Input {@code [channels, length]}, output {@code [channels, outLength]}; learns nothing. Padding
 * is of zeros, and less than what the window spans.
 *
 * @param span its length and how it moves; by default windows touch but do not overlap, without padding and dilation
 * @param ceilMode whether elements behind the last whole window get a window that reaches beyond them; false (default) leaves them
 *     out
 * @param countPadding whether the zeros of the padding count in the mean; false (default) divides by the number of elements of the
 *     sequence in the window
 */
public record AvgPool1d(Span span, boolean ceilMode, boolean countPadding) implements Spanned<AvgPool1d> {

    public AvgPool1d {
        Span.check("AvgPool1d", span);
    }

    /** Windows that touch but do not overlap, without padding. */
    public static AvgPool1d of(int kernel) {
        return new AvgPool1d(Span.tile(kernel), false, false);
    }

    @Override
    public AvgPool1d span(Span span) {
        return new AvgPool1d(span, ceilMode, countPadding);
    }

    /**
     * Rounds the number of windows up, or, by default, down: {@code ⌈(length + before + after − dilation (kernel − 1) − 1) / stride⌉ +
     * 1}, less 1 where the last window would begin in the padding. What lies beyond sequence and padding never counts in a mean.
     */
    public AvgPool1d ceilMode(boolean ceilMode) {
        return new AvgPool1d(span, ceilMode, countPadding);
    }

    /** Counts the zeros of the padding in the mean, or, by default, leaves them out of it. PyTorch counts them unless told otherwise. */
    public AvgPool1d countPadding(boolean countPadding) {
        return new AvgPool1d(span, ceilMode, countPadding);
    }

    @Override
    public Value trace(Scope scope, Value x) {
        Shape sequence = SequenceShapes.require(x);
        Sliding along = span.along(sequence.dim(1), ceilMode);
        Sliding whole = span.along(sequence.dim(1), false);
        if (!countPadding || along.equals(whole)) {
            return scope.apply(pooling(along, countPadding), x);
        }
        Value padded =
                scope.apply(new SpatialPadding(0, 0, whole.before(), whole.after(), SpatialPadding.Mode.CONSTANT), x);
        return scope.apply(pooling(along.padded(0, along.after() - whole.after()), false), padded);
    }

    private AveragePooling pooling(Sliding along, boolean countPadding) {
        return new AveragePooling(1, span.kernel(), Sliding.BY_ONE, along, countPadding);
    }

    @Override
    public String toString() {
        return "AvgPool1d(" + span.description(span.kernel()) + (ceilMode ? ", ceil mode" : "")
                + (countPadding ? ", padding counts" : "") + ")";
    }
}
