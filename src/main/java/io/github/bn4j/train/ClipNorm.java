package io.github.bn4j.train;

import static io.github.bn4j.train.OptimizerChecks.checkPositive;

import io.github.bn4j.graph.Parameter;
import io.github.bn4j.graph.Parameters;
import org.nd4j.linalg.api.ndarray.INDArray;

/** See {@link GradientChange#clipNorm} and {@link GradientChange#clipEachNorm}. */
record ClipNorm(double longest, boolean each) implements GradientChange {

    /** What PyTorch adds to a norm before it divides by it. */
    private static final double SMALL = 1e-6;

    ClipNorm {
        checkPositive(name(each), "a norm", longest);
    }

    private static String name(boolean each) {
        return each ? "clipEachNorm" : "clipNorm";
    }

    @Override
    public void apply(Parameters parameters) {
        if (!each) {
            shorten(parameters.gradients());
            return;
        }
        for (Parameter parameter : parameters.all()) {
            if (parameter.trainable()) {
                shorten(parameters.gradient(parameter.name()));
            }
        }
    }

    private void shorten(INDArray gradients) {
        double factor = longest / (GradientNorm.of(gradients) + SMALL);
        if (factor < 1) {
            gradients.muli(factor);
        }
    }

    @Override
    public String toString() {
        return name(each) + "(" + longest + ")";
    }
}
