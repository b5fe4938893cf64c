package io.github.bn4j.train;

import static io.github.bn4j.internal.Checks.checkDirectoryOf;
import static io.github.bn4j.internal.Checks.checkGiven;

import io.github.bn4j.internal.CsvText;
import io.github.bn4j.text.Text;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
 */
public record History(List<Epoch> epochs, Map<String, Metric> metrics, Optional<String> endedEarly) {

    public History {
        epochs = List.copyOf(epochs);
        metrics = Collections.unmodifiableMap(new LinkedHashMap<>(metrics));
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
     * @throws java.io.UncheckedIOException if the file cannot be written
     */
    public void saveCsv(Path path) {
        checkGiven(path, "saveCsv", "the path of a file");
        checkDirectoryOf("saveCsv", path);
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

    @Override
    public String toString() {
        return Stream.concat(
                        epochs.stream().map(Epoch::toString), endedEarly.map(end -> "ended early, " + end).stream())
                .collect(Collectors.joining(System.lineSeparator()));
    }
}
