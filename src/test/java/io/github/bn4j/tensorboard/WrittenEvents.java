package io.github.bn4j.tensorboard;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.nd4j.shade.protobuf.CodedInputStream;
import org.tensorflow.framework.GraphDef;
import org.tensorflow.framework.Summary;

/**
 * What is in a file of events, read after TensorFlow's {@code record_writer.h} and {@code event.proto} with a loop per sentence; refuses
 * what does not follow them.
 *
 * @param version of the first event; empty in others
 * @param graph null in events of anything else
 * @param summary null in events of anything else
 * @param session the bytes of a session's log; empty in events of anything else
 */
record WrittenEvents(double wallTime, long step, String version, GraphDef graph, Summary summary, List<Byte> session) {

    /** The events of a file, in order. */
    static List<WrittenEvents> in(Path file) throws IOException {
        List<WrittenEvents> events = new ArrayList<>();
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining()) {
            byte[] length = new byte[8];
            bytes.get(length);
            assertThat(bytes.getInt()).isEqualTo(masked(crc(length)));
            byte[] event = new byte
                    [(int) ByteBuffer.wrap(length)
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .getLong()];
            bytes.get(event);
            assertThat(bytes.getInt()).isEqualTo(masked(crc(event)));
            events.add(event(CodedInputStream.newInstance(event)));
        }
        return events;
    }

    /** The polynomial division, bit by bit: CRC-32C of RFC 3720, appendix B.4, whose test value is below. */
    static int crc(byte[] bytes) {
        int crc = -1;
        for (byte each : bytes) {
            crc ^= each & 0xff;
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc & 1) == 1 ? crc >>> 1 ^ 0x82f63b78 : crc >>> 1;
            }
        }
        return ~crc;
    }

    private static int masked(int crc) {
        return (crc >>> 15 | crc << 17) + 0xa282ead8;
    }

    private static WrittenEvents event(CodedInputStream in) throws IOException {
        double wallTime = 0;
        long step = 0;
        String version = "";
        GraphDef graph = null;
        Summary summary = null;
        List<Byte> session = new ArrayList<>();
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (tag) {
                case 1 << 3 | 1 -> wallTime = in.readDouble();
                case 2 << 3 -> step = in.readInt64();
                case 3 << 3 | 2 -> version = in.readStringRequireUtf8();
                case 4 << 3 | 2 -> graph = GraphDef.parseFrom(in.readByteArray());
                case 5 << 3 | 2 -> summary = Summary.parseFrom(in.readByteArray());
                case 7 << 3 | 2 -> {
                    for (byte each : in.readByteArray()) {
                        session.add(each);
                    }
                }
                default -> throw new AssertionError("an unknown field: " + tag);
            }
        }
        return new WrittenEvents(wallTime, step, version, graph, summary, session);
    }

    /** The values of its summary, if it has one. */
    Stream<Summary.Value> values() {
        return Optional.ofNullable(summary).stream().flatMap(all -> all.getValueList().stream());
    }

    Stream<String> tags() {
        return values().map(Summary.Value::getTag);
    }
}
