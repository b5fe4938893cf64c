package io.github.bn4j.tensorboard;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;
import org.nd4j.shade.protobuf.CodedOutputStream;
import org.tensorflow.framework.GraphDef;
import org.tensorflow.framework.Summary;

/** Appends events to a file; each is in it as a whole when the call returns. */
final class EventFile implements Closeable {

    /* Records as in TensorFlow's record_writer.h: the length in 8 bytes, its checksum, the event, its checksum, all little-endian.
     * Events as in event.proto, which ND4J has no class for: 1 wall time, 2 step, then one of 3 version, 4 graph, 5 summary,
     * 7 session. Plain streams, because an interrupt closes channels: who interrupts a training wants its last epoch too. */

    private static final int VERSION = 3;
    private static final int GRAPH = 4;
    private static final int SUMMARY = 5;
    private static final int SESSION = 7;
    private static final byte[] SESSION_STARTS = {8, 1};
    private static final int MASK = 0xa282ead8;

    /** Opens a file that is there, to append to it. */
    @FunctionalInterface
    interface Opener {

        /** A stream that writes what it is given at once. */
        OutputStream open(Path file) throws IOException;
    }

    private final OutputStream out;

    /** A file without events so far. */
    EventFile(OutputStream out) throws IOException {
        this.out = out;
        write(0, VERSION, "brain.Event:2".getBytes(StandardCharsets.UTF_8));
    }

    static OutputStream open(Path file) throws IOException {
        return file.getFileSystem().equals(FileSystems.getDefault())
                ? new FileOutputStream(file.toFile(), true)
                : Files.newOutputStream(file, StandardOpenOption.APPEND);
    }

    void graph(GraphDef graph) throws IOException {
        write(0, GRAPH, graph.toByteArray());
    }

    void summary(long step, Summary summary) throws IOException {
        write(step, SUMMARY, summary.toByteArray());
    }

    /** Says that all that other files of the folder have from a step on does not count. */
    void startsAt(long step) throws IOException {
        write(step, SESSION, SESSION_STARTS);
    }

    private void write(long step, int field, byte[] content) throws IOException {
        ByteArrayOutputStream event = new ByteArrayOutputStream(content.length + 32);
        CodedOutputStream coded = CodedOutputStream.newInstance(event);
        coded.writeDouble(1, System.currentTimeMillis() / 1000.0);
        coded.writeInt64(2, step);
        coded.writeByteArray(field, content);
        coded.flush();
        out.write(record(event.toByteArray()));
        out.flush();
    }

    private static byte[] record(byte[] event) {
        ByteBuffer record = ByteBuffer.allocate(event.length + 16).order(ByteOrder.LITTLE_ENDIAN);
        record.putLong(event.length);
        record.putInt(checksum(record.array(), Long.BYTES));
        record.put(event).putInt(checksum(event, event.length));
        return record.array();
    }

    private static int checksum(byte[] bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        return Integer.rotateRight((int) crc.getValue(), 15) + MASK;
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
