package io.github.bn4j.graph;

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

    /** What the layer is called in names and tables: the simple class name, or {@code Layer} for a lambda. */
    default String label() {
        Class<?> type = getClass();
        return type.isSynthetic() || type.isHidden() || type.getSimpleName().isEmpty() ? "Layer" : type.getSimpleName();
    }
}
