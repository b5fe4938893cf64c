package io.github.bn4j.engine.onednn.internal.binding;

import java.util.ArrayDeque;
import java.util.Deque;
import org.bytedeco.javacpp.Pointer;

/** What a program holds outside the Java heap; released in reverse order, once. */
public final class Resources implements AutoCloseable {

    private final Deque<Runnable> releases = new ArrayDeque<>();

    /** Remembers how to release something. */
    public synchronized void add(Runnable release) {
        releases.push(release);
    }

    /** Owns native memory that JavaCPP allocated. */
    public <T extends Pointer> T own(T pointer) {
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
