package io.github.bn4j.norm;

import io.github.bn4j.data.Dataset;
import io.github.bn4j.data.ExampleSource;
import io.github.bn4j.data.TailBatch;
import io.github.bn4j.data.internal.FeatureBatches;
import io.github.bn4j.engine.Binding;
import io.github.bn4j.engine.Finiteness;
import io.github.bn4j.engine.Model;
import io.github.bn4j.graph.Node;
import io.github.bn4j.internal.ExampleRows;
import io.github.bn4j.internal.Moments;
import io.github.bn4j.internal.Outlier;
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
import java.util.function.BiConsumer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Data of this process, in memory or read on demand, measured in batches.
 *
 * @param who who measures, for messages
 * @param data the examples
 * @param batchSize how many are measured at a time
 */
record DataHere(String who, Dataset data, int batchSize) implements ReportedData {

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

    @Override
    public List<List<Outlier>> outliers(Model model, List<String> runningMeans) {
        try (NormMeasurement measurement =
                NormMeasurement.of(who, model, runningMeans).watchingValues()) {
            measured(model, measurement);
            return measurement.outliers();
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
        if (data.source().isEmpty()) {
            DataType type = model.parameters().type();
            bound(model).forEach((name, array) -> Finiteness.requireInput(name, array, type));
        }
        each(model, data.batches(batchSize), (rows, inputs) -> measurement.add(inputs));
        return measurement.moments();
    }

    private Map<String, INDArray> bound(Model model) {
        return Binding.ofData(who, model.graph().inputs(), data.inputs());
    }

    /** Hands out the inputs of each batch, which are not to be kept. */
    private void each(Model model, List<int[]> batches, BiConsumer<int[], Map<String, INDArray>> taker) {
        ExampleSource source = data.source().orElse(null);
        if (source == null) {
            Map<String, INDArray> all = bound(model);
            batches.forEach(rows -> taker.accept(rows, batch(all, rows)));
            return;
        }
        try (FeatureBatches features = new FeatureBatches(source, data.readers(), batches)) {
            for (int[] rows : batches) {
                Map<String, INDArray> only = Map.of(FeatureBatches.NAME, features.next());
                taker.accept(rows, Binding.ofData(who, model.graph().inputs(), only));
            }
        }
    }

    @Override
    public int examplesPerBatch(int batch) {
        return Math.min(batch, data.size());
    }

    @Override
    public ModeSums modes(Model model, int batch) {
        boolean labelled = data.targets().size() == 1 && data.labels().rank() == 1;
        double[] labels = labelled ? data.labels().dup('c').data().asDouble() : null;
        try (ModeMeasurement measurement = new ModeMeasurement(who, model, examplesPerBatch(batch))) {
            each(
                    model,
                    data.batches(batch, TailBatch.DROP, 1),
                    (rows, inputs) -> measurement.add(
                            inputs,
                            labels == null
                                    ? null
                                    : Arrays.stream(rows)
                                            .mapToDouble(row -> labels[row])
                                            .toArray()));
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
