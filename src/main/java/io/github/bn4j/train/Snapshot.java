package io.github.bn4j.train;

import io.github.bn4j.graph.Parameters;
import io.github.bn4j.internal.Tensors;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What parameters and their state were at some time. */
record Snapshot(INDArray trainable, INDArray state) {

    private static final String TRAINABLE = "trainable";
    private static final String STATE = "state";

    static Snapshot of(Parameters parameters) {
        return new Snapshot(Tensors.copy(parameters.trainable()), Tensors.copy(parameters.state()));
    }

    /** A copy of what {@link #addTo} left; null if there is nothing. */
    static @Nullable Snapshot in(Map<String, INDArray> arrays, String name) {
        INDArray trainable = arrays.get(name + " " + TRAINABLE);
        INDArray state = arrays.get(name + " " + STATE);
        return trainable == null || state == null ? null : new Snapshot(Tensors.copy(trainable), Tensors.copy(state));
    }

    void addTo(Map<String, INDArray> arrays, String name) {
        arrays.put(name + " " + TRAINABLE, trainable);
        arrays.put(name + " " + STATE, state);
    }

    void writeTo(Parameters parameters) {
        parameters.step(() -> {
            parameters.trainable().assign(trainable);
            parameters.state().assign(state);
        });
    }
}
