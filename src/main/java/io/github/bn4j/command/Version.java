package io.github.bn4j.command;

import java.util.Objects;
import picocli.CommandLine.IVersionProvider;

/** The version of bn4j, as the jar says it. */
final class Version implements IVersionProvider {

    /** Number of the version; {@code development} for classes that are in no jar. */
    static String number() {
        return Objects.requireNonNullElse(Version.class.getPackage().getImplementationVersion(), "development");
    }

    @Override
    public String[] getVersion() {
        return new String[] {"bn4j " + number()};
    }
}
