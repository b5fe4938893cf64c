package io.github.bn4j.op;

import java.util.function.UnaryOperator;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Values without their mean.
 *
 * @param values what is left of them
 * @param mean of a form that is subtracted from values
 * @param variance the biased one, of the same form
 */
record Centred(INDArray values, INDArray mean, INDArray variance) {

    /* Two passes: the mean, which ND4J sums naively in float32, is refined by the mean of what it leaves, then the variance is
     * the mean square of the centred values. */
    static Centred of(INDArray x, UnaryOperator<INDArray> means) {
        INDArray rough = means.apply(x);
        INDArray values = x.sub(rough);
        INDArray rest = means.apply(values);
        values.subi(rest);
        return new Centred(values, rough.add(rest), means.apply(values.mul(values)));
    }
}
