package io.github.bn4j.engine.nd4j;

import static io.github.bn4j.internal.Checks.checkArgument;

import io.github.bn4j.graph.Gradients;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Node;
import io.github.bn4j.graph.Parameter;
import io.github.bn4j.graph.Parameters;
import io.github.bn4j.graph.ShapeException;
import io.github.bn4j.graph.Value;
import io.github.bn4j.internal.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Walks a graph forward and backward over one batch. Its arrays live in the arena that the caller has open. */
final class Interpreter {

    private final Graph graph;
    private final Parameters parameters;
    private final int batch;
    private final Set<Integer> wantsGradient = new HashSet<>();

    Interpreter(Graph graph, Parameters parameters, int batch) {
        checkArgument(batch >= 1, "program expects a batch of at least 1 example but got %s", batch);
        this.graph = graph;
        this.parameters = parameters;
        this.batch = batch;
        for (Node node : graph.nodes()) {
            if (node.parameters().stream().anyMatch(Parameter::trainable)
                    || node.inputs().stream().anyMatch(value -> wantsGradient.contains(value.id()))) {
                wantsGradient.add(node.output().id());
            }
        }
    }

    /** One run: the value of everything computed and the calls that computed it. */
    record Run(Map<Integer, INDArray> values, List<Nd4jCall> calls) {

        INDArray value(Value value) {
            INDArray array = values.get(value.id());
            if (array == null) {
                throw new AssertionError("no value " + value);
            }
            return array;
        }
    }

    Run forward(boolean training, long seed, INDArray... inputs) {
        Run run = new Run(new HashMap<>(), new ArrayList<>());
        bind(run, inputs);
        for (Node node : graph.nodes()) {
            INDArray[] operands = node.inputs().stream().map(run::value).toArray(INDArray[]::new);
            INDArray[] weights = node.parameters().stream()
                    .map(parameter -> parameters.get(parameter.name()))
                    .toArray(INDArray[]::new);
            Nd4jCall call = new Nd4jCall(node, operands, weights, batch, training, seed);
            INDArray output = node.op().forward(call);
            require(node, "forward", node.output().shape().batched(batch), output);
            run.values().put(node.output().id(), output);
            run.calls().add(call);
        }
        return run;
    }

    private void bind(Run run, INDArray... inputs) {
        checkArgument(
                inputs.length == graph.inputs().size(),
                "network expects %s inputs %s but got %s",
                graph.inputs().size(),
                graph.inputs().keySet(),
                inputs.length);
        int index = 0;
        for (Map.Entry<String, Value> input : graph.inputs().entrySet()) {
            INDArray array = inputs[index++];
            long[] expected = input.getValue().shape().batched(batch);
            if (!Arrays.equals(array.shape(), expected)) {
                throw ShapeException.expected(Arrays.toString(expected), Arrays.toString(array.shape()))
                        .by("input \"" + input.getKey() + "\"");
            }
            run.values().put(input.getValue().id(), Tensors.dense(array, parameters.type()));
        }
    }

    /** Adds to the gradient vector of the parameters what a gradient {@code dy} by {@code from} implies. */
    void backward(Run run, Value from, INDArray dy) {
        Map<Integer, INDArray> gradients = new HashMap<>();
        gradients.put(from.id(), dy);
        for (int i = graph.nodes().size() - 1; i >= 0; i--) {
            Node node = graph.nodes().get(i);
            INDArray gradient = gradients.remove(node.output().id());
            if (gradient == null || !wantsGradient.contains(node.output().id())) {
                continue;
            }
            Gradients result = node.op().backward(run.calls().get(i), gradient);
            collect(node, result, run, gradients);
        }
    }

    private void collect(Node node, Gradients result, Run run, Map<Integer, INDArray> gradients) {
        List<Parameter> trainable =
                node.parameters().stream().filter(Parameter::trainable).toList();
        int given = result.parameters().size();
        checkArgument(
                result.inputs().size() == node.inputs().size() && (given == trainable.size() || given == 0),
                "op %s expects to return gradients for %s inputs and %s parameters but got %s and %s",
                node.op().label(),
                node.inputs().size(),
                trainable.size(),
                result.inputs().size(),
                given);
        for (int p = 0; p < given; p++) {
            INDArray gradient = parameters.gradient(trainable.get(p).name());
            require(
                    node,
                    "gradient of " + trainable.get(p).name(),
                    gradient.shape(),
                    result.parameters().get(p));
            gradient.addi(result.parameters().get(p));
        }
        for (int input = 0; input < node.inputs().size(); input++) {
            Value value = node.inputs().get(input);
            if (wantsGradient.contains(value.id())) {
                require(
                        node,
                        "gradient of input " + input,
                        run.value(value).shape(),
                        result.inputs().get(input));
                gradients.merge(value.id(), result.inputs().get(input), INDArray::add);
            }
        }
    }

    private void require(Node node, String what, long[] expected, INDArray actual) {
        if (!Arrays.equals(expected, actual.shape())) {
            throw ShapeException.expected(
                            what + " of shape " + Arrays.toString(expected),
                            Arrays.toString(actual.shape()),
                            "mend the op's arithmetic")
                    .by("op " + node.op().label() + " in layer \"" + node.layer() + "\"");
        }
        if (actual.dataType() != parameters.type()) {
            throw new IllegalArgumentException("op " + node.op().label() + " in layer \"" + node.layer()
                    + "\" expects " + what + " of type " + parameters.type() + " but got " + actual.dataType()
                    + "; mend the op's arithmetic");
        }
    }
}
