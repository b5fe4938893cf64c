package io.github.bn4j.checkpoint.internal;

import io.github.bn4j.checkpoint.CheckpointException;
import io.github.bn4j.internal.ElementBytes;
import io.github.bn4j.internal.ElementType;
import io.github.bn4j.internal.MemoryLimit;
import io.github.bn4j.internal.SavedFile;
import io.github.bn4j.internal.Tensors;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** An array in the format of NumPy: versions 1 to 3, numbers, little-endian. */
public final class NpyFile {

    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
    private static final int ALIGNMENT = 64;
    private static final int MAX_HEADER = 1 << 16;
    private static final Pattern HEADER = Pattern.compile(
            "\\{'descr': '([<|=]?[a-zA-Z]\\d+)', 'fortran_order': (True|False), 'shape': \\(([0-9, ]*)\\), \\}\\s*");
    private static final Map<String, ElementType> TYPES = Map.of(
            "f8", ElementType.F64,
            "f4", ElementType.F32,
            "f2", ElementType.F16,
            "i8", ElementType.I64,
            "i4", ElementType.I32,
            "i2", ElementType.I16,
            "i1", ElementType.I8,
            "u1", ElementType.U8,
            "b1", ElementType.BOOL);

    private NpyFile() {}

    /**
     * Reads a file with one array. Half precision, small whole numbers and truth values come as float32, those of 32 and 64 bits as
     * float64.
     *
     * @param who who wants it, for messages
     * @throws CheckpointException if there is no such file, or it is damaged or holds anything but numbers
     * @throws UncheckedIOException if reading fails
     */
    public static INDArray read(String who, Path path) {
        return read(who, path, (in, refusal) -> read(who, in, refusal));
    }

    /** Makes something of the bytes of a file. */
    @FunctionalInterface
    private interface Reading<T> {

        T of(InputStream in, Refusal refusal) throws IOException;
    }

    private static <T> T read(String who, Path path, Reading<T> reading) {
        if (!Files.isRegularFile(path)) {
            throw new CheckpointException(who + " expects an existing file but got \"" + path + "\"; check the path");
        }
        try (InputStream in = new BufferedInputStream(Files.newInputStream(path))) {
            return reading.of(
                    in,
                    (expected, got) -> new CheckpointException(who + " expects " + expected + " in \"" + path
                            + "\" but got " + got + "; write it by numpy.save(path, array)"));
        } catch (IOException e) {
            throw new UncheckedIOException(
                    who + " expects to read \"" + path + "\" but got " + e + "; check the file", e);
        }
    }

    /**
     * Writes a file with one array as a whole or not at all.
     *
     * @param who who wants it, for messages
     * @param array float32 or float64. Not modified.
     * @throws UncheckedIOException if writing fails
     */
    public static void write(String who, Path path, INDArray array) {
        SavedFile.write(who, path, out -> write(array, out));
    }

    /** Writes an array, with a header of version 1 whose length is a multiple of 64 as NumPy has it. */
    static void write(INDArray array, OutputStream out) throws IOException {
        String shape = text(array.shape());
        String header = "{'descr': '" + (array.dataType() == DataType.DOUBLE ? "<f8" : "<f4")
                + "', 'fortran_order': False, 'shape': (" + shape + "), }";
        int start = MAGIC.length + 2 + Short.BYTES;
        int length = (start + header.length() + ALIGNMENT) / ALIGNMENT * ALIGNMENT - start;
        ByteBuffer bytes = ByteBuffer.allocate(start + length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.put(MAGIC).put((byte) 1).put((byte) 0).putShort((short) length);
        bytes.put((header + " ".repeat(length - header.length() - 1) + "\n").getBytes(StandardCharsets.US_ASCII));
        out.write(bytes.array());
        ElementBytes.write(array, out);
    }

    /**
     * What a file says of its array before the elements.
     *
     * @param type of the elements
     * @param shape of the array, all of whose elements can be counted
     * @param begin the byte of the file that the elements begin at
     */
    @SuppressWarnings("ArrayRecordComponent")
    public record Header(ElementType type, long[] shape, long begin) {}

    /** Whether a file begins as those of NumPy do. */
    public static boolean isOne(Path path) {
        try (InputStream in = Files.newInputStream(path)) {
            return Arrays.equals(in.readNBytes(MAGIC.length), MAGIC);
        } catch (IOException unreadable) {
            // Which whoever reads it says.
            return false;
        }
    }

    /**
     * Reads what a file says of its array, which may be larger than memory.
     *
     * @param who who wants it, for messages
     * @throws CheckpointException if there is no such file, or it is damaged or holds anything but numbers
     * @throws UncheckedIOException if reading fails
     */
    public static Header header(String who, Path path) {
        return read(who, path, (in, refusal) -> header(in, Files.size(path), refusal));
    }

    /** Reads what {@code bytes} bytes say of their array, all of which have to be there. */
    static Header header(InputStream in, long bytes, Refusal refusal) throws IOException {
        Header header = header(in, refusal);
        double end = header.begin + (double) header.type.width() * size(header);
        if (end > bytes) {
            throw refusal.of(String.format(Locale.ROOT, "%.0f bytes", end), bytes);
        }
        return header;
    }

    private static long size(Header header) {
        return LongStream.of(header.shape).reduce(1, (product, dim) -> product * dim);
    }

    /** Reads an array from where the stream stands. */
    static INDArray read(String who, InputStream in, Refusal refusal) throws IOException {
        Header header = header(in, refusal);
        long size = size(header);
        if (size < 1 || size > Integer.MAX_VALUE - 8) {
            throw refusal.of("1 to 2³¹ − 9 elements", text(header));
        }
        MemoryLimit.require(who, (double) size * header.type.array().width(), "an array " + text(header), "load less");
        INDArray array = Tensors.zeros(header.type.array(), header.shape);
        ElementBytes.read(in, header.type, array);
        return array;
    }

    private static String text(Header header) {
        return "(" + text(header.shape) + ")";
    }

    private static String text(long... shape) {
        return LongStream.of(shape).mapToObj(Long::toString).collect(Collectors.joining(", "))
                + (shape.length == 1 ? "," : "");
    }

    private static Header header(InputStream in, Refusal refusal) throws IOException {
        byte[] start = in.readNBytes(MAGIC.length + 2);
        if (start.length < MAGIC.length + 2
                || !ByteBuffer.wrap(start, 0, MAGIC.length).equals(ByteBuffer.wrap(MAGIC))) {
            throw refusal.of("an array of NumPy", "other bytes");
        }
        int widthOfLength = start[MAGIC.length] == 1 ? 2 : 4;
        byte[] length = in.readNBytes(widthOfLength);
        if (length.length < widthOfLength) {
            throw refusal.of("a header", "the end of the file");
        }
        ByteBuffer number = ByteBuffer.wrap(length).order(ByteOrder.LITTLE_ENDIAN);
        int bytes = widthOfLength == 2 ? number.getShort() & 0xFFFF : number.getInt();
        if (bytes < 0 || bytes > MAX_HEADER) {
            throw refusal.of("a header of at most " + MAX_HEADER + " bytes", bytes);
        }
        String header = new String(in.readNBytes(bytes), StandardCharsets.UTF_8);
        Matcher parts = HEADER.matcher(header);
        if (!parts.matches()) {
            throw refusal.of("a header of NumPy", header.strip());
        }
        ElementType type = TYPES.get(parts.group(1).replaceFirst("[<|=]", ""));
        if (type == null || parts.group(2).equals("True")) {
            throw refusal.of("numbers in row-major order", header.strip());
        }
        return new Header(type, shape(parts.group(3), refusal), (long) start.length + widthOfLength + bytes);
    }

    private static void requireCountable(long... dims) {
        long product = 1;
        for (long dim : dims) {
            product = Math.multiplyExact(product, dim);
        }
    }

    private static long[] shape(String text, Refusal refusal) {
        try {
            long[] dims = Stream.of(text.split(","))
                    .map(String::strip)
                    .filter(part -> !part.isEmpty())
                    .mapToLong(Long::parseLong)
                    .toArray();
            requireCountable(dims);
            return dims;
        } catch (ArithmeticException | NumberFormatException tooLarge) {
            throw refusal.of("fewer elements than 2³¹", "(" + text + ")");
        }
    }
}
