package io.github.bn4j.checkpoint;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.internal.Tensors;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The safetensors format, as far as float32 and float64 go. */
final class Safetensors {

    /* Eight bytes with the length of the header, little-endian; the header, a JSON object padded with spaces to a
     * multiple of eight; the elements of all tensors in row-major order, little-endian, one tensor after the other
     * without a gap. Offsets count from the end of the header. "__metadata__" maps strings to strings. Readers of other
     * languages refuse a header above 100 MB, gaps, and bytes that belong to no tensor; so does this one. */

    static final String METADATA = "__metadata__";

    private static final long MAX_HEADER = 100_000_000;
    private static final int LENGTH_BYTES = 8;
    private static final int CHUNK = 1 << 16;
    private static final int MAX_RANK = 32;
    private static final long MAX_ELEMENTS = Integer.MAX_VALUE - 8;

    private record Entry(String name, DataType type, Shape shape, long elements, long begin, long end) {}

    private Safetensors() {}

    static byte[] header(Map<String, INDArray> tensors, Map<String, String> metadata) {
        JsonObject header = new JsonObject();
        JsonObject strings = new JsonObject();
        metadata.forEach(strings::addProperty);
        header.add(METADATA, strings);
        long offset = 0;
        for (Map.Entry<String, INDArray> tensor : tensors.entrySet()) {
            INDArray array = tensor.getValue();
            checkWritable(tensor.getKey(), array);
            long end = offset + array.length() * array.dataType().width();
            JsonObject entry = new JsonObject();
            entry.addProperty("dtype", array.dataType() == DataType.FLOAT ? "F32" : "F64");
            entry.add("shape", of(array.shape()));
            entry.add("data_offsets", of(offset, end));
            header.add(tensor.getKey(), entry);
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

    private static void checkWritable(String name, INDArray array) {
        if (name.equals(METADATA)) {
            throw new CheckpointException("Network.save expects another tensor name but got \"" + METADATA
                    + "\", which the file format reserves; rename the tensor");
        }
        if (array.dataType() != DataType.FLOAT && array.dataType() != DataType.DOUBLE) {
            throw new CheckpointException("Network.save expects tensors of FLOAT or DOUBLE but got " + array.dataType()
                    + " as \"" + name + "\"; cast it first");
        }
        if (array.isEmpty() || array.length() > MAX_ELEMENTS) {
            throw new CheckpointException("Network.save expects tensors of 1 to " + MAX_ELEMENTS + " elements but got "
                    + Arrays.toString(array.shape()) + " as \"" + name + "\"; leave it out or split it");
        }
    }

    private static JsonArray of(long... numbers) {
        JsonArray array = new JsonArray();
        for (long number : numbers) {
            array.add(number);
        }
        return array;
    }

    static void write(FileChannel channel, byte[] header, Iterable<INDArray> tensors) throws IOException {
        ByteBuffer length = ByteBuffer.allocate(LENGTH_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        length.putLong(header.length).flip();
        writeFully(channel, length);
        writeFully(channel, ByteBuffer.wrap(header));
        ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK).order(ByteOrder.LITTLE_ENDIAN);
        for (INDArray tensor : tensors) {
            INDArray dense = Tensors.copy(tensor);
            if (dense.dataType() == DataType.FLOAT) {
                float[] values = dense.data().asFloat();
                int step = CHUNK / Float.BYTES;
                for (int from = 0; from < values.length; from += step) {
                    int count = Math.min(step, values.length - from);
                    chunk.clear().limit(count * Float.BYTES);
                    chunk.asFloatBuffer().put(values, from, count);
                    writeFully(channel, chunk);
                }
            } else {
                double[] values = dense.data().asDouble();
                int step = CHUNK / Double.BYTES;
                for (int from = 0; from < values.length; from += step) {
                    int count = Math.min(step, values.length - from);
                    chunk.clear().limit(count * Double.BYTES);
                    chunk.asDoubleBuffer().put(values, from, count);
                    writeFully(channel, chunk);
                }
            }
        }
    }

    private static void writeFully(FileChannel channel, ByteBuffer buffer) throws IOException {
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }

    /** The header of a file, whose position is then the start of the data. */
    static Json readHeader(FileChannel channel, Source source) throws IOException {
        long size = channel.size();
        if (size < LENGTH_BYTES + 2) {
            throw source.damaged("at least " + (LENGTH_BYTES + 2) + " bytes", size);
        }
        ByteBuffer length = ByteBuffer.allocate(LENGTH_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        readFully(channel, length);
        long bytes = length.flip().getLong();
        long most = Math.min(MAX_HEADER, size - LENGTH_BYTES);
        if (bytes < 2 || bytes > most) {
            throw source.wrong(
                    "a header of 2 to " + most + " bytes",
                    Long.toUnsignedString(bytes),
                    "the file is damaged or no safetensors file, use another copy",
                    null);
        }
        ByteBuffer header = ByteBuffer.allocate((int) bytes);
        readFully(channel, header);
        String text;
        try {
            text = StandardCharsets.UTF_8.newDecoder().decode(header.flip()).toString();
        } catch (CharacterCodingException e) {
            throw source.damaged("UTF-8 text as header", "other bytes", e);
        }
        if (!text.startsWith("{")) {
            throw source.damaged("a header that begins with {", "\"" + text.charAt(0) + "\"");
        }
        return Json.parse(text, "header", source);
    }

    /** All tensors, in the order of the data; {@code channel} is where {@link #readHeader} left it. */
    static Map<String, INDArray> readTensors(FileChannel channel, Json header) throws IOException {
        Source source = header.source();
        long available = channel.size() - channel.position();
        List<Entry> entries = entries(header, available);
        Tensors.start();
        Map<String, INDArray> tensors = new LinkedHashMap<>();
        try (MemoryWorkspace none = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
            for (Entry entry : entries) {
                tensors.put(entry.name(), read(channel, entry));
            }
        } catch (EOFException e) {
            throw source.damaged(available + " bytes of data", "less", e);
        }
        return tensors;
    }

    private static List<Entry> entries(Json header, long available) {
        Source source = header.source();
        List<Entry> entries = new ArrayList<>();
        header.members().forEach((name, json) -> {
            if (!name.equals(METADATA)) {
                entries.add(entry(name, json, available));
            }
        });
        entries.sort(Comparator.comparingLong(Entry::begin));
        long end = 0;
        for (Entry entry : entries) {
            if (entry.begin() != end) {
                throw source.damaged(
                        "tensor \"" + entry.name() + "\" at byte " + end + " of the data", "byte " + entry.begin());
            }
            end = entry.end();
        }
        if (end != available) {
            throw source.damaged(end + " bytes of data", available);
        }
        return entries;
    }

    private static Entry entry(String name, Json json, long available) {
        Source source = json.source();
        String dtype = json.at("dtype").string();
        if (!dtype.equals("F32") && !dtype.equals("F64")) {
            throw source.wrong(
                    "F32 or F64 as dtype of tensor \"" + name + "\"",
                    "\"" + dtype + "\"",
                    "convert the tensor before loading",
                    null);
        }
        DataType type = dtype.equals("F32") ? DataType.FLOAT : DataType.DOUBLE;
        Shape shape = json.at("shape").shape();
        if (shape.rank() > MAX_RANK) {
            throw json.at("shape").wrong("at most " + MAX_RANK + " axes");
        }
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
        long elements = 1;
        for (long dim : shape.dims()) {
            // Divided rather than multiplied, which could overflow.
            if (dim > MAX_ELEMENTS / elements) {
                throw json.at("shape").wrong("at most " + MAX_ELEMENTS + " elements");
            }
            elements *= dim;
        }
        if (elements * type.width() != end - begin) {
            throw source.damaged(
                    elements * type.width() + " bytes of tensor \"" + name + "\" " + shape + " " + dtype, end - begin);
        }
        return new Entry(name, type, shape, elements, begin, end);
    }

    private static INDArray read(FileChannel channel, Entry entry) throws IOException {
        ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK).order(ByteOrder.LITTLE_ENDIAN);
        int length = (int) entry.elements();
        INDArray flat;
        if (entry.type() == DataType.FLOAT) {
            float[] values = new float[length];
            int step = CHUNK / Float.BYTES;
            for (int from = 0; from < length; from += step) {
                int count = Math.min(step, length - from);
                chunk.clear().limit(count * Float.BYTES);
                readFully(channel, chunk);
                chunk.flip();
                chunk.asFloatBuffer().get(values, from, count);
            }
            flat = Nd4j.createFromArray(values);
        } else {
            double[] values = new double[length];
            int step = CHUNK / Double.BYTES;
            for (int from = 0; from < length; from += step) {
                int count = Math.min(step, length - from);
                chunk.clear().limit(count * Double.BYTES);
                readFully(channel, chunk);
                chunk.flip();
                chunk.asDoubleBuffer().get(values, from, count);
            }
            flat = Nd4j.createFromArray(values);
        }
        return flat.reshape('c', entry.shape().dims());
    }

    private static void readFully(FileChannel channel, ByteBuffer buffer) throws IOException {
        while (buffer.hasRemaining()) {
            if (channel.read(buffer) < 0) {
                throw new EOFException();
            }
        }
    }
}
