package io.github.bn4j.graph;

import static io.github.bn4j.internal.Checks.checkArgument;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;

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

    /**
     * The parameter that the op calls {@code name}.
     *
     * @throws IllegalArgumentException if it calls none so
     */
    public Parameter parameter(String name) {
        List<String> names = names();
        checkArgument(
                names.contains(name),
                "layer \"%s\" expects the name of a parameter of %s but got \"%s\"; it has %s",
                layer,
                op.label(),
                name,
                names);
        return parameters.get(names.indexOf(name));
    }

    /** What the op calls its parameters, in order; the last part of their own names where it does not say. */
    private List<String> names() {
        return op.operands().map(Operands::names).orElseGet(() -> parameters.stream()
                .map(parameter -> parameter.name().substring(parameter.name().lastIndexOf('.') + 1))
                .toList());
    }

    /** What the op yields gradients by, in order: also the frozen ones, of which it does not know. */
    public List<Parameter> differentiable() {
        return parameters.stream()
                .filter(parameter -> parameter.role() == Role.TRAINABLE)
                .toList();
    }

    /** The parameter that the op adds to its output, if it does. */
    public Optional<Parameter> shift() {
        return op.shiftParameter().map(this::parameter);
    }

    /** The parameter that the op multiplies its output by, if it does. */
    public Optional<Parameter> scale() {
        return op.scaleParameter().map(this::parameter);
    }

    /** What the call does to each channel in a prediction, if that is a scale and a shift. */
    public Optional<ScaleAndShift.Rule> scaleAndShift() {
        return op.scaleAndShift(inputShapes(), parameterShapes());
    }

    /** The bias that this call adds, if it does that and nothing else. */
    public Optional<Parameter> bias() {
        return op instanceof AddBias ? Optional.of(parameters.get(0)) : Optional.empty();
    }

    /** The values of the parameters, by the names that the op gives them. */
    public Map<String, INDArray> values(Parameters values) {
        List<String> names = names();
        Map<String, INDArray> named = new LinkedHashMap<>();
        for (int i = 0; i < names.size(); i++) {
            named.put(names.get(i), values.get(parameters.get(i).name()));
        }
        return named;
    }

    /**
     * What becomes, in training, of a shift that arrives at one input: what the op says of one step, unless the running variance of
     * its channels lets the steps after it see the shift.
     */
    public ShiftEffect shiftEffect(int input, Shift shift) {
        boolean seen = input == 0
                && shift == Shift.PER_POSITION
                && op.normalization().filter(Normalization::measures).isPresent();
        ShiftEffect effect = op.shiftEffect(input, shift, inputShapes(), parameterShapes());
        return seen && effect.result() != Shift.ANY
                ? ShiftEffect.blocks("takes a shift that differs by position into its running variance")
                : effect;
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
