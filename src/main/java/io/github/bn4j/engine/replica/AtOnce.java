package io.github.bn4j.engine.replica;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Each part in a thread of its own. */
final class AtOnce implements Lockstep {

    /* The threads run freely but where an op asks for a sum over the batch; there they meet. All run the same nodes in the
     * same order, so they meet at the same place. A thread that fails or is done leaves the rendezvous for good, which
     * wakes those that wait for it. */

    private final ExecutorService threads;

    AtOnce(int parts) {
        threads = Executors.newFixedThreadPool(parts, task -> {
            Thread thread = new Thread(task, "bn4j replica");
            thread.setDaemon(true);
            return thread;
        });
    }

    @Override
    public boolean atOnce() {
        return true;
    }

    @Override
    public List<Replica.Result> run(List<Replica> parts, long seed, Consumer<Replica> done, INDArray... inputs) {
        Rendezvous rendezvous = new Rendezvous(parts.size());
        List<CompletableFuture<Replica.Result>> running = new ArrayList<>();
        for (int i = 0; i < parts.size(); i++) {
            int number = i;
            running.add(CompletableFuture.supplyAsync(
                    () -> {
                        try {
                            return parts.get(number).step(own -> rendezvous.sum(number, own), seed, inputs);
                        } finally {
                            rendezvous.leave();
                        }
                    },
                    threads));
        }
        List<Replica.Result> results = results(running);
        parts.forEach(done);
        return results;
    }

    /**
     * Waits for all, also in an interrupted thread: whoever wants a training to end asks between its steps. The failure of one
     * has ended all, and it is the one to tell of.
     */
    private static List<Replica.Result> results(List<CompletableFuture<Replica.Result>> running) {
        List<Replica.Result> results = new ArrayList<>();
        @Nullable Throwable failure = null;
        for (CompletableFuture<Replica.Result> one : running) {
            try {
                results.add(one.join());
            } catch (CompletionException e) {
                failure = failure == null || failure instanceof Rendezvous.Broken ? e.getCause() : failure;
            }
        }
        if (failure instanceof Error error) {
            throw error;
        }
        if (failure instanceof RuntimeException exception) {
            throw exception;
        }
        return results;
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
