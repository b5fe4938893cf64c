package io.github.bn4j.train;

import static io.github.bn4j.train.OptimizerChecks.checkPositive;

import io.github.bn4j.graph.Parameters;
import io.github.bn4j.internal.ElementBlocks;

/** See {@link GradientChange#clipValue}. */
record ClipValue(double largest) implements GradientChange {

    ClipValue {
        checkPositive("clipValue", "a size", largest);
    }

    @Override
    public void apply(Parameters parameters) {
        ElementBlocks.forEach(
                1,
                (block, length) -> {
                    double[] g = block[0];
                    for (int i = 0; i < length; i++) {
                        g[i] = Math.max(-largest, Math.min(largest, g[i]));
                    }
                },
                parameters.gradients());
    }

    @Override
    public String toString() {
        return "clipValue(" + largest + ")";
    }
}
