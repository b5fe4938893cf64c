package io.github.bn4j.plot;

import io.github.bn4j.plot.internal.figure.Chart;
import io.github.bn4j.plot.internal.figure.Figure;
import io.github.bn4j.plot.internal.figure.Ink;
import io.github.bn4j.plot.internal.figure.Line;
import io.github.bn4j.plot.internal.figure.Scale;
import io.github.bn4j.plot.internal.figure.Series;
import io.github.bn4j.train.ScoreCurve;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** Curves of scores in a square of shares. */
final class ScoreFigures {

    /** As many as there are colours. */
    private static final int MOST = 8;

    private static final double[] ENDS = {0, 1};

    private ScoreFigures() {}

    static Figure roc(List<ScoreCurve> curves) {
        List<Series> series = new ArrayList<>();
        series.add(new Line("chance", Ink.FAINT, true, ENDS, ENDS));
        addWorst(series, curves, "area");
        return square("ROC curve", "share of the others taken for it", "share of the class found", curves, series);
    }

    static Figure precisionRecall(List<ScoreCurve> curves) {
        List<Series> series = new ArrayList<>();
        addWorst(series, curves, "average");
        return square(
                "precision by recall",
                "recall: share of the class found",
                "precision: share that is right",
                curves,
                series);
    }

    static Figure reliability(ScoreCurve curve) {
        String name = String.format(Locale.ROOT, "told, calibration error %.3f", curve.value());
        return square(
                "reliability",
                "probability that was told",
                "share that is right",
                List.of(curve),
                List.of(
                        new Line("right as often as told", Ink.FAINT, true, ENDS, ENDS),
                        Line.of(name, Ink.ofSeries(0), curve.x(), curve.y())));
    }

    /** Those with the smallest values, in the order of the classes. */
    private static void addWorst(List<Series> series, List<ScoreCurve> curves, String what) {
        List<ScoreCurve> worst = curves.stream()
                .sorted(Comparator.comparingDouble(ScoreCurve::value))
                .limit(MOST)
                .toList();
        int number = 0;
        for (ScoreCurve curve : curves) {
            if (worst.contains(curve)) {
                String name = String.format(Locale.ROOT, "%s, %s %.3f", curve.name(), what, curve.value());
                series.add(Line.of(name, Ink.ofSeries(number), curve.x(), curve.y()));
                number++;
            }
        }
    }

    private static Figure square(String title, String x, String y, List<ScoreCurve> curves, List<Series> series) {
        String all = curves.size() > MOST ? ", the worst " + MOST + " of " + curves.size() : "";
        Scale shares = Scale.fromZero(ENDS);
        return Figure.of(Chart.of(title + all, x, y, series).x(any -> shares).y(any -> shares));
    }
}
