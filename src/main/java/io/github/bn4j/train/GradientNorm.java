package io.github.bn4j.train;

import io.github.bn4j.internal.ElementBlocks;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The Euclidean norm of gradients, summed in double precision. */
final class GradientNorm {

    private GradientNorm() {}

    /* Squares of float32 never overflow in double precision, those of float64 may. */
    static double of(INDArray gradients) {
        double norm = inUnits(1, gradients);
        if (Double.isFinite(norm)) {
            return norm;
        }
        double largest = gradients.amaxNumber().doubleValue();
        return inUnits(largest, gradients) * largest;
    }

    private static double inUnits(double unit, INDArray gradients) {
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
}
