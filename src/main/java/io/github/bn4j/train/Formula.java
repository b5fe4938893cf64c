package io.github.bn4j.train;

import io.github.bn4j.graph.Scope;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.Value;
import io.github.bn4j.op.Addition;
import io.github.bn4j.op.Elementwise;
import io.github.bn4j.op.Multiplication;
import io.github.bn4j.op.OneHot;
import io.github.bn4j.op.Reduction;
import io.github.bn4j.op.Reshaping;
import io.github.bn4j.op.Slicing;
import io.github.bn4j.op.Subtraction;
import io.github.bn4j.op.Weighting;
import io.github.bn4j.op.function.Clipping;
import io.github.bn4j.op.function.ElementwiseFunction;
import io.github.bn4j.op.function.Line;
import io.github.bn4j.op.function.StandardFunction;
import java.util.List;
import java.util.stream.IntStream;

/** What formulas of losses consist of, in terms of ops. */
record Formula(Scope scope) {

    /** What a loss has for each element. */
    @FunctionalInterface
    interface Elements {

        /** The numbers, in the shape of the output. */
        Value of(Formula formula, Value output, Value target);
    }

    /** The mean of what each element has, for targets that are shaped like the output, or are one number as it is. */
    static Value meanOfElements(Scope scope, Value output, Value target, Elements elements) {
        Formula formula = new Formula(scope);
        Value wanted = formula.singleLike(output, target);
        ElementTargets.requireLike(output.shape(), wanted.shape());
        return formula.mean(elements.of(formula, output, wanted));
    }

    /** A target of one number in the shape of an output of one number; any other as it is. */
    Value singleLike(Value output, Value target) {
        return ElementTargets.areSingle(output.shape(), target.shape()) ? reshaped(output.shape(), target) : target;
    }

    Value reshaped(Shape shape, Value x) {
        return x.shape().equals(shape) ? x : scope.apply(new Reshaping(shape), x);
    }

    Value plus(Value first, Value second) {
        return scope.apply(new Addition(), first, second);
    }

    Value minus(Value first, Value second) {
        return scope.apply(new Subtraction(), first, second);
    }

    Value times(Value first, Value second) {
        return scope.apply(new Multiplication(), first, second);
    }

    Value of(ElementwiseFunction function, Value x) {
        return scope.apply(new Elementwise(function), x);
    }

    /** {@code slope · x + offset}. */
    Value line(double slope, Value x, double offset) {
        return of(new Line(slope, offset), x);
    }

    Value square(Value x) {
        return of(StandardFunction.SQUARE, x);
    }

    /** {@code max(x, 0)}. */
    Value positive(Value x) {
        return of(StandardFunction.RELU, x);
    }

    /** {@code min(max(x, −bound), bound)}. */
    Value within(double bound, Value x) {
        return of(new Clipping(-bound, bound), x);
    }

    Value weighted(List<Double> weights, Value x) {
        return scope.apply(new Weighting(weights), x);
    }

    /** From class numbers {@code [shape]} to {@code [classes, shape]}. */
    Value oneHot(long classes, Value numbers) {
        return scope.apply(new OneHot(Math.toIntExact(classes)), numbers);
    }

    /** One along the first axis, {@code [1, …]}. */
    Value at(int index, Value x) {
        return scope.apply(new Slicing(0, index, index + 1), x);
    }

    /** The sum over the first axis, {@code [1, …]}. */
    Value sumOfChannels(Value x) {
        return scope.apply(new Reduction(Reduction.Kind.SUM, List.of(0), true), x);
    }

    /** One number for all elements, {@code []}. */
    Value all(Reduction.Kind kind, Value x) {
        int rank = x.shape().rank();
        return rank == 0
                ? x
                : scope.apply(
                        Reduction.of(kind, IntStream.range(0, rank).boxed().toArray(Integer[]::new)), x);
    }

    Value mean(Value x) {
        return all(Reduction.Kind.MEAN, x);
    }

    /**
     * The euclidean distance of two values {@code [1, width]}, as {@code [1]}: {@code ‖a − b + 1e-6‖}, PyTorch's
     * {@code pairwise_distance}, whose gradient is finite where both are equal.
     */
    Value distance(Value a, Value b) {
        Value squares = square(line(1, minus(a, b), 1e-6));
        Value sum = scope.apply(Reduction.of(Reduction.Kind.SUM, 1), squares);
        // The root has no gradient at 0, which a difference of just −1e-6 leads to.
        return of(StandardFunction.SQRT, of(new Clipping(1e-30, Double.POSITIVE_INFINITY), sum));
    }
}
