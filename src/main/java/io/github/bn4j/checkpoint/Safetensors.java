package io.github.bn4j.checkpoint;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.github.bn4j.internal.ElementBytes;
import io.github.bn4j.internal.ElementType;
import io.github.bn4j.internal.Tensors;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The safetensors format: float32 and float64 are written, other numbers are read too, as those. */
final class Safetensors {

    /* Eight bytes with the length of the header, little-endian; the header, a JSON object padded with spaces to a
     * multiple of eight; the elements of all tensors in row-major order, little-endian, one tensor after the other
     * without a gap. Offsets count from the end of the header. "__metadata__" maps strings to strings. Readers of other
     * languages refuse a header above 100 MB, gaps, and bytes that belong to no tensor; so does this one.
     *
     * Plain streams: a channel of an interrupted thread is closed, and a training that is cancelled has to be saved. */

    static final String METADATA = "__metadata__";

    private static final long MAX_HEADER = 100_000_000;
    private static final int LENGTH_BYTES = 8;

    /** What comes before the data, and how many bytes of data there are. */
    record Header(Json json, long available) {}

    private Safetensors() {}

    static byte[] header(Map<String, INDArray> tensors, Map<String, String> metadata) {
        return header(tensors, metadata, null);
    }

    /** A header for tensors in memory, behind one that is not. */
    static byte[] header(Map<String, INDArray> tensors, Map<String, String> metadata, @Nullable WrittenTensor first) {
        JsonObject header = new JsonObject();
        JsonObject strings = new JsonObject();
        metadata.forEach(strings::addProperty);
        header.add(METADATA, strings);
        long offset = 0;
        if (first != null) {
            offset = first.bytes();
            header.add(first.name(), entry("F32", first.dims(), 0, offset));
        }
        for (Map.Entry<String, INDArray> tensor : tensors.entrySet()) {
            INDArray array = tensor.getValue();
            checkWritable(tensor.getKey(), array);
            long end = offset + array.length() * array.dataType().width();
            String type = array.dataType() == DataType.FLOAT ? "F32" : "F64";
            header.add(tensor.getKey(), entry(type, array.shape(), offset, end));
            offset = end;
        }
        byte[] text = Json.text(header).getBytes(StandardCharsets.UTF_8);
        byte[] padded = Arrays.copyOf(text, (text.length + 7) / 8 * 8);
        Arrays.fill(padded, text.length, padded.length, (byte) ' ');
        if (padded.length > MAX_HEADER) {
            throw new CheckpointException("Network.save expects a header of at most " + MAX_HEADER + " bytes but got "
                    + padded.length + "; store less text");
        }
        return padded;
    }

    private static JsonObject entry(String type, long[] dims, long begin, long end) {
        JsonObject entry = new JsonObject();
        entry.addProperty("dtype", type);
        entry.add("shape", of(dims));
        entry.add("data_offsets", of(begin, end));
        return entry;
    }

    private static void checkWritable(String name, INDArray array) {
        if (name.equals(METADATA)) {
            throw new CheckpointException("Network.save expects another tensor name but got \"" + METADATA
                    + "\", which the file format reserves; rename the tensor");
        }
        if (array.dataType() != DataType.FLOAT && array.dataType() != DataType.DOUBLE) {
            throw new CheckpointException("Network.save expects tensors of FLOAT or DOUBLE but got " + array.dataType()
                    + " as \"" + name + "\"; cast it first");
        }
        if (array.isEmpty() || array.length() > TensorEntry.MAX_ELEMENTS) {
            throw new CheckpointException("Network.save expects tensors of 1 to " + TensorEntry.MAX_ELEMENTS
                    + " elements but got " + Arrays.toString(array.shape()) + " as \"" + name
                    + "\"; leave it out or split it");
        }
    }

    private static JsonArray of(long... numbers) {
        JsonArray array = new JsonArray();
        for (long number : numbers) {
            array.add(number);
        }
        return array;
    }

    static void write(OutputStream out, byte[] header, Iterable<INDArray> tensors) throws IOException {
        writeHeader(out, header);
        for (INDArray tensor : tensors) {
            ElementBytes.write(tensor, out);
        }
    }

    static void writeHeader(OutputStream out, byte[] header) throws IOException {
        out.write(ByteBuffer.allocate(LENGTH_BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(header.length)
                .array());
        out.write(header);
    }

    private static ByteBuffer littleEndian(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** The header of a file of {@code size} bytes; the stream is then at the start of the data. */
    static Header readHeader(InputStream in, long size, FileSource source) throws IOException {
        if (size < LENGTH_BYTES + 2) {
            throw source.damaged("at least " + (LENGTH_BYTES + 2) + " bytes", size);
        }
        long bytes = littleEndian(readFully(in, LENGTH_BYTES)).getLong();
        long most = Math.min(MAX_HEADER, size - LENGTH_BYTES);
        if (bytes < 2 || bytes > most) {
            throw source.wrong(
                    "a header of 2 to " + most + " bytes",
                    Long.toUnsignedString(bytes),
                    "the file is damaged or no safetensors file, use another copy",
                    null);
        }
        String text;
        try {
            ByteBuffer header = ByteBuffer.wrap(readFully(in, (int) bytes));
            text = StandardCharsets.UTF_8.newDecoder().decode(header).toString();
        } catch (CharacterCodingException e) {
            throw source.damaged("UTF-8 text as header", "other bytes", e);
        }
        if (!text.startsWith("{")) {
            throw source.damaged("a header that begins with {", "\"" + text.charAt(0) + "\"");
        }
        return new Header(Json.parse(text, "header", source), size - LENGTH_BYTES - bytes);
    }

    private static byte[] readFully(InputStream in, int count) throws IOException {
        byte[] bytes = in.readNBytes(count);
        if (bytes.length < count) {
            throw new EOFException("the file ended while it was read");
        }
        return bytes;
    }

    /** What the header says of all tensors, by name, in the order of the data. */
    static Map<String, TensorEntry> entries(Header header) {
        FileSource source = header.json().source();
        List<TensorEntry> entries = new ArrayList<>();
        header.json().members().forEach((name, json) -> {
            if (!name.equals(METADATA)) {
                entries.add(TensorEntry.of(name, json, header.available()));
            }
        });
        entries.sort(Comparator.comparingLong(TensorEntry::begin).thenComparingLong(TensorEntry::end));
        Map<String, TensorEntry> byName = new LinkedHashMap<>();
        long end = 0;
        for (TensorEntry entry : entries) {
            if (entry.begin() != end) {
                throw source.damaged(
                        "tensor \"" + entry.name() + "\" at byte " + end + " of the data", "byte " + entry.begin());
            }
            end = entry.end();
            byName.put(entry.name(), entry);
        }
        if (end != header.available()) {
            throw source.damaged(end + " bytes of data", header.available());
        }
        return byName;
    }

    /**
     * The tensors that can be held, by name, in the order of the data, where {@link #readHeader} left the stream.
     *
     * @param types those of the elements that are wanted; tensors of other types are passed over
     */
    static Map<String, INDArray> read(InputStream in, Iterable<TensorEntry> entries, Set<ElementType> types)
            throws IOException {
        Tensors.start();
        Map<String, INDArray> tensors = new LinkedHashMap<>();
        for (TensorEntry entry : entries) {
            ElementType type = entry.type();
            if (type == null || !types.contains(type)) {
                in.skipNBytes(entry.end() - entry.begin());
            } else {
                INDArray array = Tensors.zeros(type.array(), entry.dims());
                ElementBytes.read(in, type, array);
                tensors.put(entry.name(), array);
            }
        }
        return tensors;
    }
}
