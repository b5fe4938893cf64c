package io.github.bn4j;

import static io.github.bn4j.internal.Checks.checkArgument;
import static io.github.bn4j.internal.Checks.checkEachGiven;
import static io.github.bn4j.internal.Checks.checkGiven;

import io.github.bn4j.graph.Layer;
import io.github.bn4j.graph.Op;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.ShapeException;
import io.github.bn4j.graph.Tracer;
import io.github.bn4j.graph.Value;
import io.github.bn4j.layer.Reshape;
import io.github.bn4j.op.Addition;
import io.github.bn4j.op.Concatenation;
import io.github.bn4j.op.Multiplication;
import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Builds any directed acyclic graph of layers, with several inputs and outputs. The same layer object called twice shares
 * its parameters. Building does not end the builder: it can go on and build again.
 */
public final class GraphBuilder {

    private final Tracer tracer = new Tracer();

    /** An empty graph. */
    public GraphBuilder() {}

    /**
     * A new input.
     *
     * @param name what data are bound to it by
     * @param shape of one example, such as {@code 3, 32, 32}; none for one number per example
     * @throws IllegalArgumentException if there is an input of that name, or a dimension is below 1
     */
    public Value input(String name, long... shape) {
        checkGiven(name, "GraphBuilder.input", "a name");
        return tracer.input(name, Shape.of(shape));
    }

    /**
     * The result of a layer; the same layer object called again shares its parameters.
     *
     * @param more further inputs, for a layer that takes several: the weights of a batch normalisation
     * @throws io.github.bn4j.graph.ShapeException if the layer cannot work on these shapes
     */
    public Value call(Layer layer, Value x, Value... more) {
        return tracer.scope().call(layer, x, more);
    }

    /**
     * The result of a layer under a name of its own.
     *
     * @throws io.github.bn4j.graph.ShapeException if the layer cannot work on these shapes
     * @throws IllegalArgumentException if the name is empty, contains a dot, or belongs to another layer
     */
    public Value call(String name, Layer layer, Value x, Value... more) {
        return tracer.scope().call(name, layer, x, more);
    }

    /**
     * The result of a layer that stands for a whole network: what is in it gets the names that it has there, without the name of the
     * layer in front.
     *
     * @throws io.github.bn4j.graph.ShapeException if the layer cannot work on this shape
     * @throws IllegalArgumentException if a name in it belongs to another layer
     */
    public Value inline(Layer layer, Value x) {
        checkGiven(layer, "inline", "a layer");
        checkGiven(x, "inline", "a value to call the layer on");
        try {
            return layer.trace(tracer.scope(), x);
        } catch (ShapeException e) {
            throw e.by(layer.toString());
        }
    }

    /**
     * The result of an op without parameters.
     *
     * @throws io.github.bn4j.graph.ShapeException if the op cannot work on these shapes
     */
    public Value apply(Op op, Value... inputs) {
        checkEachGiven(inputs, "GraphBuilder", "values");
        return tracer.scope().apply(op, List.of(inputs), List.of());
    }

    /** The sum of two values. */
    public Value add(Value first, Value second) {
        return apply(new Addition(), first, second);
    }

    /** The product of two values, element by element; an axis of length 1 is repeated. */
    public Value multiply(Value first, Value second) {
        return apply(new Multiplication(), first, second);
    }

    /** The channels of several values, one after another. */
    public Value concat(Value... values) {
        return apply(new Concatenation(0), values);
    }

    /**
     * The same value under a name of its own, for outputs of a layer that is called more than once: {@code
     * build(named("left", a), named("right", b))}.
     */
    public Value named(String name, Value value) {
        return call(name, new Reshape(checkGiven(value, "named", "a value").shape()), value);
    }

    /** Builds a network with the given outputs, in float32, with seed 42. Outputs are named after their layers. */
    public Network build(Value... outputs) {
        return build(42, outputs);
    }

    /** Builds a network with the given outputs, in float32. Outputs are named after their layers. */
    public Network build(long seed, Value... outputs) {
        return build(seed, DataType.FLOAT, outputs);
    }

    /**
     * Builds a network with the given outputs and floating-point type: FLOAT or DOUBLE. Outputs are named after their layers.
     *
     * @throws IllegalArgumentException if there is no output, or it is another type
     */
    public Network build(long seed, DataType type, Value... outputs) {
        checkGiven(type, "build", "a DataType");
        checkEachGiven(outputs, "build", "values as outputs");
        checkArgument(
                outputs.length >= 1,
                "GraphBuilder.build expects at least one output but got none; pass the values to predict");
        Tracer finished = new Tracer(tracer.graph());
        for (Value output : outputs) {
            finished.output(output.name(), output);
        }
        return Network.build(finished.graph(), seed, type);
    }

    @Override
    public String toString() {
        return "GraphBuilder with " + tracer.graph();
    }
}
