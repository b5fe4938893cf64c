package io.github.bn4j.inside.internal;

import io.github.bn4j.engine.Model;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Node;
import io.github.bn4j.graph.Tracer;
import io.github.bn4j.graph.Value;
import io.github.bn4j.internal.Tensors;
import io.github.bn4j.op.LogSoftmax;
import io.github.bn4j.op.Multiplication;
import io.github.bn4j.op.Reduction;
import io.github.bn4j.op.Reshaping;
import io.github.bn4j.op.Softmax;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Gradients in prediction mode of one score of each example by values of a network, chunk by chunk, so that memory does not grow with
 * the data. Changes nothing.
 */
public final class ScoreGradients implements AutoCloseable {

    private static final String SCORE = "score";
    private static final String CHOICE = "choice of a score";
    private static final String VALUE = "value ";

    private final Model model;
    private final Value scores;
    private final List<Value> values;
    private final List<Value> computed;
    private final Map<Integer, ValueGradients> programs = new HashMap<>();
    private final int chunk;

    /**
     * Gradients of a network with one input.
     *
     * @param scores what {@link #scores} gave
     * @param values to have gradients by
     */
    public ScoreGradients(Model model, Value scores, List<Value> values) {
        Map<String, Value> wanted = new LinkedHashMap<>();
        wanted.put(SCORE, scores);
        Graph graph = model.graph().withOutputs(wanted);
        this.model = model.running(PredictionMode.withoutGradients(graph));
        this.scores = scores;
        this.values = List.copyOf(values);
        computed =
                values.stream().filter(value -> graph.producer(value) != null).toList();
        chunk = ChunkSize.ofAllValues(graph);
    }

    /**
     * What the scores of an output are: what comes to a softmax at its end, which are logits, or else the output itself.
     *
     * @param output of the graph
     */
    public static Value scores(Graph graph, Value output) {
        Node producer = graph.producer(output);
        if (producer == null) {
            return output;
        }
        Value input = producer.inputs().get(0);
        if (producer.op() instanceof Softmax || producer.op() instanceof LogSoftmax) {
            return input;
        }
        if (producer.op() instanceof Reshaping) {
            Value before = scores(graph, input);
            return before.equals(input) ? output : before;
        }
        return output;
    }

    /**
     * What one chunk gave.
     *
     * @param values those asked for that are no inputs, in their order, {@code [rows, shape]}
     * @param gradients of the score of each example by all that were asked for, in their order and shaped like them
     */
    public record Chunk(List<INDArray> values, List<INDArray> gradients) {}

    /** Takes up the results of a chunk. */
    @FunctionalInterface
    public interface Taker {

        /** Is told of the rows from one on, as many as the arrays have. */
        void take(int from, Chunk chunk);
    }

    /**
     * Gradients for any number of examples.
     *
     * @param x {@code [rows, shape]}. Not modified.
     * @param classes which score of each
     */
    public void run(INDArray x, int[] classes, Taker taker) {
        int rows = classes.length;
        for (int from = 0; from < rows; from += chunk) {
            int to = Math.min(rows, from + chunk);
            taker.take(
                    from,
                    chunk(
                            ExampleRange.of(x, from, to),
                            IntStream.range(from, to).map(row -> classes[row]).toArray()));
        }
    }

    private Chunk chunk(INDArray x, int[] classes) {
        int rows = classes.length;
        ValueGradients program =
                programs.computeIfAbsent(rows, size -> new ValueGradients(model, size, values, this::scored));
        program.run(x, choice(classes));
        Map<String, INDArray> outputs = program.outputs();
        return new Chunk(
                List.copyOf(outputs.values()),
                values.stream().map(value -> program.by(value).muli(rows)).toList());
    }

    /* One for the score that counts, in the shape of the scores. */
    private INDArray choice(int[] classes) {
        int width = Math.toIntExact(scores.shape().size());
        double[] choice = new double[classes.length * width];
        for (int row = 0; row < classes.length; row++) {
            choice[row * width + classes[row]] = 1;
        }
        return Tensors.of(DataType.DOUBLE, choice, scores.shape().batched(classes.length));
    }

    private Graph scored(Graph perturbed) {
        Tracer tracer = new Tracer(perturbed);
        Value own = perturbed.outputs().values().iterator().next();
        Value choice = tracer.input(CHOICE, own.shape());
        Value score = tracer.scope().apply(new Multiplication(), own, choice);
        if (own.shape().rank() > 0) {
            Integer[] axes = IntStream.range(0, own.shape().rank()).boxed().toArray(Integer[]::new);
            score = tracer.scope().apply(Reduction.of(Reduction.Kind.SUM, axes), score);
        }
        Map<String, Value> wanted = new LinkedHashMap<>();
        wanted.put(SCORE, score);
        computed.forEach(value -> wanted.put(VALUE + value.id(), value));
        return tracer.graph().withOutputs(wanted);
    }

    @Override
    public void close() {
        programs.values().forEach(ValueGradients::close);
        programs.clear();
    }
}
