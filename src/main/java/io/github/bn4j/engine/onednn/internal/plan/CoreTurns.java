package io.github.bn4j.engine.onednn.internal.plan;

import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;

/**
 * Who may compute: any number of programs of one thread each, or one of several threads. Threads of two such programs would
 * wait for each other on the same cores, and take ten times as long.
 */
public final class CoreTurns {

    private static final ReadWriteLock TURNS = new ReentrantReadWriteLock(true);

    private CoreTurns() {}

    /**
     * Computes something when it is its turn.
     *
     * @param alone whether it has several threads
     */
    public static <T> T run(boolean alone, Supplier<T> action) {
        Lock lock = lock(alone);
        lock.lock();
        try {
            return action.get();
        } finally {
            lock.unlock();
        }
    }

    private static Lock lock(boolean alone) {
        return alone ? TURNS.writeLock() : TURNS.readLock();
    }

    /**
     * Waits for another program while this one has its turn, which it gives up as long, because that may be one that computes here.
     *
     * @param alone whether this program has several threads
     */
    public static void waiting(boolean alone, Runnable action) {
        Lock lock = lock(alone);
        lock.unlock();
        try {
            action.run();
        } finally {
            lock.lock();
        }
    }
}
