package io.github.bn4j.train;

import static io.github.bn4j.train.OptimizerChecks.checkPositive;

import io.github.bn4j.graph.Parameter;
import io.github.bn4j.graph.Parameters;
import io.github.bn4j.internal.ElementBlocks;
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
        double factor = longest / (norm(gradients) + SMALL);
        if (factor < 1) {
            gradients.muli(factor);
        }
    }

    /* Squares of float32 never overflow in double precision, those of float64 may: then all would be set to 0. */
    private static double norm(INDArray gradients) {
        double norm = norm(gradients, 1);
        if (Double.isFinite(norm)) {
            return norm;
        }
        double largest = gradients.amaxNumber().doubleValue();
        return norm(gradients, largest) * largest;
    }

    private static double norm(INDArray gradients, double unit) {
        double[] squares = new double[1];
        ElementBlocks.forEach(
                0,
                (block, length) -> {
                    double sum = 0;
                    for (int i = 0; i < length; i++) {
                        double g = block[0][i] / unit;
                        sum += g * g;
                    }
                    squares[0] += sum;
                },
                gradients);
        return Math.sqrt(squares[0]);
    }

    @Override
    public String toString() {
        return name(each) + "(" + longest + ")";
    }
}
