package io.github.bn4j.pytorch;

import io.github.bn4j.checkpoint.internal.Refusal;
import io.github.bn4j.internal.ElementBytes;
import io.github.bn4j.internal.ElementType;
import io.github.bn4j.internal.Tensors;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.stream.LongStream;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Where the numbers of a tensor lie.
 *
 * @param type of its elements
 * @param storage name of the file in the archive
 * @param offset its first element
 * @param dims its dimensions
 * @param strides elements from one to the next along each axis
 */
@SuppressWarnings("ArrayRecordComponent")
record PickledTensor(ElementType type, String storage, long offset, long[] dims, long[] strides) {

    boolean isEmpty() {
        return Arrays.stream(dims).anyMatch(dim -> dim == 0);
    }

    /** The tensor in row-major order. */
    INDArray array(byte[] bytes, String name, Refusal refusal) {
        int width = type.width();
        long available = bytes.length / width;
        long size;
        long last = offset;
        try {
            size = LongStream.of(dims).reduce(1, Math::multiplyExact);
            for (int axis = 0; axis < dims.length; axis++) {
                last = Math.addExact(last, Math.multiplyExact(dims[axis] - 1, strides[axis]));
            }
        } catch (ArithmeticException tooLarge) {
            size = Long.MAX_VALUE;
        }
        // A view may repeat elements, but no state dict does; so nothing is larger than what it is a view of.
        if (offset < 0
                || last >= available
                || size > available
                || Arrays.stream(strides).anyMatch(stride -> stride < 0)) {
            throw refusal.of(
                    "tensor \"" + name + "\" within " + available + " elements",
                    Arrays.toString(dims) + " with strides " + Arrays.toString(strides) + " from " + offset);
        }
        byte[] dense = new byte[Math.toIntExact(size * width)];
        int[] index = new int[dims.length];
        for (int to = 0; to < dense.length; to += width) {
            long from = offset;
            for (int axis = 0; axis < dims.length; axis++) {
                from += index[axis] * strides[axis];
            }
            System.arraycopy(bytes, Math.toIntExact(from * width), dense, to, width);
            for (int axis = dims.length - 1; axis >= 0 && ++index[axis] == dims[axis]; axis--) {
                index[axis] = 0;
            }
        }
        INDArray array = Tensors.zeros(type.array(), dims);
        try {
            ElementBytes.read(new ByteArrayInputStream(dense), type, array);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return array;
    }
}
