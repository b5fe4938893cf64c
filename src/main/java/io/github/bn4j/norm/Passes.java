package io.github.bn4j.norm;

import io.github.bn4j.data.Dataset;
import io.github.bn4j.engine.Binding;
import io.github.bn4j.engine.Finiteness;
import io.github.bn4j.engine.InferenceProgram;
import io.github.bn4j.engine.Model;
import io.github.bn4j.internal.ExampleRows;
import io.github.bn4j.internal.Tensors;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Passes over data in prediction mode, batch by batch, so that memory does not grow with the data. */
final class Passes {

    private Passes() {}

    /**
     * Hands the outputs of {@code model} for each batch to {@code sink}.
     *
     * @param who who needs the data, for messages
     */
    static void run(String who, Model model, Dataset data, int batchSize, Consumer<List<INDArray>> sink) {
        DataType type = model.parameters().type();
        Map<String, INDArray> all = Binding.ofData(who, model.graph().inputs(), data.inputs());
        all.forEach((name, array) -> Finiteness.requireInput(name, array, type));
        Map<Integer, InferenceProgram> programs = new LinkedHashMap<>();
        try {
            for (int[] rows : data.batches(batchSize)) {
                InferenceProgram program = programs.computeIfAbsent(rows.length, model::inference);
                sink.accept(program.run(batch(all, rows, type)));
            }
        } finally {
            programs.values().forEach(InferenceProgram::close);
        }
    }

    /** Copies of some rows of each array. */
    static INDArray[] batch(Map<String, INDArray> arrays, int[] rows, DataType type) {
        return arrays.values().stream()
                .map(array -> {
                    long[] shape = array.shape().clone();
                    shape[0] = rows.length;
                    INDArray copy = Tensors.zeros(array.dataType(), shape);
                    ExampleRows.copy(array, rows, copy);
                    return Tensors.dense(copy, type);
                })
                .toArray(INDArray[]::new);
    }
}
