package io.github.bn4j.engine.internal;

import static io.github.bn4j.internal.Checks.checkGoesOn;
import static io.github.bn4j.internal.Checks.checkState;

import io.github.bn4j.engine.Model;
import io.github.bn4j.internal.Floats;
import io.github.bn4j.internal.Tensors;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Calls with one example each, from many threads, gathered into batches.
 *
 * <p>It has no thread of its own: to hand an example to another thread and back takes longer than to compute a small network. A
 * caller that finds the engine idle leads: it takes the calls that wait, the oldest first, its own among them, computes them as one
 * batch and tells the others. Callers that find it busy wait, and are the next batch.
 */
public final class Gathering implements AutoCloseable {

    /* A caller first looks out for its answer for a while before it sleeps, and lets other threads have the core meanwhile: those
     * come to make their calls, so that batches grow, and to be woken takes as long as a small batch does. Who leads gives the
     * lead back before it looks whether somebody waits, and who waits is in the queue before it looks whether somebody leads; so
     * one of them sees the other. */

    /** How long a caller looks out, in nanoseconds. */
    private static final long PATIENCE = 50_000;

    private static final int MOST_AT_ONCE = Runtime.getRuntime().availableProcessors();

    private final PlainExamples examples;
    private final Limits limits;
    private final SizedPrograms programs;
    private final Queue<Call> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicInteger count = new AtomicInteger();
    private final AtomicInteger running = new AtomicInteger();
    private final Semaphore places;
    private final Semaphore calls = new Semaphore(Integer.MAX_VALUE);
    private final AtomicBoolean closed = new AtomicBoolean();

    /**
     * Bounds.
     *
     * @param batch most examples at once
     * @param patience how long a call waits for those under way, in nanoseconds, before it starts beside them
     * @param queue most calls that wait
     * @param timeout how long a call waits altogether, in nanoseconds
     */
    public record Limits(int batch, long patience, int queue, long timeout) {}

    /** No calls yet, and no program. */
    public Gathering(Model model, PlainExamples examples, Limits limits) {
        this.examples = examples;
        this.limits = limits;
        programs = new SizedPrograms(model, limits.batch());
        places = new Semaphore(limits.queue());
    }

    /**
     * An output for an example, {@code float[]} or {@code double[]} as the example.
     *
     * @param example {@code float[]} where the network computes in float32, else {@code double[]}. Not modified.
     * @param output its number
     * @throws IllegalStateException if this is closed, or the batch with the example failed; what failed is its cause then
     * @throws RejectedExecutionException if the call waited too long
     * @throws java.util.concurrent.CancellationException if the thread is interrupted while it waits
     */
    public Object run(Object example, int output) {
        checkState(enters(), "predictor expects to be open but got a call after close; make a new one");
        try {
            Call call = new Call(example);
            takePlace(call);
            count.incrementAndGet();
            waiting.add(call);
            while (!call.isAnswered()) {
                if (!leads(call)) {
                    await(call);
                }
            }
            return call.answer(output);
        } finally {
            calls.release();
        }
    }

    private boolean enters() {
        if (closed.get() || !calls.tryAcquire()) {
            return false;
        }
        if (closed.get()) {
            calls.release();
            return false;
        }
        return true;
    }

    private void takePlace(Call call) {
        if (places.tryAcquire()) {
            return;
        }
        boolean taken = false;
        try {
            taken = places.tryAcquire(call.left(limits.timeout()), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            checkGoesOn("predictor", " while it waited; the example was not computed");
        }
        if (!taken) {
            throw late();
        }
    }

    private RejectedExecutionException late() {
        return new RejectedExecutionException("predictor expects to start a call within "
                + limits.timeout() / 1_000_000 + " ms but got one that waited longer, with " + count.get()
                + " others waiting; call less often, or allow a longer timeout");
    }

    /** Computes a batch if it is its time; it may be without {@code call}, if others came before. */
    private boolean leads(Call call) {
        if (!call.isWaiting()) {
            return false;
        }
        int now = running.get();
        boolean beside = now > 0 && now < MOST_AT_ONCE && call.age() >= limits.patience();
        if ((now > 0 && !beside) || !running.compareAndSet(now, now + 1)) {
            return false;
        }
        try {
            List<Call> batch = take();
            if (!batch.isEmpty()) {
                compute(batch);
            }
        } finally {
            running.decrementAndGet();
            wakeNext();
        }
        return true;
    }

    private List<Call> take() {
        int wanted = programs.fitting(Math.max(1, count.get()));
        List<Call> batch = new ArrayList<>(wanted);
        while (batch.size() < wanted) {
            Call next = waiting.poll();
            if (next == null) {
                break;
            }
            if (next.take()) {
                leave();
                batch.add(next);
            }
        }
        return batch;
    }

    private void leave() {
        count.decrementAndGet();
        places.release();
    }

    private void compute(List<Call> batch) {
        int rows = programs.room(batch.size());
        List<?> outputs = List.of();
        Throwable failure = null;
        try {
            outputs = outputs(batch, rows);
        } catch (RuntimeException | Error e) {
            failure = e;
        }
        for (int row = 0; row < batch.size(); row++) {
            batch.get(row).end(outputs, row, rows, failure);
        }
    }

    private List<?> outputs(List<Call> batch, int rows) {
        Object all = numbers(batch, rows);
        long[] shape = examples.shape().batched(rows);
        return programs.run(
                rows,
                program -> all instanceof float[] floats
                        ? program.run(floats, shape)
                        : program.run(Tensors.of(DataType.DOUBLE, (double[]) all, shape)).stream()
                                .map(Floats::values)
                                .toList());
    }

    private Object numbers(List<Call> batch, int rows) {
        Object first = batch.get(0).example;
        if (rows == 1) {
            return first;
        }
        int length = examples.length();
        Object all = first instanceof double[] ? new double[rows * length] : new float[rows * length];
        for (int row = 0; row < rows; row++) {
            // Rows that nobody asked for repeat the last one, which is known to be sound.
            Object example = batch.get(Math.min(row, batch.size() - 1)).example;
            System.arraycopy(example, 0, all, row * length, length);
        }
        return all;
    }

    private void wakeNext() {
        if (running.get() < MOST_AT_ONCE) {
            Call next = waiting.peek();
            if (next != null) {
                next.wake();
            }
        }
    }

    // The scheduler is not relied on: who is not let wait sleeps.
    @SuppressWarnings("ThreadPriorityCheck")
    private void await(Call call) {
        long before = System.nanoTime();
        while (!call.isAnswered() && System.nanoTime() - before < PATIENCE) {
            if (isNext(call)) {
                return;
            }
            Thread.yield();
        }
        call.sleep(() -> isNext(call), bound(call));
        boolean isLate = call.isWaiting() && call.left(limits.timeout()) == 0;
        if (!call.isAnswered() && (isLate || Thread.currentThread().isInterrupted())) {
            withdraw(call);
            checkGoesOn("predictor", " while it waited; its answer is lost");
            throw late();
        }
    }

    private boolean isNext(Call call) {
        return call.isWaiting() && running.get() == 0;
    }

    /** How long a call may sleep unless somebody wakes it. */
    private long bound(Call call) {
        if (!call.isWaiting()) {
            return Long.MAX_VALUE;
        }
        long untilBeside = call.left(limits.patience());
        long untilLate = call.left(limits.timeout());
        return untilBeside == 0 ? untilLate : Math.min(untilBeside, untilLate);
    }

    private void withdraw(Call call) {
        if (call.withdraw()) {
            waiting.remove(call);
            leave();
        }
        wakeNext();
    }

    /** Answers the calls under way, refuses later ones, and gives back the memory of the programs. */
    @Override
    public void close() {
        if (!closed.getAndSet(true)) {
            calls.acquireUninterruptibly(Integer.MAX_VALUE);
            programs.close();
        }
    }
}
