package io.github.bn4j.train;

import static io.github.bn4j.internal.Checks.checkGiven;

import io.github.bn4j.internal.CsvText;
import io.github.bn4j.internal.SavedFile;
import io.github.bn4j.text.Text;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The epochs of a training, those of one {@code fit} or of several that went on. Prints as one line per epoch, and
 * a last one if it ended early.
 *
 * @param epochs in order
 * @param metrics what was measured on the validation set besides the loss, by name
 * @param endedEarly where and why the last {@code fit} ended before its last epoch did, such as {@code after epoch 7: f1 has not got better
 *     for 5 epochs}; empty if it did not
 * @param run what the training was run with, the network and the data included; empty if nobody said. Two histories are equal whatever
 *     this is.
 */
public record History(
        List<Epoch> epochs, Map<String, Metric> metrics, Optional<String> endedEarly, Optional<RunDetails> run) {

    public History {
        epochs = List.copyOf(epochs);
        metrics = Collections.unmodifiableMap(new LinkedHashMap<>(metrics));
    }

    /** A history of which nobody says what it was run with: it keeps neither network nor data in memory. */
    public History(List<Epoch> epochs, Map<String, Metric> metrics, Optional<String> endedEarly) {
        this(epochs, metrics, endedEarly, Optional.empty());
    }

    /** A history of epochs with no metrics but loss and accuracy. */
    public History(List<Epoch> epochs) {
        this(epochs, Map.of(Watched.ACCURACY, Metric.accuracy()), Optional.empty());
    }

    /**
     * The last epoch.
     *
     * @throws IllegalStateException if there is none
     */
    public Epoch last() {
        if (epochs.isEmpty()) {
            throw new IllegalStateException("history expects at least one epoch but got none");
        }
        return epochs.get(epochs.size() - 1);
    }

    /**
     * The best epoch by a metric, in the direction that it knows: of equal ones that with the smaller validation loss, then the
     * earlier. NaN is never best.
     *
     * @param metric {@code loss}, or the name of one of {@link #metrics}
     * @throws IllegalArgumentException if there is none of that name; the message lists those there are
     * @throws IllegalStateException if there is no epoch
     */
    public Epoch best(String metric) {
        Watched watched =
                Watched.of("History.best", checkGiven(metric, "History.best", "the name of a metric"), metrics);
        Epoch best = last();
        for (int i = epochs.size() - 2; i >= 0; i--) {
            best = watched.isBetter(best, epochs.get(i)) ? best : epochs.get(i);
        }
        return best;
    }

    /**
     * The epochs as comma-separated values, a line each after one with the names of the columns: {@code epoch}, {@code trainLoss}, {@code
     * validationLoss}, {@code validationAccuracy}, {@code seconds}, {@code judgedBy}, and the other metrics by their names. Numbers have all
     * digits and a decimal point everywhere; what was not measured is empty, and a column without any value is not there.
     */
    public Text csv() {
        return new Text(CsvText.of(HistoryTable.of(this)));
    }

    /**
     * Writes {@link #csv} to a file in UTF-8, which appears as a whole or not at all, in place of one that is there.
     *
     * @throws IllegalArgumentException if the directory does not exist
     * @throws java.io.UncheckedIOException if the file cannot be written; one that is there is unchanged then
     */
    public void saveCsv(Path path) {
        checkGiven(path, "saveCsv", "the path of a file");
        CsvText.write("saveCsv", path, HistoryTable.of(this));
    }

    private record Document(List<Epoch> epochs, @Nullable String endedEarly) {}

    /**
     * All of it as JSON: {@code epochs}, each with its components under their names, and {@code endedEarly} if it did. Numbers that were not
     * measured are {@code null}.
     */
    public Text json() {
        return Text.json(new Document(epochs, endedEarly.orElse(null)));
    }

    /**
     * Writes {@link #json} to a file in UTF-8, which appears as a whole or not at all, in place of one that is there.
     *
     * @throws IllegalArgumentException if the directory does not exist
     * @throws java.io.UncheckedIOException if the file cannot be written; one that is there is unchanged then
     */
    public void saveJson(Path path) {
        checkGiven(path, "saveJson", "the path of a file");
        SavedFile.write("saveJson", path, out -> out.write(json().toString().getBytes(StandardCharsets.UTF_8)));
    }

    /** This history with what it was run with. */
    History with(RunDetails details) {
        return new History(epochs, metrics, endedEarly, Optional.of(details));
    }

    /**
     * Writes a page for a browser, in one file that needs no network: how it ended, the settings, the network with its bias decisions,
     * curves with how to read them, metrics, the confusion matrix and the state of the batch normalisations on the validation data, or on
     * the training data where there are none, and what it was run by. What {@link #run} does not hold is left out. Several runs
     * side by side are a {@code Report.of(history, other)}.
     *
     * @param path a name that ends in {@code .html}; a file that is there is replaced
     * @throws IllegalArgumentException if it does not end so, the directory does not exist, or there is no epoch
     * @throws java.io.UncheckedIOException if the file cannot be written; one that is there is unchanged then
     */
    public void report(Path path) {
        ReportWriter.get().write(this, path);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof History that
                && epochs.equals(that.epochs)
                && metrics.equals(that.metrics)
                && endedEarly.equals(that.endedEarly);
    }

    @Override
    public int hashCode() {
        return Objects.hash(epochs, metrics, endedEarly);
    }

    @Override
    public String toString() {
        return Stream.concat(
                        epochs.stream().map(Epoch::toString), endedEarly.map(end -> "ended early, " + end).stream())
                .collect(Collectors.joining(System.lineSeparator()));
    }
}
