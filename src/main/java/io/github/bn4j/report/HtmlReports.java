package io.github.bn4j.report;

import io.github.bn4j.train.History;
import io.github.bn4j.train.ReportWriter;
import java.nio.file.Path;

/** What {@code history.report(path)} writes. */
public final class HtmlReports implements ReportWriter {

    /** One of several, which are all the same. */
    public HtmlReports() {}

    @Override
    public void write(History history, Path path) {
        Report.of(history).save(path);
    }
}
