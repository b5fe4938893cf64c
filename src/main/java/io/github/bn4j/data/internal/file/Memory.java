package io.github.bn4j.data.internal.file;

import io.github.bn4j.data.DataException;
import io.github.bn4j.internal.Tensors;
import java.util.Arrays;
import java.util.Optional;
import org.bytedeco.javacpp.Pointer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Arrays as large as a file says, or a clear answer instead of an OutOfMemoryError. */
public final class Memory {

    private static final long WORTH_A_WORD = 16 << 20;

    private Memory() {}

    /**
     * A new array of zeros.
     *
     * @param who needs it, for the message
     * @throws DataException if it is larger than the memory that ND4J may use
     */
    public static INDArray array(String who, DataType type, long... shape) {
        Tensors.start();
        long bytes = bytes(type.width(), shape);
        long most = Pointer.maxBytes() > 0 ? Pointer.maxBytes() : Long.MAX_VALUE;
        try {
            if (bytes <= most) {
                warning(who, bytes, most - Pointer.totalBytes(), shape)
                        .ifPresent(text ->
                                System.getLogger(Memory.class.getName()).log(System.Logger.Level.WARNING, text));
                return Tensors.zeros(type, shape);
            }
        } catch (OutOfMemoryError e) {
            throw tooLarge(e, who, shape, bytes);
        }
        throw tooLarge(null, who, shape, bytes);
    }

    /** What to say before an array takes most of the memory that is left; nothing of small ones. */
    static Optional<String> warning(String who, long bytes, long left, long... shape) {
        return bytes < WORTH_A_WORD || bytes <= left / 2
                ? Optional.empty()
                : Optional.of(String.format(
                        "%s takes %s of the %s MB that are left for arrays for %s; %s",
                        who, bytes >> 20, Math.max(0, left) >> 20, Arrays.toString(shape), advice(bytes)));
    }

    private static String advice(long bytes) {
        return "start Java with -Dorg.bytedeco.javacpp.maxbytes=" + 2 * (bytes >> 20)
                + "m, take less of the data, or read it on demand (ImageFolder.stream, Dataset.stream)";
    }

    private static DataException tooLarge(@Nullable Throwable cause, String who, long[] shape, long bytes) {
        return DataException.of(
                cause,
                "%s expects room for %s in %s MB but got at most %s MB; %s",
                who,
                Arrays.toString(shape),
                bytes >> 20,
                Pointer.maxBytes() >> 20,
                advice(bytes));
    }

    /** The product, or {@link Long#MAX_VALUE} where it is larger. */
    public static long bytes(long width, long... shape) {
        long bytes = width;
        for (long dim : shape) {
            if (dim != 0 && bytes > Long.MAX_VALUE / dim) {
                return Long.MAX_VALUE;
            }
            bytes *= dim;
        }
        return bytes;
    }
}
