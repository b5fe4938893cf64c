package io.github.bn4j.graph;

import java.util.List;
import java.util.Optional;

/**
 * One call of an op.
 *
 * @param op what is computed
 * @param layer path of the layer that asked for it, such as {@code residual_1.conv2d_2}
 * @param inputs tensors that differ per example
 * @param parameters tensors that do not: the trainable ones first, then state
 * @param output the one result
 */
public record Node(Op op, String layer, List<Value> inputs, List<Parameter> parameters, Value output) {

    public Node {
        inputs = List.copyOf(inputs);
        parameters = List.copyOf(parameters);
    }

    /** The shapes of the inputs, per example. */
    public List<Shape> inputShapes() {
        return inputs.stream().map(Value::shape).toList();
    }

    /** The whole shapes of the parameters. */
    public List<Shape> parameterShapes() {
        return parameters.stream().map(Parameter::shape).toList();
    }

    /** What becomes, in training mode, of a shift that arrives at one input. */
    public ShiftEffect shiftEffect(int input, Shift shift) {
        return op.shiftEffect(input, shift, inputShapes(), parameterShapes());
    }

    /** How the op is linear in its input by its first parameter, if it is. */
    public Optional<LinearMap> linearMap() {
        return op.linearMap(parameterShapes());
    }

    @Override
    public String toString() {
        return output.id() + " = " + op.label() + inputs.stream().map(Value::id).toList() + " in " + layer;
    }
}
