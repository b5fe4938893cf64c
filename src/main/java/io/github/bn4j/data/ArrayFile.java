package io.github.bn4j.data;

import static io.github.bn4j.internal.Checks.checkGiven;

import io.github.bn4j.checkpoint.StoredTensor;
import io.github.bn4j.checkpoint.TensorFile;
import io.github.bn4j.checkpoint.internal.NpyFile;
import io.github.bn4j.checkpoint.internal.NpzFile;
import io.github.bn4j.internal.ElementBytes;
import io.github.bn4j.internal.ElementType;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/**
 * An array {@code [examples, …]} in a file, of which examples are read where they are, whatever its size: NumPy's {@code .npy},
 * {@code .npz} that is not compressed, and safetensors. Numbers of any type become float32.
 *
 * <p>Travels as the name of the file, which has to be there too. The file has to stay as it is, and stays open as long as this is in use.
 */
public final class ArrayFile implements ExampleSource {

    private static final long serialVersionUID = 1;
    private static final String WHO = "ArrayFile";

    private final String file;
    private final @Nullable String zipped;
    private final ElementType type;
    private final long[] dims;
    private final long begin;

    /** A file that is open. */
    @FunctionalInterface
    private interface Bytes {

        /** Reads as many bytes as there is room for. */
        void read(long from, byte[] into) throws IOException;
    }

    /* Plain files: a channel of an interrupted thread is closed. Each reading thread takes one, and gives it back. */
    private transient Queue<Bytes> open = new ConcurrentLinkedQueue<>();

    /**
     * An array.
     *
     * @param zipped its name in a zip; null in a file that is none
     */
    private ArrayFile(Path file, @Nullable String zipped, ElementType type, long[] dims, long begin) {
        this.file = file.toString();
        this.zipped = zipped;
        this.type = type;
        this.dims = dims;
        this.begin = begin;
        DataException.check(
                dims.length >= 1 && dims[0] >= 1 && dims[0] <= Integer.MAX_VALUE,
                "ArrayFile expects an array [examples, …] of 1 to 2³¹ − 1 examples in \"%s\" but got %s; reshape it",
                file,
                Arrays.toString(dims));
    }

    /**
     * The array of a {@code .npy} file, or the only one of a {@code .npz} or safetensors file.
     *
     * @throws io.github.bn4j.checkpoint.CheckpointException if there is no such file, it is damaged, compressed, or holds anything but numbers
     * @throws DataException if there is not one array
     */
    public static ArrayFile of(Path file) {
        checkGiven(file, WHO, "a file");
        if (NpyFile.isOne(file)) {
            NpyFile.Header header = NpyFile.header(WHO, file);
            return new ArrayFile(file, null, header.type(), header.shape(), header.begin());
        }
        Set<String> names = NpzFile.isOne(file)
                ? NpzFile.headers(WHO, file).keySet()
                : TensorFile.list(WHO, file).keySet();
        DataException.check(
                names.size() == 1,
                "ArrayFile expects an array in \"%s\" but got %s; name one of them by of(file, name)",
                file,
                names);
        return of(file, names.iterator().next());
    }

    /**
     * An array of a {@code .npz} or safetensors file.
     *
     * @param name its name there
     * @throws DataException if there is no array of that name
     */
    public static ArrayFile of(Path file, String name) {
        checkGiven(file, WHO, "a file");
        checkGiven(name, WHO, "the name of an array");
        if (NpzFile.isOne(file)) {
            NpyFile.Header header = named(file, name, NpzFile.headers(WHO, file));
            return new ArrayFile(file, name, header.type(), header.shape(), header.begin());
        }
        return of(file, named(file, name, TensorFile.list(WHO, file)));
    }

    private static <T> T named(Path file, String name, Map<String, T> all) {
        T array = all.get(name);
        if (array == null) {
            throw DataException.of(
                    "ArrayFile expects an array of the file \"%s\" but got \"%s\"; it has %s",
                    file, name, all.keySet());
        }
        return array;
    }

    private static ArrayFile of(Path file, StoredTensor array) {
        ElementType type = ElementType.of(array.type())
                .orElseThrow(() -> DataException.of(
                        "ArrayFile expects numbers of the types %s in \"%s\" but got %s; convert it before",
                        List.of(ElementType.values()), file, array.type()));
        long[] dims = array.shape().stream().mapToLong(Long::longValue).toArray();
        return new ArrayFile(file, null, type, dims, array.begin());
    }

    @Override
    public int size() {
        return (int) dims[0];
    }

    @Override
    public long[] shape() {
        return Arrays.copyOfRange(dims, 1, dims.length);
    }

    @Override
    public void read(int index, float[] into) throws IOException {
        byte[] bytes = new byte[Math.multiplyExact(into.length, type.width())];
        Bytes unused = open.poll();
        Bytes from = unused == null ? open() : unused;
        try {
            from.read(begin + (long) index * bytes.length, bytes);
        } catch (EOFException e) {
            throw new EOFException("the end of the file");
        }
        open.add(from);
        ElementBytes.read(bytes, type, into);
    }

    private Bytes open() throws IOException {
        String array = zipped;
        if (array == null) {
            RandomAccessFile opened = new RandomAccessFile(file, "r");
            return (from, into) -> {
                opened.seek(from);
                opened.readFully(into);
            };
        }
        // What is stored in a zip is skipped without reading it.
        ZipFile opened = new ZipFile(file);
        return (from, into) -> {
            try (InputStream in = NpzFile.bytes(opened, array)) {
                in.skipNBytes(from);
                if (in.readNBytes(into, 0, into.length) < into.length) {
                    throw new EOFException();
                }
            }
        };
    }

    private Object readResolve() {
        return new ArrayFile(Path.of(file), zipped, type, dims, begin);
    }

    @Override
    public String toString() {
        return "the array " + Arrays.toString(dims) + " in \"" + file + "\"";
    }
}
