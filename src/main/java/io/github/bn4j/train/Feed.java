package io.github.bn4j.train;

import io.github.bn4j.graph.Graph;
import io.github.bn4j.internal.Tensors;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The batches of a training, each made on another thread while the step before it runs.
 *
 * <p>There are two sets of arrays for each size of a batch, one that the step reads and one that the next batch goes to. What
 * goes into a batch depends on the epoch and its rows alone, so the other thread changes no bit.
 */
final class Feed implements AutoCloseable {

    /** Writes a batch. */
    @FunctionalInterface
    interface Content {

        /**
         * Fills arrays.
         *
         * @param epoch from 1
         * @param batch its examples
         * @param into an array for each input of the graph. Modified.
         */
        void fill(int epoch, BatchRows batch, INDArray[] into);
    }

    // Below this many numbers in a batch, handing it over takes longer than making it.
    private static final long WORTH_A_THREAD = 1 << 16;

    private final Graph graph;
    private final DataType type;
    private final Batches content;
    private final @Nullable ExecutorService thread;
    private final Executor executor;
    private final Map<Integer, INDArray[][]> bySize = new LinkedHashMap<>();
    private Iterator<BatchRows> rest = List.<BatchRows>of().iterator();
    private int epoch;
    private int side;
    private @Nullable CompletableFuture<INDArray[]> next;

    /**
     * Arrays for the batches of any epoch.
     *
     * @param batches what fills them; closed with this
     */
    Feed(Graph graph, DataType type, Batches batches) {
        this.graph = graph;
        this.type = type;
        this.content = batches;
        StepBatches.runs(batches.any()).forEach(batch -> bySize.computeIfAbsent(batch.size(), this::twice));
        long largest = bySize.values().stream()
                .mapToLong(pair ->
                        List.of(pair[0]).stream().mapToLong(INDArray::length).sum())
                .max()
                .orElse(0);
        thread = batches.costly() || largest >= WORTH_A_THREAD ? Executors.newSingleThreadExecutor(Feed::daemon) : null;
        executor = thread == null ? Runnable::run : thread;
    }

    private static Thread daemon(Runnable work) {
        Thread thread = new Thread(work, "bn4j-feed");
        thread.setDaemon(true);
        return thread;
    }

    private INDArray[][] twice(int size) {
        return new INDArray[][] {arrays(size), arrays(size)};
    }

    /** None for no examples, which a machine may have of a batch. */
    private INDArray[] arrays(int size) {
        return size == 0
                ? new INDArray[0]
                : graph.inputs().values().stream()
                        .map(value -> Tensors.zeros(type, value.shape().batched(size)))
                        .toArray(INDArray[]::new);
    }

    /** Begins an epoch with the given batches, of sizes that the first epoch had. */
    void begin(int number, List<BatchRows> batches) {
        epoch = number;
        rest = batches.iterator();
        prepare();
    }

    /** Waits for the next batch. Returns whether it is there, and not the thread interrupted before that. */
    boolean awaitNext() {
        CompletableFuture<INDArray[]> ready = next;
        if (ready == null || thread == null) {
            return true;
        }
        try {
            ready.get();
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt();
            return false;
        } catch (ExecutionException failure) {
            // Which take() throws, as without an interrupt.
        }
        return true;
    }

    /** The next batch. Its arrays are written to again at the call after the next. */
    INDArray[] take() {
        CompletableFuture<INDArray[]> ready = next;
        if (ready == null) {
            throw new AssertionError("no batch is left in epoch " + epoch);
        }
        try {
            INDArray[] batch = ready.join();
            prepare();
            return batch;
        } catch (CompletionException failure) {
            if (failure.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            if (failure.getCause() instanceof Error cause) {
                throw cause;
            }
            throw failure;
        }
    }

    /** Passes over the next batches; their loss is 0. */
    double skip(int batches) {
        for (int i = 0; i < batches; i++) {
            take();
        }
        return 0;
    }

    private void prepare() {
        if (!rest.hasNext()) {
            next = null;
            return;
        }
        BatchRows batch = rest.next();
        INDArray[][] pair = bySize.get(batch.size());
        if (pair == null) {
            throw new AssertionError("no arrays for a batch of " + batch.size());
        }
        side = 1 - side;
        INDArray[] into = pair[side];
        int number = epoch;
        next = CompletableFuture.supplyAsync(
                () -> {
                    content.fill(number, batch, into);
                    return into;
                },
                executor);
    }

    @Override
    public void close() {
        content.close();
        if (thread == null) {
            return;
        }
        thread.shutdown();
        // The arrays go with this object, so nobody may still be writing to them.
        CompletableFuture<INDArray[]> last = next;
        if (last != null) {
            last.handle((batch, failure) -> "").join();
        }
    }
}
