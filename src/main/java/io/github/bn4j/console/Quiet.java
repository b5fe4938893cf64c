package io.github.bn4j.console;

import io.github.bn4j.internal.Tensors;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Predicate;

/**
 * Starts ND4J without the warnings of JDK 24 and newer about the deprecated memory access of its JavaCPP. The JDK gives
 * them once per process and has an option to switch them off, but no entry of a jar's manifest.
 */
public final class Quiet {

    private Quiet() {}

    /** Does so; anything else that is written to the standard error stream meanwhile comes afterwards. */
    public static void start() {
        PrintStream before = System.err;
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        System.setErr(new PrintStream(written, true, StandardCharsets.UTF_8));
        try {
            Tensors.start();
        } finally {
            System.setErr(before);
            written.toString(StandardCharsets.UTF_8)
                    .lines()
                    .filter(Predicate.not(Quiet::isMemoryAccessWarning))
                    .forEach(before::println);
        }
    }

    private static boolean isMemoryAccessWarning(String line) {
        return line.startsWith("WARNING: ")
                && (line.contains("sun.misc.Unsafe") || line.contains("Please consider reporting this"));
    }
}
