package io.github.bn4j.engine.nd4j;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
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
        List<Future<Replica.Result>> running = new ArrayList<>();
        for (int i = 0; i < parts.size(); i++) {
            int number = i;
            running.add(threads.submit(() -> {
                try {
                    return parts.get(number).step(own -> rendezvous.sum(number, own), seed, inputs);
                } finally {
                    rendezvous.leave();
                }
            }));
        }
        List<Replica.Result> results = results(running);
        parts.forEach(done);
        return results;
    }

    /** Waits for all; the failure of one has ended all, and it is the one to tell of. */
    private static List<Replica.Result> results(List<Future<Replica.Result>> running) {
        List<Replica.Result> results = new ArrayList<>();
        @Nullable Throwable failure = null;
        for (Future<Replica.Result> one : running) {
            try {
                results.add(one.get());
            } catch (ExecutionException e) {
                failure = failure == null || failure instanceof Rendezvous.Broken ? e.getCause() : failure;
            } catch (InterruptedException e) {
                running.forEach(other -> other.cancel(true));
                Thread.currentThread().interrupt();
                throw new IllegalStateException("training step expects to run to its end but got an interrupt", e);
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
