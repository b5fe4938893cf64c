package io.github.bn4j.data.internal;

import static io.github.bn4j.internal.Checks.checkState;

import io.github.bn4j.data.DataException;
import io.github.bn4j.data.ExampleSource;
import java.io.IOException;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads examples by several threads, each into numbers of its own, so that what comes out depends on none of them and memory on their
 * number alone. Threads begin with the first reading and end when this is closed.
 */
public final class ExampleReaders implements AutoCloseable {

    // Whoever is interrupted waits here, and no reader is: a channel of an interrupted thread is closed for all.

    private static final AtomicInteger MADE = new AtomicInteger();

    /** Takes examples that have been read. */
    @FunctionalInterface
    public interface Taker {

        /**
         * Takes one; several threads may call it at the same time.
         *
         * @param position which of the rows that were asked for it is of, from 0
         * @param numbers its features. May be modified, but not kept.
         */
        void take(int position, float[] numbers);
    }

    /** Examples that are being read. */
    public interface Reading {

        /** Waits for all of them; what a reader has thrown at the first row that cannot be read is thrown here. */
        void await();
    }

    private final ExampleSource source;
    private final int threads;
    private final int length;
    private final Queue<float[]> spare = new ConcurrentLinkedQueue<>();
    private final ThreadPoolExecutor pool;
    private volatile boolean closed;

    /**
     * Readers that have not begun.
     *
     * @param threads how many, at least 1
     */
    public ExampleReaders(ExampleSource source, int threads) {
        this.source = source;
        this.threads = threads;
        length = Math.toIntExact(LongStream.of(source.shape()).reduce(1, Math::multiplyExact));
        String name = "bn4j-reader-" + MADE.incrementAndGet();
        pool = new ThreadPoolExecutor(threads, threads, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), work -> {
            Thread thread = new Thread(work, name);
            thread.setDaemon(true);
            return thread;
        });
    }

    /** How many threads suit this machine: half of its cores, as the others compute meanwhile. */
    public static int usualThreads() {
        return Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
    }

    /** How many numbers an example has. */
    public int length() {
        return length;
    }

    /**
     * Reads examples and waits for them.
     *
     * @param rows their numbers
     */
    public void read(int[] rows, Taker taker) {
        start(rows, taker).await();
    }

    /** Begins to read examples. */
    public Reading start(int[] rows, Taker taker) {
        checkState(!closed, "ExampleReaders expect to be open but got closed");
        int workers = Math.min(threads, rows.length);
        Work work = new Work(rows, taker, workers);
        for (int i = 0; i < workers; i++) {
            pool.execute(work);
        }
        return work;
    }

    /** Reads an example on the thread that calls. */
    public float[] one(int row) {
        float[] numbers = new float[length];
        read(row, numbers);
        return numbers;
    }

    private void read(int row, float[] into) {
        try {
            source.read(row, into);
        } catch (IOException failure) {
            throw DataException.of(
                    failure,
                    "Dataset expects to read example %s of %s but got %s; see to it that it can be read",
                    row,
                    source,
                    failure);
        }
        for (float number : into) {
            if (!Float.isFinite(number)) {
                throw DataException.of(
                        "Dataset expects finite numbers in \"features\" but got %s in row %s of %s; clean or impute the data",
                        number, row, source);
            }
        }
    }

    /** Ends the threads; each first comes to the end of the example that it is at. What is awaited then ends as cancelled. */
    @Override
    public void close() {
        closed = true;
        pool.shutdown();
        boolean interrupted = false;
        while (!pool.isTerminated()) {
            try {
                pool.awaitTermination(1, TimeUnit.HOURS);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private final class Work implements Runnable, Reading {

        private final int[] rows;
        private final Taker taker;
        private final CountDownLatch running;
        private final AtomicInteger next = new AtomicInteger();
        private final AtomicInteger read = new AtomicInteger();
        private int failedAt = Integer.MAX_VALUE;
        private @Nullable Throwable failure;

        Work(int[] rows, Taker taker, int workers) {
            this.rows = rows;
            this.taker = taker;
            running = new CountDownLatch(workers);
        }

        @Override
        public void run() {
            float[] kept = spare.poll();
            float[] numbers = kept == null ? new float[length] : kept;
            try {
                // Positions are taken in order, so those before one that fails are read, whoever reads them.
                for (int i = next.getAndIncrement(); i < rows.length && !closed; i = next.getAndIncrement()) {
                    if (!take(i, numbers)) {
                        next.set(rows.length);
                        return;
                    }
                }
            } finally {
                spare.add(numbers);
                running.countDown();
            }
        }

        @SuppressWarnings("IllegalCatch")
        private boolean take(int position, float[] numbers) {
            try {
                read(rows[position], numbers);
                taker.take(position, numbers);
                read.incrementAndGet();
                return true;
            } catch (Throwable thrown) {
                synchronized (this) {
                    if (position < failedAt) {
                        failedAt = position;
                        failure = thrown;
                    }
                }
                return false;
            }
        }

        @Override
        public void await() {
            boolean interrupted = false;
            while (running.getCount() > 0) {
                try {
                    running.await();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
            Throwable thrown;
            synchronized (this) {
                thrown = failure;
            }
            if (thrown instanceof Error error) {
                throw error;
            }
            if (thrown instanceof RuntimeException exception) {
                throw exception;
            }
            if (thrown != null) {
                throw new CompletionException(thrown);
            }
            if (read.get() < rows.length) {
                throw new CancellationException("the readers were closed");
            }
        }
    }

    @Override
    public String toString() {
        return "ExampleReaders[" + threads + " threads for " + source + "]";
    }
}
