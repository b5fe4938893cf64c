package io.github.bn4j.engine.onednn.internal.plan;

import io.github.bn4j.engine.onednn.internal.binding.Threads;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Threads that each compute a part of the same thing, for whoever has the {@link CoreTurns turn} alone. The parts of a prediction
 * follow each other within microseconds, so a helper looks out for the next one for a while before it sleeps; a part that no
 * helper has begun when the caller is done with its own, the caller does, and for one that a helper has begun it looks out as long
 * before it sleeps: the core may be what the helper waits for. A helper that is interrupted ends, as whoever runs this
 * in their process may want all threads gone; the next run replaces it.
 */
public final class HelperThreads {

    /** How long a thread looks out for another at most, in nanoseconds; to wake one takes about as long. */
    private static final long PATIENCE = 100_000;

    private static final List<Helper> HELPERS = new ArrayList<>();

    private HelperThreads() {}

    /** Runs all parts, the first of them in this thread, and returns when all have ended. */
    public static void run(List<? extends Runnable> parts) {
        for (int i = 1; i < parts.size(); i++) {
            helper(i).begin(parts.get(i));
        }
        Throwable failure = failureOf(parts.get(0));
        for (int i = 1; i < parts.size(); i++) {
            Throwable later = HELPERS.get(i - 1).end(parts.get(i));
            failure = failure == null ? later : failure;
        }
        if (failure instanceof RuntimeException exception) {
            throw exception;
        }
        if (failure instanceof Error error) {
            throw error;
        }
    }

    private static Helper helper(int number) {
        if (HELPERS.size() < number) {
            HELPERS.add(new Helper("bn4j-team-" + number));
        } else if (!HELPERS.get(number - 1).thread.isAlive()) {
            HELPERS.set(number - 1, new Helper("bn4j-team-" + number));
        }
        return HELPERS.get(number - 1);
    }

    private static @Nullable Throwable failureOf(Runnable part) {
        try {
            part.run();
            return null;
        } catch (RuntimeException | Error failure) {
            return failure;
        }
    }

    private static final class Helper implements Runnable {

        private final AtomicReference<@Nullable Runnable> given = new AtomicReference<>();
        private final Thread thread;
        private volatile boolean asleep;
        private volatile boolean done;
        private volatile @Nullable Thread waiting;
        private @Nullable Throwable failure;

        Helper(String name) {
            thread = new Thread(this, name);
            thread.setDaemon(true);
            thread.start();
        }

        void begin(Runnable part) {
            done = false;
            given.set(part);
            if (asleep) {
                LockSupport.unpark(thread);
            }
        }

        @Nullable
        Throwable end(Runnable part) {
            if (given.compareAndSet(part, null)) {
                return failureOf(part);
            }
            long start = System.nanoTime();
            while (!done && System.nanoTime() - start < PATIENCE) {
                Thread.onSpinWait();
            }
            sleepUntilDone();
            return failure;
        }

        private void sleepUntilDone() {
            boolean interrupted = false;
            waiting = Thread.currentThread();
            while (!done) {
                LockSupport.park(this);
                interrupted |= Thread.interrupted();
            }
            waiting = null;
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public void run() {
            Threads.with(1, () -> {
                for (Runnable part = next(); part != null; part = next()) {
                    failure = failureOf(part);
                    done = true;
                    LockSupport.unpark(waiting);
                }
                return this;
            });
        }

        private @Nullable Runnable next() {
            long start = System.nanoTime();
            while (!thread.isInterrupted()) {
                Runnable part = given.get();
                if (part != null && given.compareAndSet(part, null)) {
                    return part;
                }
                Thread.onSpinWait();
                if (System.nanoTime() - start > PATIENCE) {
                    asleep = true;
                    if (given.get() == null) {
                        LockSupport.park(this);
                    }
                    asleep = false;
                    start = System.nanoTime();
                }
            }
            return null;
        }
    }
}
