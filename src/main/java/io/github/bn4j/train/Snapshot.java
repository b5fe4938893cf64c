package io.github.bn4j.train;

import io.github.bn4j.graph.Parameters;
import io.github.bn4j.internal.Floats;
import io.github.bn4j.internal.Tensors;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What the parameters that training changes, and their state, were at some time, by name. */
record Snapshot(Map<String, INDArray> values) {

    static Snapshot of(Parameters parameters) {
        Map<String, INDArray> values = new LinkedHashMap<>();
        parameters.all().stream()
                .filter(parameter -> !parameter.frozen())
                .forEach(parameter -> values.put(parameter.name(), Tensors.copy(parameters.get(parameter.name()))));
        return new Snapshot(values);
    }

    /** A copy of what {@link #addTo} left; null if there is nothing. */
    static @Nullable Snapshot in(Map<String, INDArray> arrays, String name) {
        String start = name + " ";
        Map<String, INDArray> values = new LinkedHashMap<>();
        arrays.forEach((key, array) -> {
            if (key.startsWith(start)) {
                values.put(key.substring(start.length()), Tensors.copy(array));
            }
        });
        return values.isEmpty() ? null : new Snapshot(values);
    }

    void addTo(Map<String, INDArray> arrays, String name) {
        values.forEach((parameter, array) -> arrays.put(name + " " + parameter, array));
    }

    /** Whether parameters are the same, to the bit. */
    boolean isIn(Parameters parameters) {
        return values.entrySet().stream()
                .allMatch(each ->
                        Arrays.equals(Floats.values(each.getValue()), Floats.values(parameters.get(each.getKey()))));
    }

    void writeTo(Parameters parameters) {
        parameters.step(
                () -> values.forEach((name, array) -> parameters.get(name).assign(array)));
    }
}
