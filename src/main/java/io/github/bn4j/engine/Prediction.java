package io.github.bn4j.engine;

import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Parameters;
import io.github.bn4j.graph.ShapeException;
import io.github.bn4j.graph.Value;
import io.github.bn4j.internal.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Predictions for any number of examples, in chunks, so that memory does not grow with the data. */
public final class Prediction {

    private static final int CHUNK = 256;

    private Prediction() {}

    /**
     * The outputs of a graph for {@code inputs}.
     *
     * @param inputs an array for each graph input, by name, {@code [rows, shape]}. Not modified.
     * @return an array for each graph output, by name, which the caller owns
     * @throws IllegalArgumentException if an input is missing or unknown, or the numbers of rows differ
     * @throws ShapeException if an input has another shape than the network was built for
     */
    public static Map<String, INDArray> run(
            Engine engine, Graph graph, Parameters parameters, Map<String, INDArray> inputs) {
        List<INDArray> ordered = new ArrayList<>();
        if (!inputs.keySet().equals(graph.inputs().keySet())) {
            throw new IllegalArgumentException(
                    "network expects inputs " + graph.inputs().keySet() + " but got " + inputs.keySet());
        }
        graph.inputs().forEach((name, value) -> ordered.add(require(name, value, inputs)));
        int rows = (int) ordered.get(0).size(0);
        for (INDArray array : ordered) {
            if (array.size(0) != rows) {
                throw new IllegalArgumentException("network expects the same number of rows in all inputs but got "
                        + ordered.stream().map(a -> a.size(0)).toList());
            }
        }
        Map<String, INDArray> results = new LinkedHashMap<>();
        graph.outputs()
                .forEach((name, value) -> results.put(
                        name, Tensors.zeros(parameters.type(), value.shape().batched(rows))));
        for (int from = 0; from < rows; from += CHUNK) {
            int to = Math.min(rows, from + CHUNK);
            run(engine, graph, parameters, ordered, List.copyOf(results.values()), from, to);
        }
        return results;
    }

    private static void run(
            Engine engine,
            Graph graph,
            Parameters parameters,
            List<INDArray> inputs,
            List<INDArray> results,
            int from,
            int to) {
        INDArray[] chunk = inputs.stream().map(array -> rows(array, from, to)).toArray(INDArray[]::new);
        try (InferenceProgram program = engine.inference(graph, parameters, to - from)) {
            List<INDArray> outputs = program.run(chunk);
            for (int i = 0; i < outputs.size(); i++) {
                rows(results.get(i), from, to).assign(outputs.get(i));
            }
        }
    }

    private static INDArray rows(INDArray array, int from, int to) {
        long[] shape = array.shape().clone();
        shape[0] = (long) to - from;
        return array.get(NDArrayIndex.interval(from, to)).reshape('c', shape);
    }

    private static INDArray require(String name, Value value, Map<String, INDArray> inputs) {
        INDArray array = inputs.get(name);
        if (array == null || array.isEmpty()) {
            throw new IllegalArgumentException(
                    "network expects at least one row in input \"" + name + "\" but got an empty array");
        }
        long[] expected = value.shape().batched(array.rank() == 0 ? 1 : array.size(0));
        if (!Arrays.equals(expected, array.shape())) {
            throw ShapeException.expected(
                            "examples of shape " + value.shape() + " along a first axis",
                            Arrays.toString(array.shape()))
                    .by("input \"" + name + "\"");
        }
        return array;
    }
}
