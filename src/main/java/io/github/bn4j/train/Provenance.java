package io.github.bn4j.train;

import io.github.bn4j.engine.Engine;
import io.github.bn4j.internal.OpenMp;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * What a training was run by. Two runs are the same to the bit where all of it but the time is the same, and the processor.
 *
 * @param version of this library
 * @param engine its name
 * @param threads that native code was given
 * @param java the version of the Java virtual machine, and its name
 * @param system the operating system, its version and the kind of processor
 * @param time when the checkpoint was written
 */
public record Provenance(String version, String engine, int threads, String java, String system, Instant time) {

    private static final String UNRELEASED = "unreleased";

    /** Of what runs now, on an engine. */
    public static Provenance now(Engine engine) {
        return new Provenance(
                Optional.ofNullable(Provenance.class.getPackage().getImplementationVersion())
                        .orElse(UNRELEASED),
                engine.name(),
                OpenMp.threads(),
                System.getProperty("java.vm.version") + " " + System.getProperty("java.vm.name"),
                System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
                        + System.getProperty("os.arch"),
                Instant.now().truncatedTo(ChronoUnit.MILLIS));
    }

    /** Whether another run that differs in nothing else computes the same bits, as far as can be known. */
    boolean isLike(Provenance other) {
        return new Provenance(version, engine, threads, java, system, other.time).equals(other);
    }

    @Override
    public String toString() {
        return "bn4j " + version + " on " + engine + " with " + threads + (threads == 1 ? " thread" : " threads")
                + ", Java " + java + ", " + system;
    }
}
