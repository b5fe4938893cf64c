package io.github.bn4j.internal;

import java.lang.reflect.Method;

/**
 * Keeps JDK 24 and newer from warning of the deprecated memory access in ND4J's JavaCPP, for programs that are started by
 * {@code java -jar}: there is an option for it, but no entry of a jar's manifest.
 */
public final class Quiet {

    private Quiet() {}

    /** Does so for this process, if called before the first array. Does nothing where the JDK has no such warning. */
    public static void aboutMemoryAccess() {
        try {
            // The JDK gives the warning once per process. This tells it that it has done so.
            Method given = Class.forName("sun.misc.Unsafe").getDeclaredMethod("trySetMemoryAccessWarned");
            given.setAccessible(true);
            given.invoke(null);
        } catch (ReflectiveOperationException | RuntimeException unknown) {
            return;
        }
    }
}
