package io.github.bn4j.spark.internal.mesh;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/** Another rank at the other end of a connection. Sends and receives never wait: they take and give what is possible at once. */
final class Peer {

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final int rank;
    private final String address;
    private final SocketChannel channel;
    private final SelectionKey key;
    private final ByteBuffer outHeader =
            ByteBuffer.allocateDirect(MessageHeader.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private final ByteBuffer inHeader =
            ByteBuffer.allocateDirect(MessageHeader.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private final ByteBuffer[] out = {outHeader, NOTHING};

    private ByteBuffer in = NOTHING;
    private MessageHeader asked = MessageHeader.leave();
    private @Nullable ByteBuffer sentence;

    /**
     * One that has nothing to send and to receive yet.
     *
     * @param address of its executor, for messages
     * @param key of a channel that does not block
     */
    Peer(int rank, String address, SocketChannel channel, SelectionKey key) {
        this.rank = rank;
        this.address = address;
        this.channel = channel;
        this.key = key;
        outHeader.limit(0);
        inHeader.limit(0);
        key.attach(this);
    }

    int rank() {
        return rank;
    }

    String address() {
        return address;
    }

    /** Begins to send a message with {@code out} in it, and to receive one with the same header that fills {@code in}. */
    void exchange(MessageHeader header, ByteBuffer out, ByteBuffer in) {
        send(header, out);
        inHeader.clear();
        this.in = in;
        asked = header;
    }

    private void send(MessageHeader header, ByteBuffer payload) {
        outHeader.clear();
        header.write(outHeader);
        outHeader.flip();
        out[1] = payload;
    }

    boolean receives() {
        return inHeader.hasRemaining() || in.hasRemaining();
    }

    boolean sends() {
        return outHeader.hasRemaining() || out[1].hasRemaining();
    }

    boolean done() {
        return !receives() && !sends();
    }

    /** Asks the selector for what is still to be done, and for nothing else. */
    void awaitWhatIsMissing() {
        int wanted = (receives() ? SelectionKey.OP_READ : 0) | (sends() ? SelectionKey.OP_WRITE : 0);
        if (key.interestOps() != wanted) {
            key.interestOps(wanted);
        }
    }

    /**
     * Receives and sends what is possible at once; first what came, as it may say that there is nothing to send any more.
     *
     * @return whether anything was
     * @throws PeerException if the peer says something else
     * @throws IOException if the connection is at its end
     */
    boolean progress() throws IOException, PeerException {
        boolean received = receive();
        return send() || received;
    }

    private boolean receive() throws IOException, PeerException {
        boolean received = false;
        if (inHeader.hasRemaining()) {
            received = fill(inHeader);
            if (inHeader.hasRemaining()) {
                return received;
            }
            look(MessageHeader.read(inHeader.flip()));
            inHeader.position(inHeader.limit());
        }
        if (sentence != null) {
            hear(sentence);
        } else if (in.hasRemaining()) {
            received |= fill(in);
        }
        return received;
    }

    private boolean fill(ByteBuffer target) throws IOException {
        int count = channel.read(target);
        if (count < 0) {
            throw new EOFException("the end of its connection");
        }
        return count > 0;
    }

    private void look(@Nullable MessageHeader header) throws PeerException {
        if (header == null) {
            throw new PeerException(
                    "allReduce expects a message of rank %d but got other bytes from its executor at %s; let nothing but ranks use its port"
                            .formatted(rank, address));
        }
        switch (header.kind()) {
            case FAILURE -> {
                // What is in there is no longer of use.
                in = ByteBuffer.allocate(header.count());
                sentence = in;
            }
            case LEAVE ->
                throw new PeerException(
                        "allReduce expects %s of rank %d but got its leave; let all ranks ask for the same sums"
                                .formatted(asked.sum(), rank));
            default -> {
                if (!header.equals(asked)) {
                    throw new PeerException(
                            "allReduce expects %s of rank %d but got its %s; let all ranks ask for the same sums in the same order"
                                    .formatted(asked.sum(), rank, header.sum()));
                }
            }
        }
    }

    private void hear(ByteBuffer sentence) throws IOException, PeerException {
        boolean open = true;
        while (sentence.hasRemaining() && open) {
            int count = channel.read(sentence);
            if (count == 0) {
                return;
            }
            open = count > 0;
        }
        throw new PeerException(UTF_8.decode(sentence.flip()).toString());
    }

    private boolean send() throws IOException {
        return sends() && channel.write(out) > 0;
    }

    /**
     * Sends the rest of what is being sent and then a last message, as far as is possible at once; what comes meanwhile is lost.
     *
     * @return whether more is to be sent
     */
    boolean sendLast(ByteBuffer message) {
        try {
            discard();
            boolean begun = outHeader.position() > 0;
            if (begun && sends()) {
                send();
                if (sends()) {
                    return true;
                }
            }
            channel.write(message);
            return message.hasRemaining();
        } catch (IOException ended) {
            return false;
        }
    }

    /** Says that nothing more will come. */
    void endOutput() {
        try {
            channel.shutdownOutput();
        } catch (IOException ended) {
            // It knows already.
        }
    }

    /** Reads what is there. Returns whether the peer has not ended its side of the connection yet. */
    boolean discard() {
        ByteBuffer lost = ByteBuffer.allocate(1 << 16);
        try {
            int count = channel.read(lost);
            while (count > 0) {
                count = channel.read(lost.clear());
            }
            return count == 0;
        } catch (IOException ended) {
            return false;
        }
    }

    void close() {
        try {
            channel.close();
        } catch (IOException ended) {
            // It is closed for this one all the same.
        }
    }

    @Override
    public String toString() {
        return "rank " + rank + " at " + address;
    }
}
