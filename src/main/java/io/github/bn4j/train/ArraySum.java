package io.github.bn4j.train;

import io.github.bn4j.engine.Collective;
import io.github.bn4j.internal.HostMemory;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Adds up the arrays that several processes have. */
final class ArraySum {

    private ArraySum() {}

    /** Replaces an array by the sum of those of all processes, in one call. */
    static void over(Collective all, INDArray dense) {
        if (dense.dataType() == DataType.FLOAT) {
            FloatBuffer elements = HostMemory.floats(dense);
            all.allReduce(elements);
            HostMemory.put(elements, dense);
        } else {
            DoubleBuffer elements = HostMemory.doubles(dense);
            all.allReduce(elements);
            HostMemory.put(elements, dense);
        }
    }
}
