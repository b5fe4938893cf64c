package io.github.bn4j.train;

import io.github.bn4j.internal.Floats;
import java.nio.FloatBuffer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/** The update that Adam and AdamW share (Kingma and Ba 2015, Adam, algorithm 1). */
final class AdamStep {

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
            inOnePass(Floats.of(parameters), Floats.of(gradients), Floats.of(slots[0]), Floats.of(slots[1]), decay);
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

    private void inOnePass(FloatBuffer w, FloatBuffer g, FloatBuffer m, FloatBuffer v, double decay) {
        float keptFirst = (float) beta1;
        float newFirst = (float) (1 - beta1);
        float keptSecond = (float) beta2;
        float newSecond = (float) (1 - beta2);
        float penalty = (float) decay;
        float corrected = (float) (1 / secondCorrection);
        float step = (float) rate;
        float small = (float) epsilon;
        int length = w.limit();
        for (int i = 0; i < length; i++) {
            float gradient = g.get(i) + penalty * w.get(i);
            float first = keptFirst * m.get(i) + newFirst * gradient;
            float second = keptSecond * v.get(i) + newSecond * gradient * gradient;
            m.put(i, first);
            v.put(i, second);
            w.put(i, w.get(i) - step * first / ((float) Math.sqrt(second * corrected) + small));
        }
    }
}
