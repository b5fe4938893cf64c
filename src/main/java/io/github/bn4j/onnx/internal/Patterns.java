package io.github.bn4j.onnx.internal;

import io.github.bn4j.graph.Node;
import io.github.bn4j.graph.Value;
import io.github.bn4j.op.Elementwise;
import io.github.bn4j.op.Multiplication;
import io.github.bn4j.op.function.ClippedLine;
import io.github.bn4j.op.function.Clipping;
import io.github.bn4j.op.function.ElementwiseFunction;
import io.github.bn4j.op.function.Line;
import io.github.bn4j.op.function.StandardFunction;
import java.util.Optional;

/**
 * Functions that ONNX, or what wrote the file, says in several operators: lines, hard sigmoid, hard swish, SiLU and exact GELU. What
 * is known is looked for from the last operator backwards; those before it stay if something else sees them.
 */
final class Patterns {

    /** As near as float32 gets to a number of a formula. */
    private static final double NEAR = 1e-6;

    private final ImportedGraph graph;

    Patterns(ImportedGraph graph) {
        this.graph = graph;
    }

    private static boolean isNear(double value, double expected) {
        return Math.abs(value - expected) <= NEAR * Math.max(1, Math.abs(expected));
    }

    /** The argument of a function, if it made the value. */
    private Optional<Value> argument(Value value, ElementwiseFunction function) {
        return graph.producer(value, Elementwise.class)
                .filter(op -> op.function().equals(function))
                .map(op -> graph.before(value));
    }

    private Optional<Line> line(Value value) {
        return graph.producer(value, Elementwise.class)
                .map(Elementwise::function)
                .filter(Line.class::isInstance)
                .map(Line.class::cast);
    }

    /** Whether a value is a line of another one. */
    private boolean isLine(Value value, double slope, double offset, Value of) {
        return line(value)
                        .filter(line -> isNear(line.slope(), slope) && isNear(line.offset(), offset))
                        .isPresent()
                && graph.before(value).equals(of);
    }

    /** A line of a value, as one function with what came before it where that has a name. */
    Value line(String path, Line line, Value x) {
        Optional<Line> before = line(x);
        if (before.isPresent()) {
            Line first = before.get();
            Line both = new Line(
                    rounded(first.slope() * line.slope()), rounded(first.offset() * line.slope() + line.offset()));
            return line(path, both, graph.before(x));
        }
        Optional<Value> sixth = clippedSix(x);
        if (isNear(line.slope(), 1.0 / 6) && line.offset() == 0 && sixth.isPresent()) {
            return graph.elementwise(path, ClippedLine.SIXTH, sixth.get());
        }
        Optional<Node> product = graph.producer(x).filter(node -> node.op() instanceof Multiplication);
        if (product.isPresent() && line.offset() == 0) {
            Value first = product.get().inputs().get(0);
            Value second = product.get().inputs().get(1);
            for (Value[] pair : new Value[][] {{first, second}, {second, first}}) {
                if (isNear(line.slope(), 1.0 / 6)
                        && clippedSix(pair[1]).filter(pair[0]::equals).isPresent()) {
                    return graph.elementwise(path, StandardFunction.HARD_SWISH, pair[0]);
                }
                if (isNear(line.slope(), 0.5) && isErrorFunction(pair[1], 1, 1, pair[0])) {
                    return graph.elementwise(path, StandardFunction.GELU, pair[0]);
                }
            }
        }
        return line.slope() == 1 && line.offset() == 0 ? x : graph.elementwise(path, line, x);
    }

    /* Products and sums of decimals are decimals again, up to rounding. */
    private static double rounded(double value) {
        double shortest = Attributes.shortest((float) value);
        return Math.abs(shortest - value) <= 1e-12 * Math.abs(value) ? shortest : value;
    }

    /** Of {@code min(max(x + 3, 0), 6)} the {@code x}. */
    private Optional<Value> clippedSix(Value value) {
        return argument(value, new Clipping(0, 6))
                .filter(inner -> line(inner)
                        .filter(line -> line.slope() == 1 && line.offset() == 3)
                        .isPresent())
                .map(graph::before);
    }

    /** Whether a value is {@code slope · erf(x / √2) + offset}. */
    private boolean isErrorFunction(Value value, double slope, double offset, Value x) {
        return line(value)
                        .filter(line -> isNear(line.slope(), slope) && isNear(line.offset(), offset))
                        .isPresent()
                && argument(graph.before(value), StandardFunction.ERF)
                        .filter(inner -> isLine(inner, Math.sqrt(0.5), 0, x))
                        .isPresent();
    }

    /** The product of two values of one shape, as a function of one of them where that has a name. */
    Optional<Value> product(String path, Value first, Value second) {
        return gated(path, first, second).or(() -> gated(path, second, first));
    }

    private Optional<Value> gated(String path, Value x, Value gate) {
        if (argument(gate, StandardFunction.SIGMOID).filter(x::equals).isPresent()) {
            return Optional.of(graph.elementwise(path, StandardFunction.SILU, x));
        }
        if (argument(gate, ClippedLine.SIXTH).filter(x::equals).isPresent()) {
            return Optional.of(graph.elementwise(path, StandardFunction.HARD_SWISH, x));
        }
        if (isErrorFunction(gate, 0.5, 0.5, x)) {
            return Optional.of(graph.elementwise(path, StandardFunction.GELU, x));
        }
        Optional<Line> half = line(x).filter(line -> isNear(line.slope(), 0.5) && line.offset() == 0);
        if (half.isPresent() && isErrorFunction(gate, 1, 1, graph.before(x))) {
            return Optional.of(graph.elementwise(path, StandardFunction.GELU, graph.before(x)));
        }
        return Optional.empty();
    }
}
