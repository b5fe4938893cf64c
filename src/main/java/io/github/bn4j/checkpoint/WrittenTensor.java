package io.github.bn4j.checkpoint;

import java.util.Iterator;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A tensor of float32 that is written part by part, as it may be larger than memory.
 *
 * @param name its name in the file
 * @param dims its dimensions. Not modified.
 * @param parts float32 arrays whose elements follow each other in row-major order; each is looked at before the next one is asked for
 */
@SuppressWarnings("ArrayRecordComponent")
public record WrittenTensor(String name, long[] dims, Iterator<INDArray> parts) {

    long bytes() {
        long bytes = Float.BYTES;
        for (long dim : dims) {
            bytes = Math.multiplyExact(bytes, dim);
        }
        return bytes;
    }
}
