package io.github.bn4j.op;

import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.INDArrayIndex;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Parts of arrays that share memory with the whole. */
final class Views {

    private Views() {}

    /** The elements of {@code array} from {@code from} up to but without {@code to} along one axis. */
    static INDArray interval(INDArray array, int axis, long from, long to) {
        if (from == 0 && to == array.size(axis)) {
            return array;
        }
        INDArrayIndex[] indices = new INDArrayIndex[array.rank()];
        Arrays.fill(indices, NDArrayIndex.all());
        indices[axis] = NDArrayIndex.interval(from, to);
        return array.get(indices);
    }
}
