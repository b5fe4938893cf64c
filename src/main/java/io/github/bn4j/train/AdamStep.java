package io.github.bn4j.train;

import io.github.bn4j.internal.FloatBlocks;
import io.github.bn4j.internal.Floats;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The update that Adam and AdamW share (Kingma and Ba 2015, Adam, algorithm 1). */
final class AdamStep {

    /** What the moments are called. */
    static final List<String> SLOTS = List.of("firstMoment", "secondMoment");

    /** The square of a smaller gradient may be lost in float32. */
    static final double UNSQUARED = 1e-15;

    private final double beta1;
    private final double beta2;
    private final double epsilon;
    private final double rate;
    private final double secondCorrection;

    AdamStep(Update update, double beta1, double beta2, double epsilon) {
        this.beta1 = beta1;
        this.beta2 = beta2;
        this.epsilon = epsilon;
        rate = update.rate() / (1 - Math.pow(beta1, (double) update.step()));
        secondCorrection = 1 - Math.pow(beta2, (double) update.step());
    }

    /**
     * One step.
     *
     * @param penalty strength of an L2 penalty, which joins the gradient
     * @param kept share of the parameters that decoupled decay leaves
     */
    void apply(Update update, double penalty, double kept) {
        INDArray first = update.slot(SLOTS.get(0));
        INDArray second = update.slot(SLOTS.get(1));
        if (Floats.areDense(update.parameters(), update.gradients(), first, second)) {
            inOnePass(update, first, second, (float) penalty, (float) kept);
            return;
        }
        update.elements((w, g, slots, count) -> {
            double[] m = slots[0];
            double[] v = slots[1];
            for (int i = 0; i < count; i++) {
                double gradient = g[i] + penalty * w[i];
                m[i] = beta1 * m[i] + (1 - beta1) * gradient;
                v[i] = beta2 * v[i] + (1 - beta2) * gradient * gradient;
                w[i] = kept * w[i] - rate * m[i] / (Math.sqrt(v[i] / secondCorrection) + epsilon);
            }
        });
    }

    /**
     * How far a step moves a parameter at most, in learning rates. In the first step moments are corrected the most;
     * {@code |m| / √v} is at most {@code (1 − β₁) / √(1 − β₂)} times the sum of {@code (β₁ / √β₂)ᵏ}, as {@code v} is at least the
     * share of each square in it.
     *
     * @param gradient no gradient so far, with its penalty, is larger
     * @return infinity where the series does not converge, or float32 cannot hold a square, or takes a beta for 1 or epsilon for 0
     */
    static double largestStep(double gradient, double beta1, double beta2, double epsilon) {
        double ratio = beta1 / Math.sqrt(beta2);
        if (!(gradient * gradient / (1 - beta2) < Float.MAX_VALUE / 2)
                || ratio >= 1
                || (float) beta1 == 1
                || (float) beta2 == 1
                || (float) epsilon == 0) {
            return Double.POSITIVE_INFINITY;
        }
        return 2 * ((1 - beta1) / Math.sqrt(1 - beta2) / (1 - ratio) + UNSQUARED / epsilon) / (1 - beta1);
    }

    private void inOnePass(Update update, INDArray firstMoment, INDArray secondMoment, float penalty, float kept) {
        float keptFirst = (float) beta1;
        float newFirst = (float) (1 - beta1);
        float keptSecond = (float) beta2;
        float newSecond = (float) (1 - beta2);
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
                        w[i] = kept * w[i] - step * first / ((float) Math.sqrt(second * corrected) + small);
                    }
                },
                update.parameters(),
                firstMoment,
                secondMoment,
                update.gradients());
    }
}
