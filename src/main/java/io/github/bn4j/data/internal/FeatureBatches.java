package io.github.bn4j.data.internal;

import io.github.bn4j.data.ExampleSource;
import io.github.bn4j.internal.HostMemory;
import io.github.bn4j.internal.Tensors;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Features of batch after batch, of which the next one is read while one is used. There are two arrays for each size of a batch; each
 * is written to again at the call after the next. To be closed.
 */
public final class FeatureBatches implements Iterator<INDArray>, AutoCloseable {

    /** What the only input array of examples that are read on demand is called. */
    public static final String NAME = "features";

    private final ExampleReaders readers;
    private final long[] shape;
    private final Iterator<int[]> rest;
    private final Map<Integer, INDArray[]> bySize = new HashMap<>();
    private int side;
    private @Nullable INDArray next;
    private ExampleReaders.@Nullable Reading reading;

    /**
     * Batches of float32.
     *
     * @param threads how many read
     * @param batches the rows of each
     */
    public FeatureBatches(ExampleSource source, int threads, List<int[]> batches) {
        readers = new ExampleReaders(source, threads);
        shape = source.shape();
        rest = batches.iterator();
        begin();
    }

    private void begin() {
        next = null;
        if (rest.hasNext()) {
            int[] rows = rest.next();
            side = 1 - side;
            INDArray array = bySize.computeIfAbsent(rows.length, this::two)[side];
            reading = start(readers, rows, array);
            next = array;
        }
    }

    private INDArray[] two(int rows) {
        long[] batched = new long[shape.length + 1];
        batched[0] = rows;
        System.arraycopy(shape, 0, batched, 1, shape.length);
        return new INDArray[] {Tensors.zeros(DataType.FLOAT, batched), Tensors.zeros(DataType.FLOAT, batched)};
    }

    /**
     * Begins to read examples into an array.
     *
     * @param into {@code [rows, …]} of float32. Modified.
     */
    public static ExampleReaders.Reading start(ExampleReaders readers, int[] rows, INDArray into) {
        FloatBuffer elements = HostMemory.floats(into);
        int length = readers.length();
        ExampleReaders.Reading reading =
                readers.start(rows, (position, numbers) -> elements.put(position * length, numbers, 0, length));
        return () -> {
            reading.await();
            HostMemory.put(elements, into);
        };
    }

    @Override
    public boolean hasNext() {
        return next != null;
    }

    @Override
    public INDArray next() {
        INDArray array = next;
        ExampleReaders.Reading all = reading;
        if (array == null || all == null) {
            throw new NoSuchElementException();
        }
        all.await();
        begin();
        return array;
    }

    @Override
    public void close() {
        readers.close();
        bySize.values().forEach(pair -> Arrays.stream(pair).forEach(INDArray::close));
        bySize.clear();
    }
}
