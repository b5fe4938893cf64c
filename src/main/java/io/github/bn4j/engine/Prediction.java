package io.github.bn4j.engine;

import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Parameters;
import io.github.bn4j.graph.ShapeException;
import io.github.bn4j.internal.Tensors;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Predictions for any number of examples, in chunks, so that memory does not grow with the data. Keeps the programs of the
 * chunk sizes that were used last. May be used by several threads.
 */
public final class Prediction implements AutoCloseable {

    private static final int CHUNK = 256;

    private final Graph graph;
    private final Parameters parameters;
    private final ProgramCache programs;
    private final int chunk;

    /** Predictions of a model; nothing is compiled yet. */
    public Prediction(Model model) {
        this(model, CHUNK);
    }

    /**
     * Predictions of a model whose outputs take much memory.
     *
     * @param chunk how many examples are computed at once, at least 1
     */
    public Prediction(Model model, int chunk) {
        ProgramRequirements.requireBatch(chunk);
        this.chunk = chunk;
        graph = model.graph();
        parameters = model.parameters();
        programs = new ProgramCache(model::inference, new ParameterChanges(graph, parameters));
    }

    /**
     * The outputs for {@code inputs}.
     *
     * @param inputs an array for each graph input, by name, {@code [rows, shape]}. Not modified.
     * @return an array for each graph output, by name, which the caller owns
     * @throws IllegalArgumentException if an input is missing or unknown, or has NaN or infinity in it, or the numbers of rows
     *     differ
     * @throws IllegalStateException if there is NaN or infinity among the parameters
     * @throws ShapeException if an input has another shape than the network was built for
     */
    public Map<String, INDArray> run(Map<String, INDArray> inputs) {
        List<INDArray> ordered =
                List.copyOf(Binding.of("network", graph.inputs(), inputs).values());
        int rows = (int) ordered.get(0).size(0);
        List<INDArray> results = rows <= chunk ? run(rows, ordered.toArray(INDArray[]::new)) : inChunks(ordered, rows);
        Map<String, INDArray> named = new LinkedHashMap<>();
        graph.outputs().keySet().forEach(name -> named.put(name, results.get(named.size())));
        return named;
    }

    private List<INDArray> run(int rows, INDArray... inputs) {
        return programs.run(rows, program -> program.run(inputs));
    }

    /**
     * The outputs of a network in float32 for examples of its only input that lie in an array of Java. Arrays of ND4J, which for a
     * single example take longer than a small network, are made where there are many examples only.
     *
     * @param examples their numbers in row-major order. Not modified.
     * @param shape {@code [rows, shape]}
     * @return the numbers of each output, {@code [rows, shape]} in row-major order, which the caller owns
     * @throws IllegalArgumentException if a number is NaN or infinite
     * @throws IllegalStateException if there is NaN or infinity among the parameters
     */
    public List<float[]> run(float[] examples, long... shape) {
        int rows = (int) shape[0];
        return rows <= chunk
                ? programs.run(rows, program -> program.run(examples, shape))
                : inChunks(List.of(Tensors.of(examples, shape)), rows).stream()
                        .map(output -> output.data().asFloat())
                        .toList();
    }

    /** What is computed. */
    public Graph graph() {
        return graph;
    }

    /** What the network computes in. */
    public DataType type() {
        return parameters.type();
    }

    private List<INDArray> inChunks(List<INDArray> inputs, int rows) {
        // Engines look at each chunk as well, but number its rows from 0.
        Finiteness.requireInputs(graph, parameters.type(), inputs.toArray(INDArray[]::new));
        List<INDArray> results = graph.outputs().values().stream()
                .map(value -> Tensors.zeros(parameters.type(), value.shape().batched(rows)))
                .toList();
        for (int from = 0; from < rows; from += chunk) {
            int start = from;
            int end = Math.min(rows, from + chunk);
            INDArray[] part =
                    inputs.stream().map(array -> rows(array, start, end)).toArray(INDArray[]::new);
            List<INDArray> outputs = run(end - start, part);
            for (int i = 0; i < outputs.size(); i++) {
                rows(results.get(i), start, end).assign(outputs.get(i));
            }
        }
        return results;
    }

    @Override
    public void close() {
        programs.close();
    }

    private static INDArray rows(INDArray array, int from, int to) {
        long[] shape = array.shape().clone();
        shape[0] = (long) to - from;
        return array.get(NDArrayIndex.interval(from, to)).reshape('c', shape);
    }
}
