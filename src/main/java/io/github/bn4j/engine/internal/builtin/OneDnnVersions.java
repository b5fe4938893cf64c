package io.github.bn4j.engine.internal.builtin;

import io.github.bn4j.engine.internal.OneDnn;
import io.github.bn4j.engine.onednn.internal.OneDnnProvider;

/**
 * The build compiles the fast engine twice, for oneDNN 2.5.2 and, in a package that has no source of its own, for oneDNN 3, which
 * alone has natives for Arm. The class path has one of the two, and so decides.
 */
final class OneDnnVersions {

    private static final String COMPILED_FOR_3 = "io.github.bn4j.engine.onednn3.internal.OneDnnProvider";

    private OneDnnVersions() {}

    /** The compilation for the oneDNN on the class path; if there is none, one that cannot run and says so. */
    static OneDnn here() {
        OneDnn first = new OneDnnProvider();
        if (first.isForTheOneHere()) {
            return first;
        }
        try {
            OneDnn second = Class.forName(COMPILED_FOR_3)
                    .asSubclass(OneDnn.class)
                    .getConstructor()
                    .newInstance();
            return second.isForTheOneHere() ? second : first;
        } catch (ReflectiveOperationException notBuilt) {
            return first;
        }
    }
}
