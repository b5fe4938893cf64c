package io.github.bn4j.engine.onednn;

import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;

/**
 * Who may compute: any number of programs of one thread each, or one of several threads. Threads of two such programs would
 * wait for each other on the same cores, and take ten times as long.
 */
final class Turns {

    private static final ReadWriteLock TURNS = new ReentrantReadWriteLock(true);

    private Turns() {}

    /** Runs something that computes on so many threads, when it is its turn. */
    static <T> T run(int threads, Supplier<T> action) {
        Lock lock = threads == 1 ? TURNS.readLock() : TURNS.writeLock();
        lock.lock();
        try {
            return Threads.with(threads, action);
        } finally {
            lock.unlock();
        }
    }
}
