package io.github.bn4j.spark.internal.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bn4j.engine.CollectiveException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ConnectingTest {

    private static final Patience PATIENT = Patience.of(Duration.ofSeconds(20));
    private static final MeshSecret SECRET = MeshSecret.random();

    private final ExecutorService pool = Executors.newCachedThreadPool();

    @Test
    void shutsOutStrangersAndDoesNotWaitForThem() throws Exception {
        List<SocketChannel> strangers = new ArrayList<>();
        try (ServerSocketChannel first = Connecting.open(0, 2);
                ServerSocketChannel second = Connecting.open(0, 2)) {
            List<MeshAddress> addresses = List.of(address(first), address(second));
            Future<Float> rank0 = pool.submit(() -> sum(0, first, addresses));

            strangers.add(connect(first, "GET / HTTP/1.1\r\nHost: here\r\n\r\n".getBytes()));
            strangers.add(connect(first, new byte[0]));
            strangers.add(connect(first, new byte[1_000_000]));
            strangers.add(connect(first, hello(MeshSecret.random(), 1)));
            // The secret, and a rank that there is not, or that is the other's own.
            strangers.add(connect(first, hello(SECRET, 7)));
            strangers.add(connect(first, hello(SECRET, -1)));
            strangers.add(connect(first, hello(SECRET, Integer.MIN_VALUE)));
            strangers.add(connect(first, hello(SECRET, 0)));
            for (int i = 0; i < 1500; i++) {
                strangers.add(connect(first, new byte[] {1, 2, 3}));
            }
            Future<Float> rank1 = pool.submit(() -> sum(1, second, addresses));

            assertThat(rank0.get()).isEqualTo(3);
            assertThat(rank1.get()).isEqualTo(3);
            for (SocketChannel stranger : strangers) {
                assertThat(ended(stranger)).isTrue();
            }
        } finally {
            for (SocketChannel stranger : strangers) {
                stranger.close();
            }
        }
    }

    @Test
    void takesNoOtherForARankThatIsThere() throws Exception {
        try (ServerSocketChannel first = Connecting.open(0, 3);
                ServerSocketChannel second = Connecting.open(0, 3);
                ServerSocketChannel third = Connecting.open(0, 3)) {
            List<MeshAddress> addresses = List.of(address(first), address(second), address(third));
            Future<Float> rank0 = pool.submit(() -> sum(0, first, addresses));
            Future<Float> rank1 = pool.submit(() -> sum(1, second, addresses));
            Thread.sleep(200);
            try (SocketChannel again = connect(first, hello(SECRET, 1))) {
                assertThat(ended(again)).isTrue();
            }
            Future<Float> rank2 = pool.submit(() -> sum(2, third, addresses));
            assertThat(List.of(rank0.get(), rank1.get(), rank2.get())).containsOnly(6f);
        }
    }

    @Test
    void believesNoLengthOfWhatItIsSent() throws Exception {
        // A failure whose sentence would have 2 GB, and bytes that are no message.
        ByteBuffer failure = ByteBuffer.allocate(MessageHeader.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        MessageHeader.failure(Integer.MAX_VALUE).write(failure);
        for (byte[] message : new byte[][] {failure.array(), new byte[100]}) {
            try (ServerSocketChannel server = Connecting.open(0, 2)) {
                List<MeshAddress> addresses = List.of(address(server), new MeshAddress("127.0.0.1", 1));
                Future<Float> rank0 = pool.submit(() -> sum(0, server, addresses));
                try (SocketChannel other = connect(server, hello(SECRET, 1))) {
                    other.write(ByteBuffer.wrap(message));
                    assertThatThrownBy(rank0::get)
                            .hasCauseInstanceOf(CollectiveException.class)
                            .cause()
                            .hasMessage(
                                    "allReduce expects a message of rank 1 but got other bytes from its executor at 127.0.0.1; let nothing but ranks use its port");
                }
            }
        }
    }

    @Test
    void refusesAnAnswerOfSomebodyElse() throws Exception {
        try (ServerSocketChannel impostor = Connecting.open(0, 2);
                ServerSocketChannel second = Connecting.open(0, 2)) {
            impostor.configureBlocking(true);
            List<MeshAddress> addresses = List.of(address(impostor), address(second));
            Future<Float> rank1 = pool.submit(() -> sum(1, second, addresses));
            try (SocketChannel caller = impostor.accept()) {
                caller.write(ByteBuffer.allocate(MeshSecret.HALF));
                assertThatThrownBy(rank1::get)
                        .hasCauseInstanceOf(CollectiveException.class)
                        .cause()
                        .hasMessage(
                                "SparkTrainer expects rank 1 to reach rank 0 at %s but got java.io.IOException: an answer of somebody else; let executors reach each other on all ports",
                                addresses.get(0));
            }
        }
    }

    @Test
    void saysAtOnceThatARankCannotBeReached() throws Exception {
        MeshAddress closed;
        try (ServerSocketChannel server = Connecting.open(0, 2)) {
            closed = address(server);
        }
        try (ServerSocketChannel second = Connecting.open(0, 2)) {
            List<MeshAddress> addresses = List.of(closed, address(second));
            assertThatThrownBy(() -> sum(1, second, addresses))
                    .isInstanceOf(CollectiveException.class)
                    .hasMessage(
                            "SparkTrainer expects rank 1 to reach rank 0 at %s but got java.net.ConnectException: Connection refused; let executors reach each other on all ports",
                            closed);
        }
    }

    @Test
    void saysThatAHostHasNoAddress() throws Exception {
        try (ServerSocketChannel second = Connecting.open(0, 2)) {
            List<MeshAddress> addresses = List.of(new MeshAddress("no.such.host.invalid", 7), address(second));
            assertThatThrownBy(() -> sum(1, second, addresses))
                    .isInstanceOf(CollectiveException.class)
                    .hasMessage(
                            "SparkTrainer expects rank 1 to reach rank 0 at no.such.host.invalid:7 but got java.nio.channels.UnresolvedAddressException; let executors reach each other on all ports");
        }
    }

    @Test
    void doesNotWaitForARankThatDoesNotCome() throws Exception {
        try (ServerSocketChannel server = Connecting.open(0, 2)) {
            List<MeshAddress> addresses = List.of(address(server), new MeshAddress("127.0.0.1", 1));
            assertThatThrownBy(
                            () -> Connecting.connect(0, server, addresses, SECRET, Patience.of(Duration.ofMillis(200))))
                    .isInstanceOf(CollectiveException.class)
                    .hasMessage(
                            "SparkTrainer expects rank 1 to connect with rank 0 within 200 ms but got nothing from 127.0.0.1:1; see the log of its executor, and let executors reach each other on all ports");
        }
    }

    @Test
    void endsByAnInterruptAndWhenItsTaskIsCancelled() throws Exception {
        try (ServerSocketChannel server = Connecting.open(0, 2)) {
            List<MeshAddress> addresses = List.of(address(server), new MeshAddress("127.0.0.1", 1));
            Patience cancelled = TestMesh.patience(20_000, () -> true);
            assertThatThrownBy(() -> Connecting.connect(0, server, addresses, SECRET, cancelled))
                    .isInstanceOf(CollectiveException.class)
                    .hasMessage("rank 0 failed: its task was cancelled");
        }
        try (ServerSocketChannel server = Connecting.open(0, 2)) {
            List<MeshAddress> addresses = List.of(address(server), new MeshAddress("127.0.0.1", 1));
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> Connecting.connect(0, server, addresses, SECRET, PATIENT))
                    .isInstanceOf(CollectiveException.class)
                    .hasMessage("rank 0 failed: it was interrupted");
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @Test
    void readsAddressesAndSecretsThatItHasWritten() {
        MeshAddress six = new MeshAddress("[::1]", 4711);
        assertThat(MeshAddress.parse(six.toString())).isEqualTo(six);
        assertThat(MeshSecret.parse(SECRET.text()).text()).isEqualTo(SECRET.text());
        assertThat(SECRET.toString()).isEqualTo("MeshSecret[…]");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MeshAddress.parse("host"))
                .withMessage("MeshAddress expects \"host:port\" but got \"host\"");
    }

    private static float sum(int rank, ServerSocketChannel server, List<MeshAddress> addresses) throws IOException {
        try (Mesh mesh = Connecting.connect(rank, server, addresses, SECRET, PATIENT)) {
            float[] values = {rank + 1};
            new MeshCollective(mesh).allReduce(FloatBuffer.wrap(values));
            return values[0];
        }
    }

    private static MeshAddress address(ServerSocketChannel server) {
        return new MeshAddress("127.0.0.1", server.socket().getLocalPort());
    }

    private static SocketChannel connect(ServerSocketChannel server, byte[] said) throws IOException {
        SocketChannel channel = SocketChannel.open(
                new InetSocketAddress("127.0.0.1", server.socket().getLocalPort()));
        try {
            channel.write(ByteBuffer.wrap(said));
        } catch (IOException shutOut) {
            // While it spoke.
        }
        return channel;
    }

    private static byte[] hello(MeshSecret secret, int rank) {
        return ByteBuffer.allocate(MeshSecret.HALF + 4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(secret.question())
                .putInt(rank)
                .array();
    }

    private static boolean ended(SocketChannel channel) {
        try {
            return channel.read(ByteBuffer.allocate(1)) < 0;
        } catch (IOException reset) {
            return true;
        }
    }
}
