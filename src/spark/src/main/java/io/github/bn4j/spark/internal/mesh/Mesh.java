package io.github.bn4j.spark.internal.mesh;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.bn4j.engine.CollectiveException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The connections of one rank to all others. Messages go to all and come from all at the same time, so that nobody waits for somebody who
 * waits himself; a rank that fails says so to the others. Used by one thread.
 */
final class Mesh implements AutoCloseable {

    /** How long a wait looks again and again before the thread sleeps, which would cost as much. */
    private static final long SPIN_NANOS = 50_000;

    /** With more peers a look at each of them takes as long as to be woken. */
    private static final int MOST_SPUN = 8;

    /** How long a failure may take to be told. */
    private static final Duration FAREWELL = Duration.ofSeconds(2);

    private final int rank;

    /** All but this one, by rank. */
    private final List<Peer> others;

    private final Selector selector;
    private final Patience patience;
    private @Nullable CollectiveException broken;
    private boolean closed;

    Mesh(int rank, List<Peer> others, Selector selector, Patience patience) {
        this.rank = rank;
        this.others = others;
        this.selector = selector;
        this.patience = patience;
    }

    int rank() {
        return rank;
    }

    int size() {
        return others.size() + 1;
    }

    /** Another one. */
    Peer peer(int ofRank) {
        return others.get(ofRank < rank ? ofRank : ofRank - 1);
    }

    /** Throws if something has failed before: then others may be anywhere. */
    void checkWhole() {
        if (broken != null) {
            throw new CollectiveException(String.valueOf(broken.getMessage()), broken);
        }
        if (closed) {
            throw new CollectiveException("allReduce expects an open mesh but got one that is closed");
        }
    }

    /**
     * Waits until these peers have sent and received what they {@linkplain Peer#exchange exchange}.
     *
     * @throws CollectiveException if that cannot be; the others know then
     */
    void finish(List<Peer> exchanging) {
        try {
            int missing = progress(exchanging);
            long since = System.nanoTime();
            boolean spins = exchanging.size() <= MOST_SPUN;
            while (missing > 0 && spins) {
                Thread.onSpinWait();
                missing = progress(exchanging);
                spins = System.nanoTime() - since < SPIN_NANOS;
            }
            Exchange exchange = new Exchange(missing);
            while (exchange.missing > 0) {
                checkGoesOn();
                if (patience.isOver(exchange.since)) {
                    throw new PeerException(silence(exchanging));
                }
                exchanging.forEach(Peer::awaitWhatIsMissing);
                selector.select(key -> exchange.progress((Peer) key.attachment()), patience.glance(exchange.since));
                exchange.check();
            }
        } catch (PeerException said) {
            throw fail(new CollectiveException(String.valueOf(said.getMessage())));
        } catch (IOException e) {
            throw fail(new CollectiveException("allReduce expects a network but got " + e, e));
        }
    }

    /** What is left of an exchange in which peers are looked at as they become ready. */
    private static final class Exchange {

        private int missing;
        private long since = System.nanoTime();
        private @Nullable PeerException failure;

        Exchange(int missing) {
            this.missing = missing;
        }

        void progress(Peer peer) {
            try {
                if (advance(peer)) {
                    since = System.nanoTime();
                }
                if (peer.done()) {
                    peer.awaitWhatIsMissing();
                    missing--;
                }
            } catch (PeerException said) {
                failure = said;
            }
        }

        void check() throws PeerException {
            if (failure != null) {
                throw failure;
            }
        }
    }

    private static int progress(List<Peer> exchanging) throws PeerException {
        int missing = 0;
        for (Peer peer : exchanging) {
            if (!peer.done()) {
                advance(peer);
                missing += peer.done() ? 0 : 1;
            }
        }
        return missing;
    }

    private static boolean advance(Peer peer) throws PeerException {
        try {
            return peer.progress();
        } catch (IOException ended) {
            throw new PeerException(
                    "allReduce expects an answer of rank %d but got %s; see the log of its executor at %s"
                            .formatted(peer.rank(), ended.getMessage(), peer.address()));
        }
    }

    private void checkGoesOn() throws PeerException {
        if (Thread.currentThread().isInterrupted()) {
            throw new PeerException("rank %d failed: it was interrupted".formatted(rank));
        }
        if (patience.cancelled().getAsBoolean()) {
            throw new PeerException("rank %d failed: its task was cancelled".formatted(rank));
        }
    }

    private String silence(List<Peer> exchanging) {
        List<Peer> silent = exchanging.stream().filter(peer -> !peer.done()).toList();
        return "allReduce expects an answer of %s within %s but rank %d got none; see the log of its executor, and set a longer timeout if a step takes as long"
                .formatted(silent.get(0), patience.text(), rank);
    }

    private CollectiveException fail(CollectiveException failure) {
        abort(failure);
        return failure;
    }

    /** Tells all others that this one has failed by {@code cause}, so that nobody waits for it. */
    void abort(Throwable cause) {
        if (broken != null || closed) {
            return;
        }
        String sentence = cause instanceof CollectiveException && cause.getMessage() != null
                ? cause.getMessage()
                : "rank %d failed: %s".formatted(rank, cause);
        broken = cause instanceof CollectiveException known ? known : new CollectiveException(sentence, cause);
        byte[] text = sentence.getBytes(UTF_8);
        int length = Math.min(text.length, MessageHeader.LONGEST_SENTENCE);
        ByteBuffer message = ByteBuffer.allocate(MessageHeader.BYTES + length).order(ByteOrder.LITTLE_ENDIAN);
        MessageHeader.failure(length).write(message);
        sendLast(message.put(text, 0, length).flip());
    }

    private void sendLast(ByteBuffer message) {
        List<Farewell> farewells = others.stream()
                .map(peer -> new Farewell(peer, message.duplicate()))
                .toList();
        untilNoneGoesOn(farewells, Farewell::goesOn);
        others.forEach(Peer::endOutput);
    }

    private record Farewell(Peer peer, ByteBuffer message) {

        boolean goesOn() {
            return peer.sendLast(message);
        }
    }

    private static <T> void untilNoneGoesOn(List<T> all, Predicate<T> goesOn) {
        // The others are told also by a thread that was interrupted.
        boolean interrupted = Thread.interrupted();
        Patience farewell = Patience.of(FAREWELL);
        long since = System.nanoTime();
        List<T> open = all.stream().filter(goesOn).toList();
        while (!open.isEmpty() && !farewell.isOver(since)) {
            try {
                Thread.sleep(1);
            } catch (InterruptedException again) {
                interrupted = true;
            }
            open = open.stream().filter(goesOn).toList();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Leaves the others. After a failure it waits a little until they have heard of it, as what they have not read yet would be lost. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        if (broken == null) {
            ByteBuffer message = ByteBuffer.allocate(MessageHeader.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            MessageHeader.leave().write(message);
            sendLast(message.flip());
        } else {
            untilNoneGoesOn(others, Peer::discard);
        }
        closed = true;
        others.forEach(Peer::close);
        try {
            selector.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String toString() {
        return "Mesh[rank %d of %d]".formatted(rank, size());
    }
}
