package io.github.bn4j.data;

import static io.github.bn4j.internal.Checks.checkGiven;

import io.github.bn4j.data.internal.file.Memory;
import io.github.bn4j.data.internal.file.ReadableFile;
import io.github.bn4j.internal.HostMemory;
import io.github.bn4j.internal.Tensors;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import org.bytedeco.javacpp.BytePointer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataBuffer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Reads IDX files, the format of MNIST and its relatives: two zero bytes, a byte for the type of the numbers, a byte for the
 * rank, the dimensions as 32-bit integers, then the numbers in row-major order, big-endian. The file may be packed by gzip.
 */
public final class Idx {

    private static final String WHO = "Idx";
    private static final int LARGEST_RANK = 8;

    private Idx() {}

    /**
     * The array in a file, in the file's type: UBYTE, BYTE, SHORT, INT, FLOAT or DOUBLE.
     *
     * @throws DataException if there is no such file, or it is no IDX file, damaged or larger than memory
     */
    public static INDArray read(Path file) {
        checkGiven(file, WHO, "a file");
        ReadableFile source = new ReadableFile(WHO, file);
        return source.read(bytes -> read(source, bytes));
    }

    /**
     * Greyscale images and their labels as a data set: features {@code [examples, 1, height, width]} from 0 to 1, labels
     * {@code [examples]}.
     *
     * @param images a file of unsigned bytes {@code [examples, height, width]}
     * @param labels a file of class numbers {@code [examples]}
     * @throws DataException if a file is refused as by {@link #read}, or the two do not belong together
     */
    public static Dataset images(Path images, Path labels) {
        checkGiven(images, WHO, "a file of images");
        checkGiven(labels, WHO, "a file of labels");
        INDArray pixels = read(images);
        INDArray classes = read(labels);
        DataException.check(
                pixels.rank() == 3 && pixels.dataType() == DataType.UINT8,
                "Idx expects images [examples, height, width] of bytes in \"%s\" but got %s of %s; check that it is the"
                        + " file of images",
                images,
                Arrays.toString(pixels.shape()),
                pixels.dataType());
        DataException.check(
                classes.rank() == 1,
                "Idx expects labels [examples] in \"%s\" but got %s; check that it is the file of labels",
                labels,
                Arrays.toString(classes.shape()));
        DataException.check(
                pixels.size(0) == classes.size(0),
                "Idx expects a label for each of the %s images in \"%s\" but got %s in \"%s\"; take both from one set",
                pixels.size(0),
                images,
                classes.size(0),
                labels);
        requireClassNumbers(classes.data().asDouble(), labels);
        long[] shape = {pixels.size(0), 1, pixels.size(1), pixels.size(2)};
        INDArray features = Memory.array("Idx of \"" + images + "\"", DataType.FLOAT, shape);
        features.assign(pixels.reshape('c', shape));
        return Dataset.of(features.divi(255), Tensors.dense(classes, DataType.FLOAT));
    }

    private static void requireClassNumbers(double[] numbers, Path labels) {
        for (int row = 0; row < numbers.length; row++) {
            DataException.check(
                    Labels.isClassNumber(numbers[row]),
                    "Idx expects whole numbers from 0 for labels in \"%s\" but got %s at position %s; check that it is the file"
                            + " of labels",
                    labels,
                    numbers[row],
                    row);
        }
    }

    private static INDArray read(ReadableFile source, InputStream bytes) throws IOException {
        byte[] magic = bytes.readNBytes(4);
        DataException.check(
                magic.length == 4,
                "Idx expects a header in \"%s\" but got a file of %s bytes; get the file again",
                source.file(),
                magic.length);
        DataType type = magic[0] == 0 && magic[1] == 0 ? type(magic[2]) : null;
        int rank = magic[3];
        if (type == null || rank < 1 || rank > LARGEST_RANK) {
            throw DataException.of(
                    "Idx expects \"%s\" to begin with 00 00, a type from 08 to 0e and a rank but got %s; check that it is"
                            + " an IDX file",
                    source.file(), HexFormat.ofDelimiter(" ").formatHex(magic));
        }
        byte[] sizes = bytes.readNBytes(4 * rank);
        DataException.check(
                sizes.length == 4 * rank,
                "Idx expects %s dimensions in \"%s\" but got a file that ends in them; get the file again",
                rank,
                source.file());
        long[] shape = shape(sizes);
        long length = Memory.bytes(type.width(), shape);
        DataException.check(
                length > 0,
                "Idx expects numbers in \"%s\" but got the shape %s; take another file",
                source.file(),
                Arrays.toString(shape));
        source.requireRoomFor(length, Arrays.toString(shape) + " of " + type);
        INDArray array = Memory.array("Idx of \"" + source.file() + "\"", type, shape);
        fill(array, type.width(), length, source, bytes);
        return array;
    }

    private static @Nullable DataType type(byte code) {
        return switch (code) {
            case 0x08 -> DataType.UINT8;
            case 0x09 -> DataType.INT8;
            case 0x0B -> DataType.INT16;
            case 0x0C -> DataType.INT32;
            case 0x0D -> DataType.FLOAT;
            case 0x0E -> DataType.DOUBLE;
            default -> null;
        };
    }

    private static long[] shape(byte[] sizes) throws IOException {
        long[] shape = new long[sizes.length / 4];
        try (DataInputStream numbers = new DataInputStream(new ByteArrayInputStream(sizes))) {
            for (int i = 0; i < shape.length; i++) {
                shape[i] = Integer.toUnsignedLong(numbers.readInt());
            }
        }
        return shape;
    }

    private static void fill(INDArray array, int width, long length, ReadableFile source, InputStream bytes)
            throws IOException {
        byte[] chunk = new byte[1 << 16];
        boolean here = HostMemory.holdsArrays();
        try (BytePointer to = here ? new BytePointer(HostMemory.start(array)) : new BytePointer()) {
            for (long position = 0; position < length; ) {
                int wanted = (int) Math.min(chunk.length, length - position);
                int got = bytes.readNBytes(chunk, 0, wanted);
                DataException.check(
                        got == wanted,
                        "Idx expects %s bytes for %s in \"%s\" but got %s; get the file again",
                        length,
                        Arrays.toString(array.shape()),
                        source.file(),
                        position + got);
                toNativeOrder(chunk, got, width);
                if (here) {
                    to.position(position).put(chunk, 0, got);
                } else {
                    put(ByteBuffer.wrap(chunk, 0, got).order(ByteOrder.nativeOrder()), array.data(), position / width);
                }
                position += got;
            }
        }
        DataException.check(
                bytes.read() < 0,
                "Idx expects %s bytes for %s in \"%s\" but got more; get the file again",
                length,
                Arrays.toString(array.shape()),
                source.file());
    }

    private static void put(ByteBuffer numbers, DataBuffer to, long from) {
        for (long i = from; numbers.hasRemaining(); i++) {
            to.put(
                    i,
                    switch (to.dataType()) {
                        case UBYTE -> Byte.toUnsignedInt(numbers.get());
                        case BYTE -> numbers.get();
                        case SHORT -> numbers.getShort();
                        case INT -> numbers.getInt();
                        case FLOAT -> numbers.getFloat();
                        default -> numbers.getDouble();
                    });
        }
    }

    private static void toNativeOrder(byte[] bytes, int length, int width) {
        if (ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN) {
            return;
        }
        for (int start = 0; start < length; start += width) {
            for (int i = 0; i < width / 2; i++) {
                byte first = bytes[start + i];
                bytes[start + i] = bytes[start + width - 1 - i];
                bytes[start + width - 1 - i] = first;
            }
        }
    }
}
