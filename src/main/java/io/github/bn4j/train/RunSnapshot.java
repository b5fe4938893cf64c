package io.github.bn4j.train;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A run between two steps: all of it but the parameters of the network.
 *
 * @param terms what it follows from
 * @param limits what it ends at
 * @param position how far it has come
 * @param underWay the epoch that is under way; null between epochs
 * @param stopped why it ended before its last epoch; null if it did not
 * @param epochs the finished ones
 * @param optimizer what the optimiser remembers, by name
 * @param listeners what each listener remembers, by its name
 */
record RunSnapshot(
        RunTerms terms,
        RunLimits limits,
        RunPosition position,
        @Nullable EpochSoFar underWay,
        @Nullable String stopped,
        List<Epoch> epochs,
        Map<String, INDArray> optimizer,
        Map<String, Map<String, INDArray>> listeners) {

    /** With what more listeners remember, by their names. */
    RunSnapshot with(Map<String, Map<String, INDArray>> more) {
        Map<String, Map<String, INDArray>> all = new LinkedHashMap<>(listeners);
        all.putAll(more);
        return new RunSnapshot(terms, limits, position, underWay, stopped, epochs, optimizer, all);
    }
}
