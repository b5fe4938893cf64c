package io.github.bn4j.engine;

import static java.util.Objects.requireNonNull;

import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Node;
import io.github.bn4j.graph.Op;
import io.github.bn4j.graph.Value;
import io.github.bn4j.internal.Tensors;
import io.github.bn4j.op.AdaptiveMaxPooling;
import io.github.bn4j.op.Elementwise;
import io.github.bn4j.op.MaxPooling;
import io.github.bn4j.op.function.ElementwiseFunction;
import io.github.bn4j.op.function.LeakyRectifier;
import io.github.bn4j.op.function.StandardFunction;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The places of a training graph where a derivative jumps: ReLU and leaky ReLU at 0, max pooling where two elements of a window are
 * equal. Within rounding of such a place float32 may be on one side and float64 on the other; both gradients are right, and they
 * differ by far more than rounding. So the side that an engine took at each element is read off the values that it computed, and
 * float64 is made to take the same ones.
 */
final class Kinks {

    private final Graph graph;
    private final int batch;
    private final List<Node> nodes;

    Kinks(Graph graph, int batch) {
        this.graph = graph;
        this.batch = batch;
        this.nodes = graph.nodes().stream().filter(node -> isKinked(node.op())).toList();
    }

    private static boolean isKinked(Op op) {
        return isPooling(op) || (op instanceof Elementwise elementwise && isRectifier(elementwise.function()));
    }

    private static boolean isPooling(Op op) {
        return op instanceof MaxPooling || op instanceof AdaptiveMaxPooling;
    }

    private static boolean isRectifier(ElementwiseFunction function) {
        return function == StandardFunction.RELU || function instanceof LeakyRectifier;
    }

    /**
     * The graph with more outputs: the results of all these nodes, and what is pooled. They end calls in any case, so engines run the
     * same kernels for it.
     */
    Graph revealed() {
        Map<String, Value> outputs = new LinkedHashMap<>(graph.outputs());
        for (Node node : nodes) {
            outputs.put(name(node.output()), node.output());
            if (isPooling(node.op())) {
                outputs.put(name(node.inputs().get(0)), node.inputs().get(0));
            }
        }
        return graph.withOutputs(outputs);
    }

    private static String name(Value value) {
        return "value " + value.id();
    }

    /** The revealed graph with an input for each of these nodes that says which side to take. */
    Graph decided() {
        Map<String, Value> inputs = new LinkedHashMap<>(graph.inputs());
        int fresh = firstFreeId(graph);
        List<Node> all = new ArrayList<>();
        for (Node node : graph.nodes()) {
            if (nodes.contains(node)) {
                Value side = new Value(
                        fresh++, "side of " + node.output().id(), node.output().shape());
                inputs.put(side.name(), side);
                all.add(new Node(
                        decided(node.op()),
                        node.layer(),
                        List.of(node.inputs().get(0), side),
                        List.of(),
                        node.output()));
            } else {
                all.add(node);
            }
        }
        return new Graph(inputs, all, revealed().outputs(), graph.layers());
    }

    /** A number that no value of a graph has, nor any above. */
    static int firstFreeId(Graph graph) {
        IntStream made = graph.nodes().stream().mapToInt(node -> node.output().id());
        IntStream given = graph.inputs().values().stream().mapToInt(Value::id);
        return IntStream.concat(made, given).max().orElse(-1) + 1;
    }

    private static Op decided(Op op) {
        if (!(op instanceof Elementwise elementwise)) {
            return new DecidedPooling();
        }
        return new DecidedRectifier(elementwise.function() instanceof LeakyRectifier leaky ? leaky.slope() : 0);
    }

    /** What the further inputs of {@link #decided} are by the values of a run of {@link #revealed}. */
    List<INDArray> sides(Map<String, double[]> results) {
        List<INDArray> sides = new ArrayList<>();
        for (Node node : nodes) {
            double[] y = requireNonNull(results.get(name(node.output())));
            double[] side = isPooling(node.op())
                    ? DecidedPooling.winners(
                            node, requireNonNull(results.get(name(node.inputs().get(0)))), y)
                    : positive(y);
            sides.add(Tensors.of(DataType.DOUBLE, side, node.output().shape().batched(batch)));
        }
        return sides;
    }

    private static double[] positive(double[] y) {
        double[] sides = new double[y.length];
        for (int i = 0; i < y.length; i++) {
            sides[i] = y[i] > 0 ? 1 : 0;
        }
        return sides;
    }
}
