package io.github.bn4j.rewrite;

import io.github.bn4j.graph.AddBias;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Initializer;
import io.github.bn4j.graph.LinearMap;
import io.github.bn4j.graph.Node;
import io.github.bn4j.graph.Normalization;
import io.github.bn4j.graph.Parameter;
import io.github.bn4j.graph.Parameters;
import io.github.bn4j.graph.Role;
import io.github.bn4j.graph.RunningAverages;
import io.github.bn4j.graph.ScaleAndShift;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.Shift;
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
import java.util.Map;
import java.util.Set;

/**
 * Lets batch normalisations disappear from the graph of a prediction, where each is {@code y = scale x + shift} with fixed
 * numbers per channel: into the convolution, transposed convolution or matrix product before it, or, where nothing is padded,
 * into the one behind it. Two in a row become one.
 */
public final class FoldBatchNorm {

    /* A chain is what follows a value as long as each result has a single consumer, which is a bias or a batch
     * normalisation, and is not asked for as an output. Three rules, each of which changes only values that nobody else
     * sees: a chain behind a linear op goes into it (weight W · scale, bias shift); any other chain becomes one batch
     * normalisation; and one of these in front of a linear op that shows a constant as a constant goes into that op (weight
     * W · scale by input channel, bias W · shift).
     *
     * Weights are never changed but made anew, one for each pair of a weight and what goes into it. So a layer that is called
     * twice keeps one weight if both calls are normalised by the same parameters, and gets two if they are not. */

    private final FreshValues values;
    private final ComputedParameters parameters;
    private final Map<String, Set<String>> absorbed = new LinkedHashMap<>();

    private FoldBatchNorm(Graph graph) {
        values = new FreshValues(graph);
        parameters = new ComputedParameters(graph);
    }

    /**
     * The graph for predictions: without dropout, and with as few batch normalisations as possible. Those that are left take
     * their running averages in training too. Parameters that are not changed keep their names.
     *
     * @param graph any graph, without the biases that were dropped
     */
    public static Folding apply(Graph graph) {
        FoldBatchNorm pass = new FoldBatchNorm(graph);
        Graph folded = pass.intoOpsBefore(DropStatisticsWeights.apply(DropMasks.apply(graph)));
        folded = pass.merged(folded);
        folded = pass.intoOpsBehind(folded);
        return pass.finish(pass.intoOpsBefore(folded));
    }

    private Graph intoOpsBefore(Graph graph) {
        Set<Node> gone = new HashSet<>();
        List<Node> nodes = new ArrayList<>();
        for (Node node : graph.nodes()) {
            List<Node> chain = node.linearMap().isPresent() ? chain(graph, node.output()) : List.of();
            if (scales(chain) || chain.size() > 1) {
                nodes.addAll(withChain(node, chain));
                gone.addAll(chain);
            } else if (!gone.contains(node)) {
                nodes.add(node);
            }
        }
        return new Graph(graph.inputs(), nodes, graph.outputs(), graph.layers());
    }

    private List<Node> withChain(Node node, List<Node> chain) {
        LinearMap map = node.linearMap().orElseThrow();
        Parameter weight = node.parameters().get(0);
        int channels = map.outputs();
        Parameter scaled = !scales(chain)
                ? weight
                : parameters.make(
                        key("weight", node, chain), weight, weight.name(), from -> affine(chain, channels, from)
                                .after(map, parameters.values(weight, from)));
        Parameter bias =
                parameters.make(key("bias", node, chain), vector(channels), node.layer() + ".bias", from -> affine(
                                chain, channels, from)
                        .shift());
        note(chain, node.layer());
        return withBias(
                node, node.inputs(), scaled, bias, chain.get(chain.size() - 1).output());
    }

    private Graph merged(Graph graph) {
        Set<Node> gone = new HashSet<>();
        List<Node> nodes = new ArrayList<>();
        for (Node node : graph.nodes()) {
            if (gone.contains(node)) {
                continue;
            }
            List<Node> chain = new ArrayList<>();
            if (node.scaleAndShift().isPresent()) {
                chain.add(node);
                chain.addAll(chain(graph, node.output()));
            }
            if (chain.size() > 1 && normalises(chain)) {
                nodes.add(merged(chain));
                gone.addAll(chain);
            } else {
                nodes.add(node);
            }
        }
        return new Graph(graph.inputs(), nodes, graph.outputs(), graph.layers());
    }

    /** The first batch normalisation of a chain, with a gamma and a beta that do what all others did. */
    private Node merged(List<Node> chain) {
        int index = 0;
        while (chain.get(index).op().normalization().isEmpty()) {
            index++;
        }
        Node first = chain.get(index);
        Normalization op = first.op().normalization().orElseThrow();
        int channels = (int) first.output().shape().dim(0);
        Parameter mean = first.parameter(RunningAverages.MEAN);
        Parameter variance = first.parameter(RunningAverages.VARIANCE);
        Parameter gamma =
                parameters.make(key("gamma", first, chain), vector(channels), first.layer() + ".gamma", from -> {
                    double[] scale = affine(chain, channels, from).scale();
                    double[] spread = parameters.values(variance, from);
                    for (int c = 0; c < channels; c++) {
                        scale[c] *= Math.sqrt(spread[c] + op.epsilon());
                    }
                    return scale;
                });
        Parameter beta = parameters.make(key("beta", first, chain), vector(channels), first.layer() + ".beta", from -> {
            ScaleAndShift whole = affine(chain, channels, from);
            double[] centre = parameters.values(mean, from);
            for (int c = 0; c < channels; c++) {
                whole.shift()[c] += whole.scale()[c] * centre[c];
            }
            return whole.shift();
        });
        note(chain.subList(index + 1, chain.size()), first.layer());
        BatchNormalization both = new BatchNormalization(
                op.epsilon(),
                true,
                true,
                Statistics.running(),
                new RunningAverages(
                        op.averages().cumulative() ? 1 : op.averages().newWeight(),
                        op.averages().unbiased(),
                        false),
                op.trainAffine());
        return new Node(
                both,
                first.layer(),
                chain.get(0).inputs(),
                List.of(gamma, beta, mean, variance),
                chain.get(chain.size() - 1).output());
    }

    private Graph intoOpsBehind(Graph graph) {
        Map<Value, Node> norms = new HashMap<>();
        for (Node node : graph.nodes()) {
            List<Node> consumers = graph.consumers(node.output());
            if (scales(node)
                    && !graph.outputs().containsValue(node.output())
                    && consumers.size() == 1
                    && takesConstants(consumers.get(0))) {
                norms.put(node.output(), node);
            }
        }
        List<Node> nodes = new ArrayList<>();
        for (Node node : graph.nodes()) {
            Node norm = node.inputs().isEmpty() ? null : norms.get(node.inputs().get(0));
            if (norm != null) {
                nodes.addAll(withNorm(node, norm));
            } else if (!norms.containsKey(node.output())) {
                nodes.add(node);
            }
        }
        return new Graph(graph.inputs(), nodes, graph.outputs(), graph.layers());
    }

    private static boolean takesConstants(Node node) {
        return node.linearMap().isPresent()
                && node.shiftEffect(0, Shift.PER_CHANNEL).result() == Shift.PER_CHANNEL;
    }

    private List<Node> withNorm(Node node, Node norm) {
        LinearMap map = node.linearMap().orElseThrow();
        Parameter weight = node.parameters().get(0);
        List<Node> chain = List.of(norm);
        Parameter scaled = parameters.make(
                key("weight behind", node, chain), weight, weight.name(), from -> affine(chain, map.inputs(), from)
                        .before(map, parameters.values(weight, from)));
        Parameter bias = parameters.make(
                key("bias behind", node, chain), vector(map.outputs()), node.layer() + ".bias", from -> affine(
                                chain, map.inputs(), from)
                        .shifted(map, parameters.values(weight, from)));
        note(chain, node.layer());
        return withBias(node, norm.inputs(), scaled, bias, node.output());
    }

    private List<Node> withBias(Node node, List<Value> inputs, Parameter weight, Parameter bias, Value output) {
        Value product = values.make(node.layer(), node.output().shape());
        return List.of(
                new Node(node.op(), node.layer(), inputs, List.of(weight), product),
                new Node(new AddBias(UseBias.ON), node.layer(), List.of(product), List.of(bias), output));
    }

    private static List<Node> chain(Graph graph, Value start) {
        List<Node> chain = new ArrayList<>();
        Value value = start;
        while (!graph.outputs().containsValue(value) && graph.consumers(value).size() == 1) {
            Node next = graph.consumers(value).get(0);
            if (next.scaleAndShift().isEmpty()) {
                break;
            }
            chain.add(next);
            value = next.output();
        }
        return chain;
    }

    private static boolean normalises(List<Node> chain) {
        return chain.stream().anyMatch(node -> node.op().normalization().isPresent());
    }

    private static boolean scales(List<Node> chain) {
        return chain.stream().anyMatch(FoldBatchNorm::scales);
    }

    /** Whether a call is more than a bias. */
    private static boolean scales(Node node) {
        return node.scaleAndShift().isPresent() && node.bias().isEmpty();
    }

    private static List<Object> key(String what, Node node, List<Node> chain) {
        List<Object> key = new ArrayList<>(List.of(what, node.op(), node.parameters()));
        chain.forEach(link -> key.addAll(List.of(link.op(), link.parameters())));
        return key;
    }

    private static Parameter vector(int channels) {
        return new Parameter("", Shape.of(channels), Initializer.constant(0), Role.TRAINABLE, false);
    }

    private ScaleAndShift affine(List<Node> chain, int channels, Parameters from) {
        ScaleAndShift whole = ScaleAndShift.identity(channels);
        for (Node node : chain) {
            whole = whole.then(node.scaleAndShift()
                    .orElseThrow()
                    .of(channels, name -> parameters.values(node.parameter(name), from)));
        }
        return whole;
    }

    private void note(List<Node> chain, String into) {
        for (Node node : chain) {
            if (scales(node)) {
                absorbed.computeIfAbsent(node.layer(), any -> new LinkedHashSet<>())
                        .add(into);
            }
        }
    }

    private Folding finish(Graph graph) {
        Map<Parameter, Parameter> named = parameters.named(graph);
        List<Fold> folds = graph.parameters().stream()
                .map(parameter -> new Fold(named.getOrDefault(parameter, parameter), parameters.formula(parameter)))
                .toList();
        Set<String> present = new HashSet<>();
        graph.nodes().forEach(node -> present.add(node.layer()));
        Map<String, String> layers = new LinkedHashMap<>(graph.layers());
        layers.keySet().removeIf(layer -> absorbed.containsKey(layer) && !present.contains(layer));
        Graph folded = new Graph(graph.inputs(), graph.nodes(), graph.outputs(), layers)
                .withParameters(parameter -> named.getOrDefault(parameter, parameter));
        return new Folding(SwitchBatchNorm.apply(folded, any -> true, Normalization::frozen), folds, absorbed);
    }
}
