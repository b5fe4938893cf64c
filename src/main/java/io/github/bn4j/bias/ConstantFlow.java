package io.github.bn4j.bias;

import static java.util.Objects.requireNonNull;

import io.github.bn4j.engine.Engine;
import io.github.bn4j.engine.Model;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Node;
import io.github.bn4j.graph.Normalization;
import io.github.bn4j.graph.Parameter;
import io.github.bn4j.graph.Parameters;
import io.github.bn4j.graph.RunningAverages;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.Shift;
import io.github.bn4j.graph.Value;
import io.github.bn4j.internal.Floats;
import io.github.bn4j.internal.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Follows the constants that redundant biases add to the normalisations that take them up, in float64. */
final class ConstantFlow {

    /* An op that makes a constant of a constant does so whatever else its inputs are. So a single example of zeros will do for
     * them: the constant is what the op makes of it with the constant, less what it makes of it without. Mostly a bias stands right
     * before its normalisation, and no op is run at all. Biases that come to an op together are rows of one batch.
     *
     * A normalisation by running averages that are updated passes a constant on, and the next update would tell the two
     * networks apart. So its running mean takes the constant up as well. */

    private final Map<String, INDArray> values;
    private final Map<Value, Map<String, Constant>> constants = new HashMap<>();
    private final Map<String, List<Arrival>> arrivals = new LinkedHashMap<>();

    /**
     * What comes to a call of a normalisation.
     *
     * @param call the call
     * @param shifts what each channel of its input is shifted by, for each bias that comes there
     */
    record Arrival(Node call, Map<String, double[]> shifts) {

        /** What each channel is shifted by; 0 by a bias that does not come there. */
        double[] shift(String bias) {
            return shifts.getOrDefault(bias, new double[channels(call)]);
        }
    }

    /**
     * Follows biases to the end.
     *
     * @param graph a graph with all its biases
     * @param biases names of redundant ones
     * @param values of the parameters by name; a bias that is not among them is 0. Not modified.
     * @throws IllegalStateException if a constant on the way is more than float64 holds
     */
    ConstantFlow(Graph graph, Set<String> biases, Map<String, INDArray> values) {
        this.values = values;
        for (Node node : graph.withOutputs(graph.outputs()).nodes()) {
            Map<String, Constant> leaving = passed(node);
            node.bias()
                    .filter(bias -> biases.contains(bias.name()))
                    .ifPresent(bias -> leaving.merge(bias.name(), added(bias, node), Constant::plus));
            constants.put(node.output(), leaving);
        }
    }

    /** What comes to each call of the normalisations that measure, by the names of their running means, in the order of the graph. */
    Map<String, List<Arrival>> arrivals() {
        return arrivals;
    }

    private Constant added(Parameter bias, Node node) {
        INDArray value = values.get(bias.name());
        return Constant.ofChannels(
                node.output().shape(), value == null ? new double[channels(node)] : Floats.values(value));
    }

    private static int channels(Node node) {
        return (int) node.inputs().get(0).shape().dim(0);
    }

    private Map<String, Constant> passed(Node node) {
        List<Map<String, Constant>> inputs = new ArrayList<>();
        Map<String, Shift> shifts = new LinkedHashMap<>();
        for (int index = 0; index < node.inputs().size(); index++) {
            int input = index;
            Map<String, Constant> passing = new LinkedHashMap<>();
            arriving(node, input).forEach((bias, constant) -> {
                Shift result = node.shiftEffect(input, constant.shift())
                        .result()
                        .of(node.output().shape());
                if (result != Shift.NONE) {
                    passing.put(bias, constant);
                    shifts.merge(bias, result, Shift::join);
                }
            });
            inputs.add(passing);
        }
        return computed(node, inputs, shifts);
    }

    /** What comes to an input and is not taken up there by a running mean. */
    private Map<String, Constant> arriving(Node node, int input) {
        Map<String, Constant> arriving = constants.getOrDefault(node.inputs().get(input), Map.of());
        boolean measured = input == 0
                && node.op().normalization().filter(Normalization::measures).isPresent();
        if (!measured) {
            return arriving;
        }
        Map<String, double[]> shifts = new LinkedHashMap<>();
        arriving.forEach((bias, constant) -> shifts.put(bias, constant.over(channels(node))));
        arrivals.computeIfAbsent(node.parameter(RunningAverages.MEAN).name(), any -> new ArrayList<>())
                .add(new Arrival(node, shifts));
        return Map.of();
    }

    private Map<String, Constant> computed(Node node, List<Map<String, Constant>> inputs, Map<String, Shift> shifts) {
        Map<String, Constant> results = new LinkedHashMap<>();
        if (shifts.isEmpty()) {
            return results;
        }
        List<String> biases = List.copyOf(shifts.keySet());
        Map<String, INDArray> arrays = new LinkedHashMap<>();
        Map<String, Value> symbols = new LinkedHashMap<>();
        for (int input = 0; input < inputs.size(); input++) {
            Shape shape = node.inputs().get(input).shape();
            String name = "input " + input;
            symbols.put(name, new Value(input, name, shape));
            arrays.put(name, examples(biases, inputs.get(input), shape));
        }
        INDArray outputs = predicted(node, symbols, arrays);
        shifts.forEach((bias, shift) -> {
            int numbers = Constant.numbers(shift, node.output().shape());
            double[] constant = example(outputs, results.size(), numbers);
            double[] without = example(outputs, biases.size(), numbers);
            Arrays.setAll(constant, i -> constant[i] - without[i]);
            requireFinite(bias, node, constant);
            results.put(bias, new Constant(shift, constant));
        });
        return results;
    }

    private static void requireFinite(String bias, Node node, double... constants) {
        for (double constant : constants) {
            if (!Double.isFinite(constant)) {
                throw new IllegalStateException("absorption expects a finite constant of \"" + bias + "\" behind \""
                        + node.layer() + "\" but got " + constant + "; keep the bias");
            }
        }
    }

    /** An example for each bias, and one of zeros. */
    private static INDArray examples(List<String> biases, Map<String, Constant> constants, Shape shape) {
        int size = Math.toIntExact(shape.size());
        INDArray examples = Tensors.zeros(DataType.DOUBLE, biases.size() + 1L, size);
        for (int i = 0; i < biases.size(); i++) {
            Constant constant = constants.get(biases.get(i));
            if (constant != null) {
                examples.getRow(i).assign(Tensors.of(DataType.DOUBLE, constant.over(size), size));
            }
        }
        return examples.reshape('c', shape.batched(examples.size(0)));
    }

    /** The first element of each of {@code parts} equal parts of an example. */
    private static double[] example(INDArray examples, int index, int parts) {
        long count = examples.size(0);
        INDArray all = examples.reshape('c', count, parts, examples.length() / count / parts);
        return Floats.values(
                all.get(NDArrayIndex.interval(index, index + 1L), NDArrayIndex.all(), NDArrayIndex.interval(0, 1)));
    }

    private INDArray predicted(Node node, Map<String, Value> inputs, Map<String, INDArray> arrays) {
        Value output = new Value(inputs.size(), "output", node.output().shape());
        Node alone = new Node(node.op(), node.layer(), List.copyOf(inputs.values()), node.parameters(), output);
        Graph graph = new Graph(inputs, List.of(alone), Map.of(output.name(), output), Map.of());
        Parameters parameters = new Parameters(graph.parameters(), DataType.DOUBLE);
        for (String name : parameters.names()) {
            INDArray value = values.get(name);
            if (value != null) {
                parameters.get(name).assign(value.castTo(DataType.DOUBLE));
            }
        }
        Model model = new Model(graph, Set.of(), parameters, Engine.nd4j(), 0);
        return requireNonNull(model.predict(arrays).get(output.name()));
    }
}
