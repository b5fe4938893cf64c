package io.github.bn4j.engine;

import static io.github.bn4j.internal.Checks.checkArgument;
import static io.github.bn4j.internal.Checks.checkGiven;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Node;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.ShapeException;
import io.github.bn4j.graph.Value;
import io.github.bn4j.internal.MemoryLimit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What every engine refuses, in the same words. */
public final class ProgramRequirements {

    private ProgramRequirements() {}

    /**
     * Refuses an empty batch.
     *
     * @throws IllegalArgumentException if {@code batch} is below 1
     */
    public static void requireBatch(int batch) {
        checkArgument(batch >= 1, "program expects a batch of at least 1 example but got %s", batch);
    }

    /**
     * Refuses arrays that are not what the graph takes.
     *
     * @throws IllegalArgumentException if there are too few or too many
     * @throws ShapeException if one has another shape than {@code [batch, shape]}
     */
    public static void requireInputs(Graph graph, int batch, INDArray... inputs) {
        long[][] shapes = new long[inputs.length][];
        Arrays.setAll(shapes, i -> inputs[i].shape());
        requireShapes(graph, batch, shapes);
    }

    /**
     * Refuses shapes that are not what the graph takes.
     *
     * @param shapes one for each input
     * @throws IllegalArgumentException if there are too few or too many
     * @throws ShapeException if one is another than {@code [batch, shape]}
     */
    public static void requireShapes(Graph graph, int batch, long[]... shapes) {
        checkArgument(
                shapes.length == graph.inputs().size(),
                "network expects %s inputs %s but got %s",
                graph.inputs().size(),
                graph.inputs().keySet(),
                shapes.length);
        int index = 0;
        for (Map.Entry<String, Value> input : graph.inputs().entrySet()) {
            long[] actual = shapes[index++];
            long[] expected = input.getValue().shape().batched(batch);
            if (!Arrays.equals(actual, expected)) {
                throw ShapeException.expected(Arrays.toString(expected), Arrays.toString(actual))
                        .by("input \"" + input.getKey() + "\"");
            }
        }
    }

    /**
     * Refuses an array that does not hold examples for an input of a network.
     *
     * @param input its name, for the message
     * @param shape shape of one example
     * @param array {@code [examples, shape]}. Not modified.
     * @throws IllegalArgumentException if it is null or empty
     * @throws ShapeException if its examples have another shape; the message says what to do about the usual mistakes
     */
    @CanIgnoreReturnValue
    public static INDArray requireExamples(String input, Shape shape, @Nullable INDArray array) {
        // Words cost more than small predictions, so they are put together only where they are said.
        INDArray given = array != null
                ? array
                : checkGiven(array, "input \"" + input + "\"", "an array of examples of shape " + shape);
        checkArgument(!given.isEmpty(), "input \"%s\" expects at least one example but got an empty array", input);
        long[] actual = given.shape();
        if (actual.length == 0 || !Arrays.equals(shape.batched(actual[0]), actual)) {
            String expected = "examples of shape " + shape + " along a first axis";
            throw ShapeException.expected(expected, Arrays.toString(actual), advice(shape, actual))
                    .by("input \"" + input + "\"");
        }
        return given;
    }

    private static String advice(Shape shape, long... actual) {
        long size = LongStream.of(actual).reduce(1, (product, length) -> product * length);
        boolean single = Arrays.equals(shape.dims(), actual);
        boolean flat = actual.length == 2 && actual[1] == shape.size();
        if (single || flat) {
            String sizes = Arrays.toString(shape.batched(size / shape.size()));
            return "reshape(" + sizes.substring(1, sizes.length() - 1) + ") it";
        }
        long[] channelsLast = LongStream.concat(
                        LongStream.of(withoutFirst(shape.dims())),
                        LongStream.of(shape.dims()).limit(1))
                .toArray();
        if ((shape.rank() == 2 || shape.rank() == 3) && Arrays.equals(channelsLast, withoutFirst(actual))) {
            return shape.rank() == 2 ? "permute(0, 2, 1) it" : "permute(0, 3, 1, 2) it";
        }
        return "give it data of that shape or build it for theirs";
    }

    private static long[] withoutFirst(long... dims) {
        return Arrays.copyOfRange(dims, Math.min(1, dims.length), dims.length);
    }

    /**
     * Refuses a graph that cannot be trained on a batch that is cut into such shards.
     *
     * @throws ShapeException if the first output is not one number per example, or a layer refuses the batch
     * @throws IllegalArgumentException if ghost batches are cut
     */
    public static void requireTrainable(Graph graph, Shard shard) {
        int batch = shard.batch();
        boolean cuts = shard.all().size() > 1;
        for (Node node : graph.nodes()) {
            checkArgument(
                    !cuts
                            || node.op()
                                    .normalization()
                                    .filter(norm -> norm.statistics().block(batch) < batch)
                                    .isEmpty(),
                    "layer \"%s\" expects to see its ghost batches whole but got parts of a batch; use Statistics.batch(),"
                            + " or train on whole batches",
                    node.layer());
        }
        shard.groupSizes().stream().distinct().forEach(size -> requireTrainable(graph, size));
    }

    private static void requireTrainable(Graph graph, int batch) {
        Map.Entry<String, Value> loss = graph.outputs().entrySet().iterator().next();
        Shape shape = loss.getValue().shape();
        if (shape.rank() != 0) {
            throw ShapeException.expected("one number per example", shape, "end the loss with a mean or sum")
                    .by("loss \"" + loss.getKey() + "\"");
        }
        for (Node node : graph.nodes()) {
            try {
                node.op().checkTraining(node.inputShapes(), batch);
            } catch (ShapeException e) {
                String description =
                        graph.layers().getOrDefault(node.layer(), node.op().label());
                throw e.by("layer \"" + node.layer() + "\" " + description);
            }
        }
    }

    /**
     * Refuses a program whose values need more memory than there may be, before any is taken.
     *
     * @param copies of each value at the same time; 0 where memory is reused, so that only the largest counts
     * @throws IllegalArgumentException if that is more than {@link MemoryLimit} says
     */
    public static void requireMemory(Graph graph, int batch, DataType type, int copies) {
        Value largest = graph.outputs().values().iterator().next();
        double elements = 0;
        List<Value> values = new ArrayList<>(graph.inputs().values());
        graph.nodes().forEach(node -> values.add(node.output()));
        for (Value value : values) {
            elements += value.shape().size();
            largest = value.shape().size() > largest.shape().size() ? value : largest;
        }
        double needed = copies == 0 ? largest.shape().size() : copies * elements;
        requireMemory(batch, needed * batch * type.width(), largest);
    }

    /** Refuses a program that needs more than there may be, of {@code bytes} that are known. */
    public static void requireMemory(int batch, double bytes, Value largest) {
        MemoryLimit.require(
                "program for batches of " + batch,
                bytes,
                "\"" + largest.name() + "\" " + largest.shape(),
                "use smaller batches");
    }
}
