package io.github.bn4j.pytorch;

import io.github.bn4j.internal.ElementBytes;
import io.github.bn4j.internal.ElementType;
import io.github.bn4j.internal.MemoryLimit;
import io.github.bn4j.internal.Tensors;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.nd4j.linalg.api.ndarray.INDArray;

/** An array in the format of NumPy: versions 1 to 3, numbers, little-endian. */
final class NpyArray {

    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
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

    private NpyArray() {}

    static INDArray read(InputStream in, Refusal refusal) throws IOException {
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
        return array(in, type, parts.group(3), refusal);
    }

    private static INDArray array(InputStream in, ElementType type, String text, Refusal refusal) throws IOException {
        long[] dims;
        long size;
        try {
            dims = Stream.of(text.split(","))
                    .map(String::strip)
                    .filter(part -> !part.isEmpty())
                    .mapToLong(Long::parseLong)
                    .toArray();
            size = LongStream.of(dims).reduce(1, Math::multiplyExact);
        } catch (ArithmeticException | NumberFormatException tooLarge) {
            throw refusal.of("fewer elements than 2³¹", "(" + text + ")");
        }
        if (size < 1 || size > Integer.MAX_VALUE - 8) {
            throw refusal.of("1 to 2³¹ − 9 elements", "(" + text + ")");
        }
        MemoryLimit.require(
                "PyTorch.load", (double) size * type.array().width(), "an array (" + text + ")", "load less");
        INDArray array = Tensors.zeros(type.array(), dims);
        ElementBytes.read(in, type, array);
        return array;
    }
}
