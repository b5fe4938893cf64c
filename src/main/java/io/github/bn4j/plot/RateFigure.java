package io.github.bn4j.plot;

import io.github.bn4j.plot.internal.figure.Chart;
import io.github.bn4j.plot.internal.figure.Figure;
import io.github.bn4j.plot.internal.figure.Ink;
import io.github.bn4j.plot.internal.figure.Line;
import io.github.bn4j.plot.internal.figure.Points;
import io.github.bn4j.plot.internal.figure.Scale;
import io.github.bn4j.plot.internal.figure.Series;
import io.github.bn4j.train.RateFinder;
import io.github.bn4j.train.RateFinder.Trial;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The loss by the learning rate. */
final class RateFigure {

    private RateFigure() {}

    static Figure of(RateFinder finder) {
        double[] rates = finder.trials().stream().mapToDouble(Trial::rate).toArray();
        double[] losses = finder.trials().stream().mapToDouble(Trial::loss).toArray();
        List<Series> series = new ArrayList<>();
        series.add(Line.of("loss", Ink.ofSeries(0), rates, losses));
        if (finder.hasSuggestion()) {
            double rate = finder.suggestion();
            double loss = losses[indexOf(rates, rate)];
            String name = String.format(Locale.ROOT, "suggestion: %.1e", rate);
            series.add(new Points(name, Ink.ofSeries(1), false, new double[] {rate}, new double[] {loss}));
        }
        return Figure.of(
                Chart.of("loss by learning rate", "learning rate", "", series).x(values -> Scale.byFactors(1, values)));
    }

    private static int indexOf(double[] rates, double rate) {
        int index = 0;
        while (rates[index] != rate) {
            index++;
        }
        return index;
    }
}
