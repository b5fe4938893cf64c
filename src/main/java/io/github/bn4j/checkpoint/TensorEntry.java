package io.github.bn4j.checkpoint;

import io.github.bn4j.internal.ElementType;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the header of a safetensors file says of one tensor.
 *
 * @param name its name
 * @param dtype name of its type in the format
 * @param dims its dimensions, of which some may be 0
 * @param begin first byte of its elements in the data
 * @param end byte behind the last of them
 */
@SuppressWarnings("ArrayRecordComponent")
record TensorEntry(String name, String dtype, long[] dims, long begin, long end) {

    /** Most elements of an array that Java reads at once. */
    static final long MAX_ELEMENTS = Integer.MAX_VALUE - 8;

    /** Most axes of an array of ND4J. */
    private static final int MAX_RANK = 32;

    /** Bytes of one element; a type that is not here may have elements of less than a byte. */
    private static final Map<String, Integer> WIDTHS = Map.ofEntries(
            Map.entry("BOOL", 1),
            Map.entry("U8", 1),
            Map.entry("I8", 1),
            Map.entry("F8_E4M3", 1),
            Map.entry("F8_E5M2", 1),
            Map.entry("U16", 2),
            Map.entry("I16", 2),
            Map.entry("F16", 2),
            Map.entry("BF16", 2),
            Map.entry("U32", 4),
            Map.entry("I32", 4),
            Map.entry("F32", 4),
            Map.entry("U64", 8),
            Map.entry("I64", 8),
            Map.entry("F64", 8),
            Map.entry("C64", 8));

    /**
     * Reads an entry.
     *
     * @param available number of bytes of data in the file
     */
    static TensorEntry of(String name, Json json, long available) {
        FileSource source = json.source();
        String dtype = json.at("dtype").string();
        long[] dims = json.at("shape").items().stream()
                .mapToLong(item -> item.whole(0, Long.MAX_VALUE))
                .toArray();
        List<Json> offsets = json.at("data_offsets").items();
        if (offsets.size() != 2) {
            throw json.at("data_offsets").wrong("two offsets");
        }
        long begin = offsets.get(0).whole(0, Long.MAX_VALUE);
        long end = offsets.get(1).whole(0, Long.MAX_VALUE);
        if (begin > end || end > available) {
            throw source.damaged(
                    "tensor \"" + name + "\" within " + available + " bytes of data",
                    "offsets [" + begin + ", " + end + "]");
        }
        Integer width = WIDTHS.get(dtype);
        if (width != null) {
            long bytes = bytes(dims, width, json.at("shape"));
            if (bytes != end - begin) {
                throw source.damaged(
                        bytes + " bytes of tensor \"" + name + "\" " + Arrays.toString(dims) + " " + dtype,
                        end - begin);
            }
        }
        return new TensorEntry(name, dtype, dims, begin, end);
    }

    private static long bytes(long[] dims, long width, Json shape) {
        long bytes = width;
        for (long dim : dims) {
            if (dim == 0) {
                return 0;
            }
        }
        for (long dim : dims) {
            if (bytes > Long.MAX_VALUE / dim) {
                throw shape.wrong("a tensor of at most " + Long.MAX_VALUE + " bytes");
            }
            bytes *= dim;
        }
        return bytes;
    }

    /** The type of its elements; null if no array holds it, as for eighths of precision, complex numbers or no elements. */
    @Nullable
    ElementType type() {
        if (dims.length > MAX_RANK || begin == end) {
            return null;
        }
        return ElementType.of(dtype)
                .filter(type -> end - begin <= MAX_ELEMENTS * type.width())
                .orElse(null);
    }

    @Override
    public String toString() {
        return Arrays.toString(dims) + " " + dtype;
    }
}
