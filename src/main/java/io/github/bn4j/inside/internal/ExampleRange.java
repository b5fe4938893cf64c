package io.github.bn4j.inside.internal;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Examples of an array one after another. */
public final class ExampleRange {

    private ExampleRange() {}

    /** A view of the examples from one to before another, {@code [to - from, shape]}. */
    public static INDArray of(INDArray array, int from, int to) {
        long[] shape = array.shape().clone();
        shape[0] = (long) to - from;
        return array.get(NDArrayIndex.interval(from, to)).reshape('c', shape);
    }
}
