package io.github.bn4j.graph;

import java.util.List;

/**
 * What a layer computes, said once, in terms of ops. An immutable description: records that hold hyper-parameters only.
 *
 * <p>Gradient, shape check, bias analysis, speed and file format follow from the ops that it traces, for layers of other
 * packages exactly as for the built-in ones.
 */
@FunctionalInterface
public interface Layer {

    /**
     * Traces this layer on top of {@code x}.
     *
     * @param scope makes parameters and applies ops
     * @param x the layer's input
     * @return the layer's output
     * @throws ShapeException if the layer cannot work on the shape of {@code x}
     */
    Value trace(Scope scope, Value x);

    /**
     * Traces this layer on top of several values. Most layers take one and leave this as it is; one that can take more, such
     * as a batch normalisation with weights, overrides it.
     *
     * @throws ShapeException if the layer takes another number of values, or cannot work on their shapes
     */
    default Value trace(Scope scope, List<Value> inputs) {
        if (inputs.size() != 1) {
            throw ShapeException.expected(
                    "one input", inputs.stream().map(Value::shape).toList());
        }
        return trace(scope, inputs.get(0));
    }

    /** What the layer is called in names and tables: the simple class name, or {@code Layer} for a lambda. */
    default String label() {
        Class<?> type = getClass();
        return type.isSynthetic() || type.isHidden() || type.getSimpleName().isEmpty() ? "Layer" : type.getSimpleName();
    }
}
