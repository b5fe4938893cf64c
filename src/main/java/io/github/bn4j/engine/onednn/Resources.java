package io.github.bn4j.engine.onednn;

import java.util.ArrayDeque;
import java.util.Deque;
import org.bytedeco.javacpp.Pointer;

/** What a program holds outside the Java heap; released in reverse order, once. */
final class Resources implements AutoCloseable {

    private final Deque<Runnable> releases = new ArrayDeque<>();

    /** Remembers how to release something. */
    synchronized void add(Runnable release) {
        releases.push(release);
    }

    /** Owns native memory that JavaCPP allocated. */
    <T extends Pointer> T own(T pointer) {
        add(pointer::deallocate);
        return pointer;
    }

    @Override
    public synchronized void close() {
        while (!releases.isEmpty()) {
            releases.pop().run();
        }
    }
}
