package io.github.bn4j.rewrite;

import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Initializer;
import io.github.bn4j.graph.Node;
import io.github.bn4j.graph.Nonlinearity;
import io.github.bn4j.graph.Parameter;
import io.github.bn4j.graph.Role;
import io.github.bn4j.graph.RunningAverages;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.Statistics;
import io.github.bn4j.graph.UseBias;
import io.github.bn4j.graph.Value;
import io.github.bn4j.op.BatchNormalization;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Gives a layer whose bias nothing normalises a batch normalisation in its stead, which is what folding has taken away. The
 * new ones have the defaults of {@code BatchNorm1d} and {@code BatchNorm2d}.
 */
public final class UnfoldBatchNorm {

    /* A batch normalisation goes where a convolution, transposed convolution or matrix product has a bias of its own: a
     * folded layer always has one, and a layer without never was folded. It does not go where a normalisation is already, nor
     * on the way out of the network: nothing normalises logits. A way out passes no further weights, and no rectifier,
     * which tells hidden features that are asked for from a sigmoid that makes probabilities.
     *
     * A bias that is shared by several places leaves at all of them or at none. */

    private static final BatchNormalization NORM = new BatchNormalization(
            1e-5, true, true, Statistics.batch(), new RunningAverages(1 - 0.9, true, true), true);

    private UnfoldBatchNorm() {}

    /**
     * The biases that a batch normalisation can take the place of, with the paths of the layers that add them.
     *
     * @param graph any graph, without the biases that were dropped
     */
    public static Map<String, Set<String>> places(Graph graph) {
        Map<String, Set<String>> places = new LinkedHashMap<>();
        Set<String> unfit = new HashSet<>();
        Set<Value> out = waysOut(graph);
        for (Node node : graph.nodes()) {
            if (node.bias().isPresent()) {
                String bias = bias(node);
                places.computeIfAbsent(bias, any -> new LinkedHashSet<>()).add(node.layer());
                if (!isLinear(graph, node.inputs().get(0))
                        || out.contains(node.output())
                        || graph.consumers(node.output()).stream()
                                .anyMatch(consumer -> consumer.op().normalises())) {
                    unfit.add(bias);
                }
            }
        }
        places.keySet().removeAll(unfit);
        return places;
    }

    /**
     * The graph with a batch normalisation behind each of the given biases, which are left to {@link UseBias#AUTO}: the new
     * ones cancel them. All values keep their ids.
     *
     * @param graph the graph with all its biases
     * @param biases some of {@link #places}
     */
    public static Unfolding apply(Graph graph, Set<String> biases) {
        Set<String> taken = new HashSet<>(graph.layers().keySet());
        graph.nodes().forEach(node -> taken.add(node.layer()));
        FreshValues values = new FreshValues(graph);
        Map<Value, Value> normalised = new HashMap<>();
        Map<String, String> norms = new LinkedHashMap<>();
        Map<String, String> layers = new LinkedHashMap<>(graph.layers());
        List<Node> nodes = new ArrayList<>();
        for (Node node : RequestBiases.apply(graph, biases, UseBias.AUTO).nodes()) {
            List<Value> inputs = node.inputs().stream()
                    .map(value -> normalised.getOrDefault(value, value))
                    .toList();
            nodes.add(new Node(node.op(), node.layer(), inputs, node.parameters(), node.output()));
            if (node.bias().isPresent() && biases.contains(bias(node))) {
                Value x = node.output();
                String label = x.shape().rank() == 3 ? "BatchNorm2d" : "BatchNorm1d";
                String path = fresh(node.layer(), label, taken);
                Value y = values.make(path, x.shape());
                nodes.add(new Node(NORM, path, List.of(x), parameters(path, x.shape()), y));
                layers.put(path, label + "()");
                normalised.put(x, y);
                norms.put(path, bias(node));
            }
        }
        return new Unfolding(new Graph(graph.inputs(), nodes, graph.outputs(), layers), norms);
    }

    private static String bias(Node node) {
        return node.bias().orElseThrow().name();
    }

    /** Whether a value is made by a linear op, and nobody sees it but one bias. */
    private static boolean isLinear(Graph graph, Value value) {
        Node producer = graph.producer(value);
        return producer != null
                && producer.linearMap().isPresent()
                && graph.consumers(value).size() == 1
                && !graph.outputs().containsValue(value);
    }

    private static Set<Value> waysOut(Graph graph) {
        Set<Value> out = new HashSet<>(graph.outputs().values());
        for (int i = graph.nodes().size() - 1; i >= 0; i--) {
            Node node = graph.nodes().get(i);
            if (out.contains(node.output())
                    && !node.op().normalises()
                    && node.linearMap().isEmpty()
                    && !rectifies(node)) {
                out.addAll(node.inputs());
            }
        }
        return out;
    }

    private static boolean rectifies(Node node) {
        return node.op().nonlinearity().equals(Optional.of(Nonlinearity.HIDDEN));
    }

    /** A path beside that of {@code layer} that no layer has, numbered as a layer that is built. */
    private static String fresh(String layer, String label, Set<String> taken) {
        String beside = layer.substring(0, layer.lastIndexOf('.') + 1) + label.toLowerCase(Locale.ROOT) + "_";
        int number = 1;
        while (!taken.add(beside + number)) {
            number++;
        }
        return beside + number;
    }

    private static List<Parameter> parameters(String path, Shape x) {
        Shape channels = Shape.of(x.dim(0));
        return List.of(
                new Parameter(path + ".gamma", channels, Initializer.constant(1), Role.TRAINABLE, false),
                new Parameter(path + ".beta", channels, Initializer.constant(0), Role.TRAINABLE, false),
                new Parameter(path + ".runningMean", channels, Initializer.constant(0), Role.STATE, false),
                new Parameter(path + ".runningVariance", channels, Initializer.constant(1), Role.STATE, false));
    }
}
