package io.github.bn4j.spark.internal.mesh;

import io.github.bn4j.engine.CollectiveException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How a rank comes to its mesh: it connects to all lower ranks and is connected to by all higher ones. Who connects says the first half of
 * the {@linkplain MeshSecret secret} and his rank, and is answered the second half. Whoever says something else is shut out, and harms
 * nobody.
 */
final class Connecting {

    private static final int HELLO = MeshSecret.HALF + Integer.BYTES;

    /** How many may have connected without having said who they are; the first of more is shut out. */
    private static final int MOST_STRANGERS = 1024;

    private final int rank;
    private final List<MeshAddress> addresses;
    private final MeshSecret secret;
    private final Patience patience;
    private final @Nullable Peer[] peers;
    private final Deque<SocketChannel> strangers = new ArrayDeque<>();
    private final Selector selector;
    private int missing;

    private Connecting(int rank, List<MeshAddress> addresses, MeshSecret secret, Patience patience, Selector selector) {
        this.rank = rank;
        this.addresses = addresses;
        this.secret = secret;
        this.patience = patience;
        this.selector = selector;
        peers = new Peer[addresses.size()];
        missing = peers.length - 1;
    }

    /** Opens what other ranks connect to, on all addresses of this host. */
    static ServerSocketChannel open(int port, int ranks) throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open();
        try {
            server.bind(new InetSocketAddress(port), Math.max(128, 2 * ranks));
            server.configureBlocking(false);
            return server;
        } catch (IOException | RuntimeException e) {
            server.close();
            throw e;
        }
    }

    /**
     * Connects with all others, who do the same at the same time.
     *
     * @param server {@linkplain #open opened} before the others know the address
     * @param addresses of all ranks
     * @throws CollectiveException if one cannot be reached or does not come in time
     */
    static Mesh connect(
            int rank, ServerSocketChannel server, List<MeshAddress> addresses, MeshSecret secret, Patience patience)
            throws IOException {
        Selector selector = Selector.open();
        Connecting connecting = new Connecting(rank, addresses, secret, patience, selector);
        boolean done = false;
        try {
            connecting.run(server);
            done = true;
            return connecting.mesh();
        } finally {
            connecting.shutOut();
            if (!done) {
                selector.keys().forEach(key -> {
                    if (key.channel() != server) {
                        close((SocketChannel) key.channel());
                    }
                });
                selector.close();
            }
        }
    }

    private void run(ServerSocketChannel server) throws IOException {
        SelectionKey accepts = server.register(selector, SelectionKey.OP_ACCEPT);
        for (int other = 0; other < rank; other++) {
            call(other);
        }
        long since = System.nanoTime();
        while (missing > 0) {
            checkGoesOn(since);
            selector.select(this::advance, patience.glance(since));
        }
        accepts.cancel();
        selector.selectNow();
    }

    private void checkGoesOn(long since) {
        if (Thread.currentThread().isInterrupted()) {
            throw new CollectiveException("rank %d failed: it was interrupted".formatted(rank));
        }
        if (patience.cancelled().getAsBoolean()) {
            throw new CollectiveException("rank %d failed: its task was cancelled".formatted(rank));
        }
        if (patience.isOver(since)) {
            int absent = 0;
            while (absent == rank || peers[absent] != null) {
                absent++;
            }
            throw new CollectiveException(
                    "SparkTrainer expects rank %d to connect with rank %d within %s but got nothing from %s; see the log of its executor, and let executors reach each other on all ports"
                            .formatted(absent, rank, patience.text(), addresses.get(absent)));
        }
    }

    private void call(int other) throws IOException {
        MeshAddress address = addresses.get(other);
        SocketChannel channel = SocketChannel.open();
        channel.configureBlocking(false);
        SelectionKey key = channel.register(selector, SelectionKey.OP_CONNECT, new Caller(other));
        try {
            if (channel.connect(new InetSocketAddress(address.host(), address.port()))) {
                introduce(key);
            }
        } catch (IOException | RuntimeException e) {
            throw unreachable(other, e);
        }
    }

    private CollectiveException unreachable(int other, Exception cause) {
        return new CollectiveException(
                "SparkTrainer expects rank %d to reach rank %d at %s but got %s; let executors reach each other on all ports"
                        .formatted(rank, other, addresses.get(other), cause),
                cause);
    }

    /** One that this rank connects to, with the room for its answer. */
    private record Caller(int other, ByteBuffer answer) {

        Caller(int other) {
            this(other, ByteBuffer.allocate(MeshSecret.HALF));
        }
    }

    private void advance(SelectionKey key) {
        if (key.isAcceptable()) {
            accept((ServerSocketChannel) key.channel());
        } else if (key.attachment() instanceof Caller caller) {
            try {
                reach(key, caller);
            } catch (IOException e) {
                throw unreachable(caller.other, e);
            }
        } else if (key.attachment() instanceof ByteBuffer hello) {
            listen(key, hello);
        }
    }

    private void reach(SelectionKey key, Caller caller) throws IOException {
        SocketChannel channel = (SocketChannel) key.channel();
        if (key.isConnectable()) {
            channel.finishConnect();
            introduce(key);
        }
        if (channel.read(caller.answer) < 0) {
            throw new IOException("the end of the connection");
        }
        if (!caller.answer.hasRemaining()) {
            if (!MeshSecret.isNext(secret.answer(), caller.answer.flip())) {
                throw new IOException("an answer of somebody else");
            }
            join(key, caller.other);
        }
    }

    private void introduce(SelectionKey key) throws IOException {
        ByteBuffer hello = ByteBuffer.allocate(HELLO).order(ByteOrder.LITTLE_ENDIAN);
        hello.put(secret.question()).putInt(rank).flip();
        sendAtOnce((SocketChannel) key.channel(), hello);
        key.interestOps(SelectionKey.OP_READ);
    }

    /** A fresh connection has room for these few bytes. */
    private static void sendAtOnce(SocketChannel channel, ByteBuffer bytes) throws IOException {
        channel.write(bytes);
        if (bytes.hasRemaining()) {
            throw new IOException("a connection without room");
        }
    }

    private void accept(ServerSocketChannel server) {
        try {
            for (SocketChannel channel = server.accept(); channel != null; channel = server.accept()) {
                channel.configureBlocking(false);
                channel.register(
                        selector,
                        SelectionKey.OP_READ,
                        ByteBuffer.allocate(HELLO).order(ByteOrder.LITTLE_ENDIAN));
                strangers.add(channel);
                if (strangers.size() > MOST_STRANGERS) {
                    close(strangers.remove());
                }
            }
        } catch (IOException ended) {
            // Who was gone again before he was let in had nothing to say.
        }
    }

    private void listen(SelectionKey key, ByteBuffer hello) {
        SocketChannel channel = (SocketChannel) key.channel();
        try {
            if (channel.read(hello) < 0) {
                throw new IOException("the end of the connection");
            }
            if (!hello.hasRemaining()) {
                boolean known = MeshSecret.isNext(secret.question(), hello.flip());
                int other = hello.getInt();
                if (!known || other <= rank || other >= peers.length || peers[other] != null) {
                    throw new IOException("a stranger");
                }
                sendAtOnce(channel, ByteBuffer.wrap(secret.answer()));
                strangers.remove(channel);
                join(key, other);
            }
        } catch (IOException stranger) {
            strangers.remove(channel);
            close(channel);
        }
    }

    private void join(SelectionKey key, int other) throws IOException {
        SocketChannel channel = (SocketChannel) key.channel();
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        key.interestOps(0);
        peers[other] = new Peer(other, addresses.get(other).host(), channel, key);
        missing--;
    }

    private void shutOut() {
        strangers.forEach(Connecting::close);
    }

    private Mesh mesh() {
        List<Peer> others = Arrays.stream(peers).filter(Objects::nonNull).toList();
        return new Mesh(rank, others, selector, patience);
    }

    private static void close(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException ended) {
            // It is closed for this one all the same.
        }
    }
}
