package io.github.bn4j.layer;

import io.github.bn4j.graph.Scope;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.Value;
import io.github.bn4j.op.MaxPooling;
import io.github.bn4j.op.Sliding;

/**
 * The largest element of each window of a sequence. Input {@code [channels, length]}, output {@code [channels, outLength]}; learns
 * nothing. Padding counts as −∞, and is less than what the window spans.
 *
 * @param span its length and how it moves; by default windows touch but do not overlap, without padding and dilation
 * @param ceilMode whether elements behind the last whole window get a window that reaches beyond them; false (default) leaves them
 *     out
 */
public record MaxPool1d(Span span, boolean ceilMode) implements Spanned<MaxPool1d> {

    public MaxPool1d {
        Span.check("MaxPool1d", span);
    }

    /** Windows that touch but do not overlap, without padding. */
    public static MaxPool1d of(int kernel) {
        return new MaxPool1d(Span.tile(kernel), false);
    }

    @Override
    public MaxPool1d span(Span span) {
        return new MaxPool1d(span, ceilMode);
    }

    /**
     * Rounds the number of windows up, or, by default, down: {@code ⌈(length + before + after − dilation (kernel − 1) − 1) / stride⌉ +
     * 1}, less 1 where the last window would begin in the padding. What lies beyond counts as −∞.
     */
    public MaxPool1d ceilMode(boolean ceilMode) {
        return new MaxPool1d(span, ceilMode);
    }

    @Override
    public Value trace(Scope scope, Value x) {
        Shape sequence = SequenceShapes.require(x);
        Sliding along = span.along(sequence.dim(1), ceilMode);
        return scope.apply(new MaxPooling(1, span.kernel(), Sliding.BY_ONE, along), x);
    }

    @Override
    public String toString() {
        return "MaxPool1d(" + span.description(span.kernel()) + (ceilMode ? ", ceil mode" : "") + ")";
    }
}
