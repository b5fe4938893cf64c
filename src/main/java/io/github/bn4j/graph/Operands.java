package io.github.bn4j.graph;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How many inputs an op takes, and what its parameters are.
 *
 * @param fewest fewest inputs
 * @param most most inputs
 * @param trainable what the parameters are called that the optimiser changes, in order
 * @param state what the parameters are called that it does not change, which come after those
 */
public record Operands(int fewest, int most, List<String> trainable, List<String> state) {

    public Operands {
        trainable = List.copyOf(trainable);
        state = List.copyOf(state);
    }

    /** Takes {@code count} inputs and no parameters. */
    public static Operands of(int count) {
        return of(count, count);
    }

    /** Takes {@code fewest} to {@code most} inputs and no parameters. */
    public static Operands of(int fewest, int most) {
        return new Operands(fewest, most, List.of(), List.of());
    }

    /** Takes parameters of these names that the optimiser changes. */
    public Operands trainable(String... names) {
        return new Operands(fewest, most, List.of(names), state);
    }

    /** Takes parameters of these names that the optimiser does not change. */
    public Operands state(String... names) {
        return new Operands(fewest, most, trainable, List.of(names));
    }

    /**
     * The shape of the output of a call of {@code op}, the one place where its shape rule is asked.
     *
     * @param inputs shape of one example of each input
     * @throws ShapeException if the op takes other operands than these, or its output has too many elements to count
     */
    public static Shape outputShape(Op op, List<Shape> inputs, List<Parameter> parameters) {
        Optional<Operands> operands = op.operands();
        operands.ifPresent(taken -> taken.require(inputs, parameters));
        List<Shape> shapes = parameters.stream().map(Parameter::shape).toList();
        try {
            return op.outputShape(inputs, shapes);
        } catch (ArithmeticException overflow) {
            throw ShapeException.expected(
                    "inputs that give an output of at most " + Long.MAX_VALUE + " elements",
                    inputs,
                    "use smaller shapes");
        }
    }

    private void require(List<Shape> inputs, List<Parameter> parameters) {
        if (inputs.size() < fewest || inputs.size() > most) {
            String range = most == Integer.MAX_VALUE ? "at least " + fewest : fewest + " to " + most;
            throw ShapeException.expected(
                    (fewest == most ? "" + fewest : range) + (most == 1 ? " input" : " inputs"), inputs);
        }
        boolean distinct = parameters.stream().distinct().count() == parameters.size();
        if (!distinct || names().size() != parameters.size()) {
            throw ShapeException.expected(
                    (distinct ? "" : "distinct ") + "parameters " + names(),
                    parameters.stream().map(Parameter::name).toList());
        }
    }

    /**
     * Refuses parameters of a call of {@code op} that the optimiser would change although it must not, or the other way round.
     * Only training asks for roles, so graphs that are not trained may have others.
     *
     * @throws ShapeException if one has another role than the op says
     */
    public static void requireRoles(Op op, List<Parameter> parameters) {
        op.operands().ifPresent(taken -> {
            for (int i = 0; i < parameters.size(); i++) {
                Role role = i < taken.trainable.size() ? Role.TRAINABLE : Role.STATE;
                Parameter parameter = parameters.get(i);
                if (parameter.role() != role) {
                    throw ShapeException.expected(
                            taken.names().get(i) + " of role " + role,
                            parameter.name() + " of role " + parameter.role());
                }
            }
        });
    }

    /** What the parameters are called, in order. */
    public List<String> names() {
        return Stream.concat(trainable.stream(), state.stream()).toList();
    }
}
