package io.github.bn4j.spark.internal.mesh;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What ranks say to each other in front of elements, in 24 bytes. Whoever gets one that differs from what he would say himself knows that
 * the other one computes something else; what follows is never believed to be longer than what he asks for.
 *
 * @param part which part of the call, as large ones come in several
 * @param members of how many ranks the elements are added up
 * @param count how many elements the whole call adds up; of a failure how many bytes its sentence has
 * @param call which call among these members, from 1 on
 */
record MessageHeader(Kind kind, int part, int members, int count, long call) {

    static final int BYTES = 24;

    /** The longest sentence of a failure, in bytes of UTF-8. */
    static final int LONGEST_SENTENCE = 8192;

    private static final int MAGIC = 0x626e_3400;

    /** What follows. */
    enum Kind {
        FLOATS(1),
        DOUBLES(2),

        /** A sentence, after which there is nothing more to add up. */
        FAILURE(3),

        /** Nothing: the rank has all that it asked for. */
        LEAVE(4);

        private final int code;

        Kind(int code) {
            this.code = code;
        }

        static @Nullable Kind of(int code) {
            for (Kind kind : values()) {
                if (kind.code == code) {
                    return kind;
                }
            }
            return null;
        }
    }

    static MessageHeader failure(int bytes) {
        return new MessageHeader(Kind.FAILURE, 0, 0, bytes, 0);
    }

    static MessageHeader leave() {
        return new MessageHeader(Kind.LEAVE, 0, 0, 0, 0);
    }

    /** Writes it to a little-endian buffer, from its position on. */
    void write(ByteBuffer target) {
        target.putInt(MAGIC | kind.code)
                .putInt(part)
                .putInt(members)
                .putInt(count)
                .putLong(call);
    }

    /** Reads one from a little-endian buffer; null if it is none. */
    static @Nullable MessageHeader read(ByteBuffer source) {
        int start = source.getInt();
        Kind kind = Kind.of(start & 0xff);
        if ((start & ~0xff) != MAGIC || kind == null) {
            return null;
        }
        MessageHeader header =
                new MessageHeader(kind, source.getInt(), source.getInt(), source.getInt(), source.getLong());
        boolean sentence = header.kind == Kind.FAILURE;
        return sentence && (header.count < 0 || header.count > LONGEST_SENTENCE) ? null : header;
    }

    /** What is asked for, for messages. */
    String sum() {
        return "sum %d of %d %s among %d".formatted(call, count, kind == Kind.FLOATS ? "floats" : "doubles", members);
    }
}
