package io.github.bn4j.train;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** A history as lines of cells, the first of which names the columns; a column without any value is left out. */
final class HistoryTable {

    private HistoryTable() {}

    static List<List<String>> of(History history) {
        List<Epoch> epochs = history.epochs();
        Map<String, Function<Epoch, String>> columns = new LinkedHashMap<>();
        columns.put("epoch", epoch -> Integer.toString(epoch.number()));
        columns.put("trainLoss", epoch -> text(epoch.trainLoss()));
        columns.put("validationLoss", epoch -> text(epoch.validationLoss()));
        columns.put("validationAccuracy", epoch -> text(epoch.validationAccuracy()));
        columns.put("seconds", epoch -> text(epoch.seconds()));
        columns.put("judgedBy", Epoch::judgedBy);
        Set<String> metrics = new LinkedHashSet<>();
        epochs.forEach(epoch -> metrics.addAll(epoch.metrics().keySet()));
        metrics.removeAll(Set.of(Watched.LOSS, Watched.ACCURACY));
        for (String metric : metrics) {
            String name = columns.containsKey(metric) ? "metrics." + metric : metric;
            columns.put(name, epoch -> text(epoch.metrics().getOrDefault(metric, Double.NaN)));
        }
        columns.values()
                .removeIf(cell -> !epochs.isEmpty()
                        && epochs.stream().allMatch(epoch -> cell.apply(epoch).isEmpty()));
        List<List<String>> lines = new ArrayList<>();
        lines.add(List.copyOf(columns.keySet()));
        epochs.forEach(epoch -> lines.add(
                columns.values().stream().map(cell -> cell.apply(epoch)).toList()));
        return lines;
    }

    /** All digits; nothing where there is no number. */
    private static String text(double value) {
        return Double.isNaN(value) ? "" : Double.toString(value);
    }
}
