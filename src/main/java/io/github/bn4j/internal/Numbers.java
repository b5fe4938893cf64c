package io.github.bn4j.internal;

import java.nio.FloatBuffer;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Elements of an array in row-major order: in place where loops may run over it, else copied. */
public final class Numbers {

    private final FloatBuffer floats;
    private final double[] doubles;
    private final int length;

    /** Those of any array, which has to live as long as they do. */
    public Numbers(INDArray array) {
        boolean direct = Floats.areDense(array);
        length = Math.toIntExact(array.length());
        floats = direct ? HostMemory.floats(array) : FloatBuffer.allocate(0);
        doubles = direct ? new double[0] : Floats.values(array);
    }

    /** How many there are. */
    public int length() {
        return length;
    }

    /** One of them. */
    public double get(int index) {
        return doubles.length == 0 ? floats.get(index) : doubles[index];
    }
}
