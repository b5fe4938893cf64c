package io.github.bn4j.report;

import static io.github.bn4j.internal.Checks.checkArgument;
import static io.github.bn4j.internal.Checks.checkEachGiven;
import static io.github.bn4j.internal.Checks.checkGiven;

import io.github.bn4j.internal.SavedFile;
import io.github.bn4j.train.History;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A page about a training, or about several side by side: one file without scripts, which needs no network, follows the reader's choice of
 * light or dark, fits a phone, and prints. What a history does not hold is left out.
 */
public final class Report {

    private final List<Run> runs;

    private Report(List<Run> runs) {
        this.runs = List.copyOf(runs);
    }

    /**
     * A page about trainings, as run 1, run 2 and so on.
     *
     * @throws IllegalArgumentException if one has no epoch
     */
    public static Report of(History history, History... others) {
        checkGiven(history, "Report", "a history");
        checkEachGiven(others, "Report", "histories");
        Map<String, History> all = new LinkedHashMap<>();
        all.put("run 1", history);
        for (History other : others) {
            all.put("run " + (all.size() + 1), other);
        }
        return of(all);
    }

    /**
     * A page about trainings.
     *
     * @param histories by names that the page shows
     * @throws IllegalArgumentException if there is none, or one has no epoch
     */
    public static Report of(Map<String, History> histories) {
        checkGiven(histories, "Report", "histories by name");
        checkArgument(!histories.isEmpty(), "Report expects at least one history but got none");
        List<Run> runs = new ArrayList<>();
        histories.forEach((name, history) -> {
            checkGiven(history, "Report", "histories");
            checkArgument(!history.epochs().isEmpty(), "Report expects a history with at least one epoch but got none");
            runs.add(new Run(name, history));
        });
        return new Report(runs);
    }

    /** The page, as it is now: networks are judged by their validation data when this is called. */
    public String html() {
        return Page.of(runs);
    }

    /**
     * Writes the page, in place of a file that is there.
     *
     * @param path a name that ends in {@code .html}
     * @throws IllegalArgumentException if it does not end so, or the directory does not exist
     * @throws java.io.UncheckedIOException if the file cannot be written; one that is there is unchanged then
     */
    public void save(Path path) {
        checkGiven(path, "Report.save", "a path");
        checkArgument(
                path.toString().toLowerCase(Locale.ROOT).endsWith(".html"),
                "Report.save expects a name that ends in .html but got \"%s\"",
                path);
        SavedFile.write("Report.save", path, out -> out.write(html().getBytes(StandardCharsets.UTF_8)));
    }

    @Override
    public String toString() {
        return "Report" + runs.stream().map(Run::name).toList();
    }
}
