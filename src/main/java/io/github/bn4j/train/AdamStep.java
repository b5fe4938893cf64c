package io.github.bn4j.train;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/** The update that Adam and AdamW share (Kingma and Ba 2015, Adam, algorithm 1). */
final class AdamStep {

    private AdamStep() {}

    static void apply(
            long step,
            INDArray parameters,
            INDArray g,
            INDArray[] slots,
            double learningRate,
            double beta1,
            double beta2,
            double epsilon) {
        INDArray m = slots[0];
        INDArray v = slots[1];
        m.muli(beta1).addi(g.mul(1 - beta1));
        v.muli(beta2).addi(g.mul(g).muli(1 - beta2));
        double firstCorrection = 1 - Math.pow(beta1, (double) step);
        double secondCorrection = 1 - Math.pow(beta2, (double) step);
        INDArray denominator = Transforms.sqrt(v.div(secondCorrection), false).addi(epsilon);
        parameters.subi(m.mul(learningRate / firstCorrection).divi(denominator));
    }
}
