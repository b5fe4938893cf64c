package io.github.bn4j.rewrite;

import io.github.bn4j.graph.Parameter;
import io.github.bn4j.graph.Parameters;

/**
 * How one parameter of a rewritten graph follows from the parameters of the graph before.
 *
 * @param parameter a parameter of the new graph
 * @param formula its values
 */
public record Fold(Parameter parameter, Formula formula) {

    /** Computes values in float64, whatever the type of the parameters that they come from. */
    @FunctionalInterface
    public interface Formula {

        /**
         * All elements in row-major order, in an array that the caller owns.
         *
         * @param from the parameters of the graph before. Not modified.
         */
        double[] values(Parameters from);
    }
}
