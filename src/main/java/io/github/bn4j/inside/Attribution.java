package io.github.bn4j.inside;

import io.github.bn4j.engine.internal.PlainExamples;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * How the score of each example depends on each of its elements: the gradient, after Simonyan and others 2013, Deep Inside Convolutional
 * Networks, section 3.
 *
 * @param values {@code ∂score/∂x}, signed, {@code [examples, shape]}
 * @param scored which score of each example
 */
public record Attribution(INDArray values, List<ScoredClass> scored) {

    public Attribution {
        scored = List.copyOf(scored);
    }

    /** The largest size over the channels, {@code [examples, height, width]}; of features the size of each, {@code [examples, features]}. */
    public INDArray map() {
        return Maps.largestOverChannels(values);
    }

    /** The values of one example in row-major order. */
    public float[] values(int example) {
        return PlainExamples.floats(PlainExamples.rows(values).get(example));
    }

    /** The map of one example in row-major order. */
    public float[] map(int example) {
        return PlainExamples.floats(PlainExamples.rows(map()).get(example));
    }

    @Override
    public String toString() {
        return "Attribution[" + Maps.shape(values) + " for " + Maps.listed(scored) + "]";
    }
}
