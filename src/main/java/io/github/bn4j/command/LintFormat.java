package io.github.bn4j.command;

import java.util.Locale;

/** What a report is written as. */
enum LintFormat {
    TEXT,
    JSON,
    SARIF;

    /** The report, without a line end behind its last line. */
    String write(LintReport report) {
        return switch (this) {
            case TEXT -> LintText.of(report);
            case JSON -> LintJson.of(report);
            case SARIF -> Sarif.of(report);
        };
    }

    /** As options name it. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
