package io.github.bn4j.engine.internal;

import java.lang.reflect.Array;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** A call with one example on its way through {@link Gathering}. The thread that makes it waits for it. */
final class Call {

    private enum State {
        WAITING,
        TAKEN,
        WITHDRAWN,
        ANSWERED
    }

    /** {@code float[]} or {@code double[]}. */
    final Object example;

    private final Thread thread = Thread.currentThread();
    private final long start = System.nanoTime();
    private final AtomicReference<State> state = new AtomicReference<>(State.WAITING);
    private volatile boolean asleep;
    private List<?> outputs = List.of();
    private int row;
    private int rows;
    private @Nullable Throwable failure;

    Call(Object example) {
        this.example = example;
    }

    /** Whether nobody computes it yet. */
    boolean isWaiting() {
        return state.get() == State.WAITING;
    }

    boolean isAnswered() {
        return state.get() == State.ANSWERED;
    }

    /** Takes it into a batch; false if nobody wants it any more. */
    boolean take() {
        return state.compareAndSet(State.WAITING, State.TAKEN);
    }

    /** Takes it out of the queue; false if it is in a batch. */
    boolean withdraw() {
        return state.compareAndSet(State.WAITING, State.WITHDRAWN);
    }

    /** Nanoseconds since it was made. */
    long age() {
        return System.nanoTime() - start;
    }

    /** Nanoseconds until it is so old, none if it is. */
    long left(long age) {
        return Math.max(0, age - age());
    }

    /**
     * Ends it.
     *
     * @param outputs an array for each output, of all rows, {@code float[]} or {@code double[]}
     * @param row that of this call
     * @param failure instead of outputs
     */
    void end(List<?> outputs, int row, int rows, @Nullable Throwable failure) {
        this.outputs = outputs;
        this.row = row;
        this.rows = rows;
        this.failure = failure;
        state.set(State.ANSWERED);
        wake();
    }

    /**
     * The elements of an output, {@code float[]} or {@code double[]}.
     *
     * @throws IllegalStateException if the batch failed
     */
    Object answer(int output) {
        if (failure != null) {
            throw new IllegalStateException(
                    "predictor expects a batch that can be computed but got " + failure
                            + "; its cause says where, and all calls of the batch end so",
                    failure);
        }
        Object all = outputs.get(output);
        int width = Array.getLength(all) / rows;
        return all instanceof float[] floats
                ? Arrays.copyOfRange(floats, row * width, (row + 1) * width)
                : Arrays.copyOfRange((double[]) all, row * width, (row + 1) * width);
    }

    /** Sleeps for some nanoseconds, until it is woken or the thread is interrupted; not at all if it is answered or {@code ready}. */
    void sleep(BooleanSupplier ready, long nanoseconds) {
        asleep = true;
        if (!isAnswered() && !ready.getAsBoolean()) {
            LockSupport.parkNanos(this, nanoseconds);
        }
        asleep = false;
    }

    void wake() {
        if (asleep) {
            LockSupport.unpark(thread);
        }
    }
}
