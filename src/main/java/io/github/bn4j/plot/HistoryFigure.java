package io.github.bn4j.plot;

import io.github.bn4j.internal.Words;
import io.github.bn4j.plot.internal.figure.Chart;
import io.github.bn4j.plot.internal.figure.Figure;
import io.github.bn4j.plot.internal.figure.Ink;
import io.github.bn4j.plot.internal.figure.Line;
import io.github.bn4j.plot.internal.figure.Panel;
import io.github.bn4j.plot.internal.figure.Points;
import io.github.bn4j.plot.internal.figure.Scale;
import io.github.bn4j.plot.internal.figure.Series;
import io.github.bn4j.train.Epoch;
import io.github.bn4j.train.History;
import io.github.bn4j.train.Metric;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/**
 * Loss and metrics over the epochs of trainings, a chart for each.
 *
 * @param runs by their names, each with at least one epoch
 */
record HistoryFigure(Map<String, History> runs) {

    private static final String LOSS = "loss";

    /** How many times the smallest loss the largest is where an axis goes by factors. */
    private static final double WIDE = 30;

    Figure figure() {
        List<Panel> panels = new ArrayList<>();
        panels.add(losses());
        metrics().forEach(metric -> panels.add(chart(metric)));
        return new Figure(panels, Math.min(panels.size(), 2));
    }

    /** The names of all that was measured on validation data besides the loss. */
    private Set<String> metrics() {
        Set<String> names = new LinkedHashSet<>();
        runs.values().forEach(run -> run.epochs()
                .forEach(epoch -> names.addAll(epoch.metrics().keySet())));
        names.remove(LOSS);
        return names;
    }

    private Chart losses() {
        List<Series> series = new ArrayList<>();
        boolean alone = runs.size() == 1;
        int number = 0;
        for (Map.Entry<String, History> run : runs.entrySet()) {
            History history = run.getValue();
            boolean validated = isMeasured(history, Epoch::validationLoss);
            Ink ink = Ink.ofSeries(number++);
            series.add(new Line(
                    alone ? "training" : run.getKey() + (validated ? ", training" : ""),
                    ink,
                    !alone && validated,
                    epochs(history),
                    values(history, Epoch::trainLoss)));
            if (validated) {
                Ink other = alone ? Ink.ofSeries(1) : ink;
                String name = alone ? "validation" : run.getKey() + ", validation";
                series.add(Line.of(name, other, epochs(history), values(history, Epoch::validationLoss)));
                addBest(series, history, LOSS, alone, other);
            }
        }
        return Chart.of(LOSS, "epoch", "", series).x(Scale::whole).y(values -> Scale.byFactors(WIDE, values));
    }

    private Chart chart(String metric) {
        List<Series> series = new ArrayList<>();
        boolean alone = runs.size() == 1;
        int number = 0;
        for (Map.Entry<String, History> run : runs.entrySet()) {
            History history = run.getValue();
            Ink ink = Ink.ofSeries(alone ? 1 : number++);
            ToDoubleFunction<Epoch> value = epoch -> epoch.metrics().getOrDefault(metric, Double.NaN);
            if (isMeasured(history, value)) {
                String name = alone ? "validation" : run.getKey();
                series.add(Line.of(name, ink, epochs(history), values(history, value)));
                addBest(series, history, metric, alone, ink);
            }
        }
        Chart chart = Chart.of(Words.of(metric), "epoch", "", series).x(Scale::whole);
        return isShare(metric) ? chart.y(Scale::ofShares) : chart;
    }

    private static void addBest(List<Series> series, History history, String metric, boolean named, Ink ink) {
        if (metric.equals(LOSS) || history.metrics().containsKey(metric)) {
            Epoch best = history.best(metric);
            double value = best.metrics().getOrDefault(metric, Double.NaN);
            String name = named ? String.format(Locale.ROOT, "best: %.4g, epoch %d", value, best.number()) : "";
            if (Double.isFinite(value)) {
                series.add(new Points(name, ink, false, new double[] {best.number()}, new double[] {value}));
            }
        }
    }

    /** Whether it is one of those that end at 1, by its direction and its values. */
    private boolean isShare(String name) {
        return runs.values().stream().allMatch(run -> {
            Metric metric = run.metrics().get(name);
            boolean towardsOne = metric == null || metric.higherIsBetter();
            return towardsOne
                    && run.epochs().stream()
                            .map(epoch -> epoch.metrics().getOrDefault(name, Double.NaN))
                            .noneMatch(value -> value < 0 || value > 1);
        });
    }

    private static boolean isMeasured(History history, ToDoubleFunction<Epoch> value) {
        return history.epochs().stream().mapToDouble(value).anyMatch(each -> !Double.isNaN(each));
    }

    private static double[] epochs(History history) {
        return values(history, Epoch::number);
    }

    private static double[] values(History history, ToDoubleFunction<Epoch> value) {
        return history.epochs().stream().mapToDouble(value).toArray();
    }
}
