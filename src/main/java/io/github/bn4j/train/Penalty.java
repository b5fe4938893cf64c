package io.github.bn4j.train;

import io.github.bn4j.graph.Parameter;
import io.github.bn4j.graph.Parameters;
import io.github.bn4j.internal.ElementBlocks;
import java.util.Locale;

/**
 * A term of what a training makes small that depends on parameters alone; see {@link Trainer#l1} and {@link Trainer#l2}.
 *
 * @param pattern the parameters
 * @param strength what their sizes, or halves of their squares, are multiplied by
 */
record Penalty(Kind kind, ParameterPattern pattern, double strength) implements GradientChange {

    /** What is added up. */
    enum Kind {
        L1,
        L2;

        double slope(double value) {
            return this == L1 ? Math.signum(value) : value;
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Override
    public void apply(Parameters parameters) {
        for (Parameter parameter : parameters.all()) {
            if (parameter.trainable() && pattern.fits(parameter)) {
                ElementBlocks.forEach(
                        1,
                        (block, length) -> {
                            double[] gradients = block[0];
                            double[] values = block[1];
                            for (int i = 0; i < length; i++) {
                                gradients[i] += strength * kind.slope(values[i]);
                            }
                        },
                        parameters.gradient(parameter.name()),
                        parameters.get(parameter.name()));
            }
        }
    }

    @Override
    public String toString() {
        return kind + "(" + pattern + ", " + strength + ")";
    }
}
