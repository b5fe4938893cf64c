package io.github.bn4j.bench;

import io.github.bn4j.bench.peer.Recipe;
import io.github.bn4j.graph.AddBias;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Node;
import io.github.bn4j.graph.Op;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.Value;
import io.github.bn4j.op.Addition;
import io.github.bn4j.op.AveragePooling;
import io.github.bn4j.op.BatchNormalization;
import io.github.bn4j.op.Convolution;
import io.github.bn4j.op.Elementwise;
import io.github.bn4j.op.GlobalAveragePooling;
import io.github.bn4j.op.Masking;
import io.github.bn4j.op.MatrixMultiply;
import io.github.bn4j.op.MaxPooling;
import io.github.bn4j.op.Reshaping;
import io.github.bn4j.op.function.Clipping;
import io.github.bn4j.op.function.StandardFunction;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/** Says a network of bn4j in the words that all contenders know. */
final class RecipeWriter {

    private static final Op RELU = new Elementwise(StandardFunction.RELU);
    private static final Op RELU6 = new Elementwise(new Clipping(0, 6));

    private final Graph graph;
    private final List<String> lines = new ArrayList<>();
    private final Map<Value, Integer> lineOf = new HashMap<>();

    private RecipeWriter(Graph graph) {
        this.graph = graph;
        graph.inputs().values().forEach(input -> lineOf.put(input, 0));
        for (Node node : graph.nodes()) {
            if (changesNothing(node)) {
                lineOf.put(node.output(), lineOf.get(node.inputs().get(0)));
            } else {
                lines.add(line(node));
                lineOf.put(node.output(), lines.size());
            }
        }
    }

    /** Writes the recipe of a network to its file. */
    static void write(String net) throws IOException {
        Files.write(Recipe.file(net), new RecipeWriter(Nets.of(net).graph()).lines);
    }

    /** Or has been said before, as the bias of a dense layer. */
    private boolean changesNothing(Node node) {
        return node.op() instanceof Masking masking && masking.rate() == 0
                || node.op() instanceof Reshaping && isFlat(node.inputs().get(0).shape())
                || node.op() instanceof AddBias
                        && graph.producer(node.inputs().get(0)).op() instanceof MatrixMultiply;
    }

    private static boolean isFlat(Shape shape) {
        return shape.size() == shape.dim(0);
    }

    private String line(Node node) {
        Shape x = node.inputs().get(0).shape();
        Shape y = node.output().shape();
        Op op = node.op();
        if (op instanceof Convolution convolution) {
            long kernel = node.parameters().get(0).shape().dim(2);
            return said(
                    "conv",
                    node,
                    x.dim(0),
                    y.dim(0),
                    kernel,
                    convolution.rows().stride(),
                    convolution.rows().before(),
                    convolution.groups());
        }
        if (op instanceof MaxPooling pooling) {
            return said(
                    "maxPool",
                    node,
                    pooling.kernelHeight(),
                    pooling.rows().stride(),
                    pooling.rows().before());
        }
        if (op instanceof BatchNormalization) {
            return said("norm", node, x.dim(0), x.rank() == 3 ? 1 : 0);
        }
        if (op instanceof MatrixMultiply) {
            boolean bias = graph.consumers(node.output()).stream().anyMatch(next -> next.op() instanceof AddBias);
            return said("dense", node, x.dim(0), y.dim(0), bias ? 1 : 0);
        }
        if (op instanceof GlobalAveragePooling || op instanceof AveragePooling && isFlat(y)) {
            return said("globalPool", node);
        }
        if (op instanceof Reshaping && y.rank() == 1) {
            return said("flatten", node);
        }
        if (op instanceof Addition) {
            return said("add", node);
        }
        if (op.equals(RELU) || op.equals(RELU6)) {
            return said(op.equals(RELU) ? "relu" : "relu6", node);
        }
        throw new IllegalArgumentException("no word for " + node);
    }

    private String said(String word, Node node, long... numbers) {
        LongStream inputs = node.inputs().stream().mapToLong(lineOf::get);
        return LongStream.concat(inputs, LongStream.of(numbers))
                .mapToObj(number -> " " + number)
                .collect(Collectors.joining("", word, ""));
    }
}
