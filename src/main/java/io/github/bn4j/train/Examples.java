package io.github.bn4j.train;

import io.github.bn4j.data.Dataset;
import io.github.bn4j.engine.Finiteness;
import io.github.bn4j.internal.ExampleRows;
import io.github.bn4j.internal.Tensors;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Examples as a step takes them.
 *
 * @param arrays for each input of the graph of an {@link Objective} but the factors of weighted losses, in their order; a single
 *     example where the data have them read on demand
 * @param countings what examples count, for each of these losses
 */
record Examples(List<INDArray> arrays, List<Counting> countings) {

    /**
     * The examples of a data set whose targets the losses have not refused.
     *
     * @param type of the network's numbers
     * @throws IllegalArgumentException if they do not fit
     */
    static Examples of(Objective objective, Dataset data, DataRole role, DataType type) {
        Map<String, INDArray> given = objective.arrays(data, role);
        given.forEach((name, array) -> Finiteness.requireInput(name, array, type));
        List<INDArray> arrays =
                given.values().stream().map(array -> Tensors.dense(array, type)).toList();
        return new Examples(arrays, objective.countings(given, data));
    }

    /**
     * Writes some examples, and what their losses are multiplied by, to arrays.
     *
     * @param into an array for each input of the graph. Modified.
     */
    void copy(BatchRows batch, INDArray[] into) {
        for (int i = 0; i < arrays.size(); i++) {
            ExampleRows.copy(arrays.get(i), batch.rows(), into[i]);
        }
        batch.writeFactors(into);
    }
}
