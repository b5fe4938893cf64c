package io.github.bn4j.internal;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;

/**
 * How long a thread of GNU's OpenMP looks out for the others before it sleeps. By itself it does so for some milliseconds, as long as
 * the system leaves it the core: where other programs want the cores, it takes the time that the thread it waits for would
 * need. See <a href="https://gcc.gnu.org/onlinedocs/libgomp/GOMP_005fSPINCOUNT.html">GOMP_SPINCOUNT</a>.
 */
final class SpinLimit {

    /** What the library reads when it is loaded; the second counts as a wish as well. */
    static final String VARIABLE = "GOMP_SPINCOUNT";

    private static final String POLICY = "OMP_WAIT_POLICY";

    /** Some 0.1 to 0.5 ms: longer than the gaps between the steps of a program, shorter than a turn on a core. */
    static final String SPINS = "10000";

    /** The new environment, which has to stay where it is. */
    private static final List<Pointer> KEPT = new ArrayList<>();

    private SpinLimit() {}

    /**
     * Puts a limit into the environment of this process, unless who started it has a wish of his own; it counts if OpenMP has not been
     * loaded yet. Programs that are started by Java do not get it, as {@link System#getenv()} is from before. Only on Linux: elsewhere
     * OpenMP has no such variable.
     */
    static void set() {
        if (!System.getProperty("os.name", "").equals("Linux")
                || System.getenv(VARIABLE) != null
                || System.getenv(POLICY) != null) {
            return;
        }
        Loader.load(Loader.class);
        Pointer environment = Loader.addressof("environ");
        if (environment != null) {
            add(new PointerPointer<>(environment), VARIABLE + "=" + SPINS);
        }
    }

    /* The list is copied and the copy put in its place by one write of an address, so that native threads find the old one or the
     * new one whole; the old one is not released. */
    private static void add(PointerPointer<BytePointer> environment, String variable) {
        PointerPointer<BytePointer> old = new PointerPointer<>(environment.get());
        long count = 0;
        while (!old.isNull() && old.get(BytePointer.class, count) != null) {
            count++;
        }
        PointerPointer<BytePointer> changed = new PointerPointer<>(count + 2);
        for (long i = 0; i < count; i++) {
            changed.put(i, old.get(BytePointer.class, i));
        }
        BytePointer entry = new BytePointer(variable);
        changed.put(count, entry);
        changed.put(count + 1, (Pointer) null);
        KEPT.addAll(List.of(entry, changed));
        environment.put(changed);
    }
}
