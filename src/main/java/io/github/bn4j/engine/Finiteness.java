package io.github.bn4j.engine;

import static java.util.Objects.requireNonNull;

import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Node;
import io.github.bn4j.graph.Normalization;
import io.github.bn4j.graph.Parameter;
import io.github.bn4j.graph.Parameters;
import io.github.bn4j.graph.RunningAverages;
import io.github.bn4j.internal.Floats;
import io.github.bn4j.internal.Tensors;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.DoublePredicate;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Finds numbers that a network cannot compute with, where they come in: in parameters, running variances and inputs. */
public final class Finiteness {

    private static final int NAMED = 8;

    private Finiteness() {}

    /**
     * Refuses parameters that the outputs of a graph depend on and that nothing right can be computed with.
     *
     * @param who who wants to compute, for the message
     * @throws IllegalStateException if a value is NaN or infinite, or a running variance is negative; the message says which
     */
    public static void require(String who, Graph graph, Parameters parameters) {
        fault(graph, parameters).ifPresent(fault -> {
            throw new IllegalStateException(who + " expects " + fault
                    + "; set it through parameters(), load the network again, or measure running averages anew by"
                    + " recalibrate(data)");
        });
    }

    /**
     * What of the parameters is wrong, as {@code <what is expected> but got <what is there>}; empty if nothing is.
     *
     * @param graph those that its nodes have are looked at
     * @param parameters may be without some
     */
    public static Optional<String> fault(Graph graph, Parameters parameters) {
        boolean finite = Tensors.isFinite(parameters.trainable()) && Tensors.isFinite(parameters.state());
        return fault(graph, finite, name -> parameters.has(name) ? parameters.get(name) : null);
    }

    /**
     * What of values for parameters is wrong, in the same words.
     *
     * @param values by name, of any type; may be without some. Not modified.
     */
    public static Optional<String> fault(Graph graph, Map<String, INDArray> values) {
        return fault(graph, false, values::get);
    }

    private static Optional<String> fault(Graph graph, boolean finite, Function<String, @Nullable INDArray> values) {
        if (!finite) {
            for (Parameter parameter : graph.parameters()) {
                INDArray array = values.apply(parameter.name());
                if (array != null && !Tensors.isFinite(array)) {
                    return Optional.of("finite parameters but got "
                            + places(parameter.name(), array, value -> !Double.isFinite(value)));
                }
            }
        }
        for (Node node : graph.nodes()) {
            Normalization normalization = node.op().normalization().orElse(null);
            if (normalization != null) {
                String name = node.parameter(RunningAverages.VARIANCE).name();
                INDArray variance = requireNonNull(values.apply(name));
                boolean zeroIsFine = (float) normalization.epsilon() > 0;
                DoublePredicate wrong = value -> value < 0 || (value == 0 && !zeroIsFine);
                if (Arrays.stream(Floats.values(variance)).anyMatch(wrong)) {
                    return Optional.of("running variances " + (zeroIsFine ? "of at least" : "and epsilon above")
                            + " 0 but got " + places(name, variance, wrong));
                }
            }
        }
        return Optional.empty();
    }

    private static String places(String name, INDArray array, DoublePredicate wrong) {
        double[] values = Floats.values(array);
        int[] all = IntStream.range(0, values.length)
                .filter(i -> wrong.test(values[i]))
                .toArray();
        String places = Arrays.stream(all)
                .limit(NAMED)
                .mapToObj(i -> Arrays.toString(index(i, array.shape())))
                .collect(Collectors.joining(", "));
        return values[all[0]] + " at " + places
                + (all.length > NAMED ? " and " + (all.length - NAMED) + " more places" : "") + " of \"" + name + "\"";
    }

    private static long[] index(long number, long... shape) {
        long[] index = new long[shape.length];
        long rest = number;
        for (int axis = shape.length - 1; axis >= 0; axis--) {
            index[axis] = rest % shape[axis];
            rest /= shape[axis];
        }
        return index;
    }

    /**
     * Refuses inputs that a network cannot compute with.
     *
     * @param inputs an array for each input of the graph, in their order. Not modified.
     * @throws IllegalArgumentException as {@link #requireInput}
     */
    public static void requireInputs(Graph graph, DataType type, INDArray... inputs) {
        int index = 0;
        for (String name : graph.inputs().keySet()) {
            requireInput(name, inputs[index++], type);
        }
    }

    /**
     * Refuses an input that a network cannot compute with.
     *
     * @param name of the input
     * @param array {@code [rows, …]}. Not modified.
     * @param type what the network computes in
     * @throws IllegalArgumentException if an element is NaN or infinite, or more than {@code type} holds; the message names
     *     the first row
     */
    public static void requireInput(String name, INDArray array, DataType type) {
        if (isFinite(array, type)) {
            return;
        }
        double[] values = Tensors.copy(array).data().asDouble();
        int bad = 0;
        while (isFinite(values[bad], type)) {
            bad++;
        }
        throw new IllegalArgumentException("network expects finite numbers in input \"" + name + "\" but got "
                + values[bad] + (Double.isFinite(values[bad]) ? ", more than " + type + " holds," : "") + " in row "
                + bad / (values.length / array.size(0))
                + "; fill in what is missing, or leave such rows out");
    }

    private static boolean isFinite(INDArray array, DataType type) {
        return Tensors.isFinite(array)
                && (array.dataType() != DataType.DOUBLE
                        || type == DataType.DOUBLE
                        || isFinite(array.amaxNumber().doubleValue(), type));
    }

    private static boolean isFinite(double value, DataType type) {
        return Double.isFinite(type == DataType.DOUBLE ? value : (float) value);
    }
}
