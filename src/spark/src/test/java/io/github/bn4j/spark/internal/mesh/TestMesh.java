package io.github.bn4j.spark.internal.mesh;

import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;

/** Threads as the ranks of a mesh over the loopback. */
final class TestMesh {

    private TestMesh() {}

    /** What one rank does. */
    interface Member<T> {
        T run(MeshCollective collective) throws Exception;
    }

    static <T> List<T> run(int ranks, Member<T> member) throws Exception {
        return run(ranks, Patience.of(Duration.ofSeconds(20)), member);
    }

    /** What each rank returns; throws what the lowest that fails throws. */
    static <T> List<T> run(int ranks, Patience patience, Member<T> member) throws Exception {
        List<T> results = new ArrayList<>();
        for (Future<T> future : start(ranks, patience, member)) {
            try {
                results.add(future.get());
            } catch (ExecutionException e) {
                throw e.getCause() instanceof Exception cause ? cause : e;
            }
        }
        return results;
    }

    /** What becomes of each rank, when all have come to their end. */
    static <T> List<Future<T>> start(int ranks, Patience patience, Member<T> member) throws Exception {
        List<ServerSocketChannel> servers = new ArrayList<>();
        List<MeshAddress> addresses = new ArrayList<>();
        for (int rank = 0; rank < ranks; rank++) {
            ServerSocketChannel server = Connecting.open(0, ranks);
            servers.add(server);
            addresses.add(new MeshAddress("127.0.0.1", server.socket().getLocalPort()));
        }
        MeshSecret secret = MeshSecret.random();
        ExecutorService pool = Executors.newFixedThreadPool(ranks);
        try {
            List<Callable<T>> tasks = new ArrayList<>();
            for (int rank = 0; rank < ranks; rank++) {
                int own = rank;
                tasks.add(() -> {
                    try (ServerSocketChannel server = servers.get(own);
                            Mesh mesh = Connecting.connect(own, server, addresses, secret, patience)) {
                        MeshCollective collective = new MeshCollective(mesh);
                        try {
                            return member.run(collective);
                        } catch (Exception | Error e) {
                            collective.fail(e);
                            throw e;
                        }
                    }
                });
            }
            return pool.invokeAll(tasks);
        } finally {
            pool.shutdownNow();
        }
    }

    static Patience patience(long millis, BooleanSupplier cancelled) {
        return new Patience(Duration.ofMillis(millis), cancelled);
    }

    static Throwable failure(Future<?> future) throws InterruptedException {
        try {
            future.get();
        } catch (ExecutionException e) {
            return e.getCause();
        }
        throw new AssertionError("it did not fail");
    }
}
