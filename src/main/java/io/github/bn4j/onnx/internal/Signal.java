package io.github.bn4j.onnx.internal;

import io.github.bn4j.graph.Value;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A tensor that differs per example, batch axis first.
 *
 * <p>Its axes may come in another order than those of the value, so that transpositions there and back cancel: files of images whose
 * channels are last become networks of images whose channels are first.
 *
 * @param value what the network has
 * @param order for each axis of the example in the file which axis of the value it is
 */
record Signal(Value value, List<Integer> order) implements Operand {

    Signal {
        order = List.copyOf(order);
    }

    /** A value as it is. */
    static Signal of(Value value) {
        return new Signal(value, inOrder(value.shape().rank()));
    }

    static List<Integer> inOrder(int rank) {
        return IntStream.range(0, rank).boxed().toList();
    }

    boolean isInOrder() {
        return order.equals(inOrder(order.size()));
    }

    /** The number of axes in the file, with that of the batch. */
    int rank() {
        return order.size() + 1;
    }

    /** The axes of an example in the file. */
    long[] dims() {
        return order.stream().mapToLong(axis -> value.shape().dim(axis)).toArray();
    }

    /** The axis of the value that is an axis in the file, counted with that of the batch. */
    int axis(int inFile) {
        return order.get(inFile - 1);
    }

    /** Another value with its axes in the same order. */
    Signal with(Value other) {
        return new Signal(other, order);
    }

    @Override
    public String toString() {
        return "[batch" + Arrays.toString(dims()).replace("[", dims().length == 0 ? "" : ", ");
    }
}
