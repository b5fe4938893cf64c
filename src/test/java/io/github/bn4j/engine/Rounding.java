package io.github.bn4j.engine;

import io.github.bn4j.graph.Call;
import io.github.bn4j.graph.Gradients;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Node;
import io.github.bn4j.graph.Op;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.Value;
import io.github.bn4j.internal.Floats;
import io.github.bn4j.internal.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Random errors, forward and backward: of each element by itself, and common to a channel, as norms make them that subtract a mean
 * and a slope along the value; zeros stay. Behind every node of a graph in float64 they show what numbers of some accuracy cost its results (Parker
 * 1997, Monte Carlo Arithmetic, section 3): next to nothing where the network is well conditioned, much where something cancels.
 *
 * @param accuracy how large they are
 * @param seed of the errors
 */
record Rounding(Accuracy accuracy, long seed) implements Op {

    /** The same graph with a rounding behind each node. Its nodes have the random masks that they have without. */
    static Graph everywhere(Graph graph, Accuracy accuracy, long seed) {
        int fresh = Kinks.firstFreeId(graph);
        Map<Integer, Value> rounded = new HashMap<>();
        List<Node> nodes = new ArrayList<>();
        for (Node node : graph.nodes()) {
            List<Value> inputs = node.inputs().stream()
                    .map(value -> rounded.getOrDefault(value.id(), value))
                    .toList();
            nodes.add(new Node(node.op(), node.layer(), inputs, node.parameters(), node.output()));
            Value changed =
                    new Value(fresh++, node.output().name(), node.output().shape());
            nodes.add(new Node(new Rounding(accuracy, seed), node.layer(), List.of(node.output()), List.of(), changed));
            rounded.put(node.output().id(), changed);
        }
        Map<String, Value> outputs = new LinkedHashMap<>();
        graph.outputs().forEach((name, value) -> outputs.put(name, rounded.getOrDefault(value.id(), value)));
        return new Graph(graph.inputs(), nodes, outputs, graph.layers());
    }

    @Override
    public Shape outputShape(List<Shape> inputs, List<Shape> parameters) {
        return inputs.get(0);
    }

    @Override
    public INDArray forward(Call call) {
        return changed(call.input(0), call.input(0), new SplittableRandom(call.randomKey() + seed));
    }

    @Override
    public Gradients backward(Call call, INDArray dy) {
        return Gradients.of(changed(dy, call.input(0), new SplittableRandom(~call.randomKey() - seed)));
    }

    private INDArray changed(INDArray numbers, INDArray along, SplittableRandom random) {
        double[] values = Floats.values(numbers);
        double[] slopes = Floats.values(along);
        double largest = largest(values);
        double steepest = Math.max(largest(slopes), Double.MIN_NORMAL);
        int channels = numbers.rank() == 1 ? 1 : (int) numbers.size(1);
        int positions = values.length / (int) numbers.size(0) / channels;
        double lost = common(values.length / channels);
        double[] common = random.doubles(2L * channels, -lost, lost).toArray();
        for (int i = 0; i < values.length; i++) {
            int channel = i / positions % channels;
            double error = accuracy.own * (2 * random.nextDouble() - 1)
                    + common[channel]
                    + common[channels + channel] * slopes[i] / steepest;
            values[i] += values[i] == 0 ? 0 : error * largest;
        }
        return Tensors.of(numbers.dataType(), values, numbers.shape());
    }

    /* What a mean loses: a sum of n numbers, one after the other, some √n roundings of what it is meanwhile, a tenth of n times the
     * largest of them, say; but a few roundings in any case. */
    private double common(int count) {
        return accuracy.rounding * Math.max(4, 0.1 * Math.sqrt(count));
    }

    private static double largest(double[] values) {
        return Arrays.stream(values).map(Math::abs).max().orElse(0);
    }
}
