package io.github.bn4j.spark.internal.train;

import static io.github.bn4j.internal.Checks.checkArgument;
import static java.util.Objects.requireNonNull;

import io.github.bn4j.data.DataException;
import io.github.bn4j.data.Dataset;
import io.github.bn4j.internal.ContentDigest;
import io.github.bn4j.internal.Floats;
import io.github.bn4j.train.SharedExample;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A data set on its way to executors: what is in memory of it, and, of features that are read on demand, what reads them. Is unpacked once
 * in each JVM.
 */
final class TravellingData implements Serializable {

    private static final long serialVersionUID = 1;

    private static final long MOST_BYTES = 1L << 30;

    /** How many examples are read together. */
    private static final int CHUNK = 32;

    private final byte[] bytes;
    private final int[] looked;
    private final String seen;
    private transient @Nullable Dataset data;

    private TravellingData(byte[] bytes, int[] looked, String seen) {
        this.bytes = bytes;
        this.looked = looked;
        this.seen = seen;
    }

    /**
     * A data set of the driver.
     *
     * @throws IllegalArgumentException if it is too large, cannot travel, or has numbers in memory that are not finite
     * @throws DataException if the driver cannot read it
     */
    static TravellingData of(String who, Dataset data) {
        boolean streamed = data.source().isPresent();
        requireSmall(who, streamed ? 0 : data.bytes());
        data.requireFinite();
        int last = data.size() - 1;
        int[] looked = streamed ? new int[] {0, last / 2, last} : new int[0];
        return new TravellingData(Serialized.of(data), looked, digest(data, looked));
    }

    static void requireSmall(String who, long bytes) {
        checkArgument(
                bytes <= MOST_BYTES,
                "%s expects data in memory of at most %s MB, as they go to every executor, but got %s MB; read them on demand from a"
                        + " file system that all executors share, as ArrayFile does, or make a DataFrame of them",
                who,
                MOST_BYTES >> 20,
                bytes >> 20);
    }

    private static String digest(Dataset data, int... rows) {
        ContentDigest digest = new ContentDigest();
        if (rows.length > 0) {
            digest.add(data.select(rows).load().features());
        }
        return digest.hex();
    }

    /** The data, as they have arrived here. */
    synchronized Dataset data() {
        Dataset known = data;
        if (known == null) {
            known = Serialized.read(bytes, Dataset.class);
            data = known;
        }
        return known;
    }

    /**
     * Refuses to be where some examples are not read as by the driver.
     *
     * @param where the executor, for the message
     */
    void requireSeen(String where) {
        String found;
        try {
            found = digest(data(), looked);
        } catch (DataException unreadable) {
            throw unseen(where, root(unreadable), unreadable);
        }
        if (!found.equals(seen)) {
            throw unseen(where, "other numbers", null);
        }
    }

    private static IllegalArgumentException unseen(String where, String what, @Nullable Throwable cause) {
        return new IllegalArgumentException(
                "fit expects examples that the driver and all executors read alike but got %s on executor %s; put them on a file system that all of them share, under the same path"
                        .formatted(what, where),
                cause);
    }

    private static String root(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root.toString();
    }

    /**
     * Examples, which are read some at a time.
     *
     * @param names of their arrays, in the order wanted
     * @param single whether in float32, else in float64
     * @param rows their numbers, in order
     */
    Iterator<SharedExample> examples(List<String> names, boolean single, int... rows) {
        return new Examples(data(), names, single, rows);
    }

    private static final class Examples implements Iterator<SharedExample> {

        private final Dataset data;
        private final List<String> names;
        private final boolean single;
        private final int[] rows;
        private final List<double[]> chunk = new ArrayList<>();
        private int next;

        Examples(Dataset data, List<String> names, boolean single, int... rows) {
            this.data = data;
            this.names = names;
            this.single = single;
            this.rows = rows;
        }

        @Override
        public boolean hasNext() {
            return next < rows.length;
        }

        @Override
        public SharedExample next() {
            int position = next % CHUNK;
            int size = Math.min(CHUNK, rows.length - (next - position));
            if (position == 0) {
                read(Arrays.copyOfRange(rows, next, next + size));
            }
            int row = rows[next];
            next++;
            double[][] arrays = new double[chunk.size()][];
            for (int i = 0; i < arrays.length; i++) {
                int width = chunk.get(i).length / size;
                arrays[i] = Arrays.copyOfRange(chunk.get(i), position * width, (position + 1) * width);
            }
            return single ? SharedExample.of(row, floats(arrays)) : SharedExample.of(row, arrays);
        }

        private void read(int... some) {
            Dataset read = data.select(some).load();
            chunk.clear();
            Map<String, INDArray> arrays = new HashMap<>(read.targets());
            arrays.putAll(read.inputs());
            names.forEach(name -> chunk.add(Floats.values(requireNonNull(arrays.get(name)))));
        }

        private static float[][] floats(double[][] arrays) {
            float[][] floats = new float[arrays.length][];
            for (int i = 0; i < arrays.length; i++) {
                floats[i] = new float[arrays[i].length];
                for (int k = 0; k < floats[i].length; k++) {
                    floats[i][k] = (float) arrays[i][k];
                }
            }
            return floats;
        }
    }

    @Override
    public String toString() {
        return "TravellingData[" + bytes.length + " bytes]";
    }
}
