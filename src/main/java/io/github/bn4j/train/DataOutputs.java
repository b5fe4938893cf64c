package io.github.bn4j.train;

import io.github.bn4j.data.Dataset;
import io.github.bn4j.data.ExampleSource;
import io.github.bn4j.data.internal.FeatureBatches;
import io.github.bn4j.internal.ExampleRows;
import io.github.bn4j.internal.Tensors;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** What a network yields for all examples of data, be they in memory or read on demand: then outputs are in memory, and no features. */
final class DataOutputs {

    // As predictions of arrays are cut, for the same programs and bits.
    private static final int EXAMPLES_AT_ONCE = 256;

    private DataOutputs() {}

    /**
     * All outputs by name.
     *
     * @param predict from the inputs of some examples to their outputs, which it does not keep
     */
    static Map<String, INDArray> of(Dataset data, UnaryOperator<Map<String, INDArray>> predict) {
        return of(data, Map.of(), (inputs, none) -> predict.apply(inputs));
    }

    /**
     * All outputs by name.
     *
     * @param besides other arrays of all examples
     * @param predict from the inputs of some examples, and those of the other arrays, to their outputs
     */
    static Map<String, INDArray> of(
            Dataset data, Map<String, INDArray> besides, BinaryOperator<Map<String, INDArray>> predict) {
        Optional<ExampleSource> source = data.source();
        if (source.isEmpty()) {
            return predict.apply(data.inputs(), besides);
        }
        Map<String, INDArray> outputs = new LinkedHashMap<>();
        List<int[]> all = data.batches(EXAMPLES_AT_ONCE);
        try (FeatureBatches batches = new FeatureBatches(source.get(), data.readers(), all)) {
            for (int[] rows : all) {
                Map<String, INDArray> some = new LinkedHashMap<>();
                besides.forEach((name, array) -> some.put(name, rows(array, rows)));
                predict.apply(Map.of(FeatureBatches.NAME, batches.next()), some)
                        .forEach((name, part) -> write(part, rows[0], outputs, name, data.size()));
            }
        }
        return outputs;
    }

    private static INDArray rows(INDArray array, int... rows) {
        INDArray dense = Tensors.dense(array, array.dataType());
        INDArray some = Tensors.zeros(array.dataType(), shape(array, rows.length));
        ExampleRows.copy(dense, rows, some);
        return some;
    }

    private static long[] shape(INDArray like, long rows) {
        long[] shape = like.shape().clone();
        shape[0] = rows;
        return shape;
    }

    private static void write(INDArray part, int from, Map<String, INDArray> outputs, String name, int size) {
        INDArray all = outputs.computeIfAbsent(name, any -> Tensors.zeros(part.dataType(), shape(part, size)));
        all.get(NDArrayIndex.interval(from, from + part.size(0)))
                .reshape('c', part.shape())
                .assign(part);
    }
}
