package io.github.bn4j.engine.onednn;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Something that is made when it is first asked for, by any thread. */
final class OnDemand<T> {

    private final Supplier<T> maker;
    private @Nullable T made;

    OnDemand(Supplier<T> maker) {
        this.maker = maker;
    }

    synchronized T get() {
        T present = made;
        if (present == null) {
            present = maker.get();
            made = present;
        }
        return present;
    }

    /** Whether anybody has asked. */
    synchronized boolean isMade() {
        return made != null;
    }
}
