package io.github.bn4j.norm;

import io.github.bn4j.data.Dataset;
import io.github.bn4j.data.TailBatch;
import io.github.bn4j.engine.Binding;
import io.github.bn4j.engine.Finiteness;
import io.github.bn4j.engine.Model;
import io.github.bn4j.graph.Node;
import io.github.bn4j.internal.ExampleRows;
import io.github.bn4j.internal.Moments;
import io.github.bn4j.internal.Tensors;
import io.github.bn4j.norm.internal.ModeMeasurement;
import io.github.bn4j.norm.internal.ModeSums;
import io.github.bn4j.norm.internal.NormMeasurement;
import io.github.bn4j.norm.internal.ReportedData;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Data of this JVM, measured in batches.
 *
 * @param who who measures, for messages
 * @param data the examples
 * @param batchSize how many are measured at a time
 */
record DataInMemory(String who, Dataset data, int batchSize) implements ReportedData {

    @Override
    public long examples() {
        return data.size();
    }

    @Override
    public List<Moments> measure(Model model, List<String> runningMeans) {
        try (NormMeasurement measurement = NormMeasurement.of(who, model, runningMeans)) {
            return measured(model, measurement);
        }
    }

    /**
     * What all examples give at batch normalisations.
     *
     * @param norms calls of them; those in one list are measured together
     */
    List<Moments> measure(Model model, Collection<List<Node>> norms) {
        try (NormMeasurement measurement = new NormMeasurement(who, model, norms)) {
            return measured(model, measurement);
        }
    }

    private List<Moments> measured(Model model, NormMeasurement measurement) {
        Map<String, INDArray> all = Binding.ofData(who, model.graph().inputs(), data.inputs());
        DataType type = model.parameters().type();
        all.forEach((name, array) -> Finiteness.requireInput(name, array, type));
        for (int[] rows : data.batches(batchSize)) {
            measurement.add(batch(all, rows));
        }
        return measurement.moments();
    }

    @Override
    public int examplesPerBatch(int batch) {
        return Math.min(batch, data.size());
    }

    @Override
    public ModeSums modes(Model model, int batch) {
        Map<String, INDArray> all = Binding.ofData(who, model.graph().inputs(), data.inputs());
        boolean labelled = data.targets().size() == 1 && data.labels().rank() == 1;
        double[] labels = labelled ? data.labels().dup('c').data().asDouble() : null;
        try (ModeMeasurement measurement = new ModeMeasurement(who, model, examplesPerBatch(batch))) {
            for (int[] rows : data.batches(batch, TailBatch.DROP, 1)) {
                measurement.add(
                        batch(all, rows),
                        labels == null
                                ? null
                                : Arrays.stream(rows)
                                        .mapToDouble(row -> labels[row])
                                        .toArray());
            }
            return measurement.sums();
        }
    }

    /** Copies of some rows of each array. */
    private static Map<String, INDArray> batch(Map<String, INDArray> arrays, int... rows) {
        Map<String, INDArray> batch = new LinkedHashMap<>();
        arrays.forEach((name, array) -> {
            long[] shape = array.shape().clone();
            shape[0] = rows.length;
            INDArray copy = Tensors.zeros(array.dataType(), shape);
            ExampleRows.copy(array, rows, copy);
            batch.put(name, copy);
        });
        return batch;
    }
}
