package io.github.bn4j.train;

import java.nio.file.Path;
import java.util.ServiceLoader;

/** Makes a page of a history. It is built on trainings and pictures, so it is found as a service. */
public interface ReportWriter {

    /** Writes a page, in place of one that is there. */
    void write(History history, Path path);

    /** The one of this library. */
    static ReportWriter get() {
        return ServiceLoader.load(ReportWriter.class, ReportWriter.class.getClassLoader())
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("History.report expects the file META-INF/services/"
                        + ReportWriter.class.getName()
                        + " of bn4j on the class path but got none; keep META-INF/services when jars are packed into"
                        + " one"));
    }
}
