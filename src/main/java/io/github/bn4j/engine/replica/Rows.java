package io.github.bn4j.engine.replica;

import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Some examples of arrays that hold a batch. */
final class Rows {

    private Rows() {}

    /** Copies, because ops may look at parts of them, which ND4J gets wrong for some views. */
    static INDArray[] of(INDArray[] arrays, int first, int count) {
        return Arrays.stream(arrays)
                .map(whole -> {
                    long[] shape = whole.shape().clone();
                    shape[0] = count;
                    return whole.get(NDArrayIndex.interval(first, (long) first + count))
                            .reshape('c', shape)
                            .dup('c');
                })
                .toArray(INDArray[]::new);
    }
}
