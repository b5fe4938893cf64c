package io.github.bn4j.train;

import io.github.bn4j.internal.FloatBlocks;
import io.github.bn4j.internal.Floats;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/** The update that Adam and AdamW share (Kingma and Ba 2015, Adam, algorithm 1). */
final class AdamStep {

    /** The square of a smaller gradient may be lost in float32. */
    private static final double UNSQUARED = 1e-15;

    private final double beta1;
    private final double beta2;
    private final double epsilon;
    private final double rate;
    private final double secondCorrection;

    AdamStep(long step, double learningRate, double beta1, double beta2, double epsilon) {
        this.beta1 = beta1;
        this.beta2 = beta2;
        this.epsilon = epsilon;
        rate = learningRate / (1 - Math.pow(beta1, (double) step));
        secondCorrection = 1 - Math.pow(beta2, (double) step);
    }

    /** One step with an L2 penalty of {@code decay} that joins the gradient. */
    void apply(INDArray parameters, INDArray gradients, INDArray[] slots, double decay) {
        if (Floats.areDense(parameters, gradients, slots[0], slots[1])) {
            inOnePass(parameters, gradients, slots, decay);
            return;
        }
        INDArray g = decay > 0 ? gradients.add(parameters.mul(decay)) : gradients;
        INDArray m = slots[0];
        INDArray v = slots[1];
        m.muli(beta1).addi(g.mul(1 - beta1));
        v.muli(beta2).addi(g.mul(g).muli(1 - beta2));
        INDArray denominator = Transforms.sqrt(v.div(secondCorrection), false).addi(epsilon);
        parameters.subi(m.mul(rate).divi(denominator));
    }

    /**
     * How far a step moves a parameter at most, if it is the first, which is corrected the most: {@code |m| / √v} is at most
     * {@code (1 − β₁) / √(1 − β₂)} times the sum of {@code (β₁ / √β₂)ᵏ}, as {@code v} is at least the share of each square in it.
     *
     * @param gradient no gradient so far, with its penalty, is larger
     * @return infinity where the series does not converge, or float32 cannot hold a square, or takes a beta for 1 or epsilon for 0
     */
    double largestChange(double gradient) {
        double ratio = beta1 / Math.sqrt(beta2);
        if (!(gradient * gradient / secondCorrection < Float.MAX_VALUE / 2)
                || ratio >= 1
                || (float) beta1 == 1
                || (float) beta2 == 1
                || (float) epsilon == 0) {
            return Double.POSITIVE_INFINITY;
        }
        return 2 * rate * ((1 - beta1) / Math.sqrt(1 - beta2) / (1 - ratio) + UNSQUARED / epsilon);
    }

    private void inOnePass(INDArray parameters, INDArray gradients, INDArray[] slots, double decay) {
        float keptFirst = (float) beta1;
        float newFirst = (float) (1 - beta1);
        float keptSecond = (float) beta2;
        float newSecond = (float) (1 - beta2);
        float penalty = (float) decay;
        float corrected = (float) (1 / secondCorrection);
        float step = (float) rate;
        float small = (float) epsilon;
        FloatBlocks.forEach(
                3,
                (block, length) -> {
                    float[] w = block[0];
                    float[] m = block[1];
                    float[] v = block[2];
                    float[] g = block[3];
                    for (int i = 0; i < length; i++) {
                        float gradient = g[i] + penalty * w[i];
                        float first = keptFirst * m[i] + newFirst * gradient;
                        float second = keptSecond * v[i] + newSecond * gradient * gradient;
                        m[i] = first;
                        v[i] = second;
                        w[i] -= step * first / ((float) Math.sqrt(second * corrected) + small);
                    }
                },
                parameters,
                slots[0],
                slots[1],
                gradients);
    }
}
