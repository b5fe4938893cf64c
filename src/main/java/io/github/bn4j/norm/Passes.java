package io.github.bn4j.norm;

import static io.github.bn4j.internal.Checks.checkPresent;

import io.github.bn4j.data.Dataset;
import io.github.bn4j.data.Rows;
import io.github.bn4j.engine.Engine;
import io.github.bn4j.engine.Finiteness;
import io.github.bn4j.engine.InferenceProgram;
import io.github.bn4j.engine.Requirements;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Parameters;
import io.github.bn4j.graph.Value;
import io.github.bn4j.internal.Tensors;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Passes over data in prediction mode, batch by batch, so that memory does not grow with the data. */
final class Passes {

    private Passes() {}

    /**
     * Hands the outputs of {@code graph} for each batch to {@code sink}.
     *
     * @param who who needs the data, for messages
     */
    static void run(
            String who,
            Engine engine,
            Graph graph,
            Parameters parameters,
            Dataset data,
            int batchSize,
            Consumer<List<INDArray>> sink) {
        Map<String, INDArray> all = inputs(who, graph, data);
        all.forEach((name, array) -> Finiteness.requireInput(name, array, parameters.type()));
        Map<Integer, InferenceProgram> programs = new LinkedHashMap<>();
        try {
            for (int[] rows : data.batches(batchSize)) {
                programs.computeIfAbsent(rows.length, size -> engine.inference(graph, parameters, size));
                INDArray[] batch = batch(all, rows, parameters).toArray(INDArray[]::new);
                InferenceProgram program = programs.get(rows.length);
                if (program != null) {
                    sink.accept(program.run(batch));
                }
            }
        } finally {
            programs.values().forEach(InferenceProgram::close);
        }
    }

    /** The arrays of {@code data} for the inputs of {@code graph}, in their order. */
    static Map<String, INDArray> inputs(String who, Graph graph, Dataset data) {
        boolean single = graph.inputs().size() == 1 && data.inputs().size() == 1;
        Map<String, INDArray> arrays = new LinkedHashMap<>();
        for (Map.Entry<String, Value> input : graph.inputs().entrySet()) {
            INDArray array = checkPresent(
                    single ? data.features() : data.inputs().get(input.getKey()),
                    "%s expects data for inputs %s but got %s; name the arrays of the data after the inputs",
                    who,
                    graph.inputs().keySet(),
                    data.inputs().keySet());
            Requirements.requireExamples(input.getKey(), input.getValue().shape(), array);
            arrays.put(input.getKey(), array);
        }
        return arrays;
    }

    /** Copies of some rows of each array, in the type of the parameters. */
    static List<INDArray> batch(Map<String, INDArray> arrays, int[] rows, Parameters parameters) {
        List<INDArray> batch = new ArrayList<>();
        arrays.values().forEach(array -> {
            long[] shape = array.shape().clone();
            shape[0] = rows.length;
            INDArray copy = Tensors.zeros(array.dataType(), shape);
            Rows.copy(array, rows, copy);
            batch.add(Tensors.dense(copy, parameters.type()));
        });
        return batch;
    }
}
