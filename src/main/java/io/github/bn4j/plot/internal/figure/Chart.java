package io.github.bn4j.plot.internal.figure;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/**
 * Series on two axes, with a legend where there are several.
 *
 * @param series drawn in order, the last above the others
 */
public record Chart(String title, Axis x, Axis y, List<Series> series) implements Panel {

    private static final double WIDTH = 400;
    private static final double PLOT = 190;
    private static final double TOP = 44;
    private static final double RIGHT = 14;
    private static final double TICK_ROOM = 8;
    private static final double BELOW = 38;
    private static final double LEGEND_ROW = 20;
    private static final double SAMPLE = 20;
    private static final double LONGEST_NAME = 280;

    public Chart {
        series = List.copyOf(series);
    }

    /** A chart with linear axes from round number to round number. */
    public static Chart of(String title, String x, String y, List<Series> series) {
        return new Chart(
                title,
                new Axis(x, Scale.around(values(series, Series::x))),
                new Axis(y, Scale.around(values(series, Series::y))),
                series);
    }

    /** This chart with another first axis. */
    public Chart x(Function<double[], Scale> scale) {
        return new Chart(title, new Axis(x.title(), scale.apply(values(series, Series::x))), y, series);
    }

    /** This chart with another second axis. */
    public Chart y(Function<double[], Scale> scale) {
        return new Chart(title, x, new Axis(y.title(), scale.apply(values(series, Series::y))), series);
    }

    private static double[] values(List<Series> series, Function<Series, double[]> axis) {
        return series.stream()
                .flatMapToDouble(each -> Arrays.stream(axis.apply(each)))
                .toArray();
    }

    @Override
    public double width() {
        return WIDTH;
    }

    @Override
    public double height() {
        return TOP + PLOT + BELOW + LEGEND_ROW * legend().size();
    }

    Frame frame() {
        double widest = y.scale().ticks().stream()
                .mapToDouble(tick -> Lettering.LABEL.width(y.scale().text(tick)))
                .max()
                .orElse(0);
        return new Frame(Math.max(28, widest + TICK_ROOM), TOP, WIDTH - RIGHT, TOP + PLOT, x.scale(), y.scale());
    }

    @Override
    public void draw(Canvas canvas) {
        Frame frame = frame();
        canvas.text(Lettering.TITLE.fit(title, WIDTH), 0, 14, Lettering.TITLE);
        canvas.text(Lettering.LABEL.fit(y.title(), WIDTH), 0, 32, Lettering.LABEL);
        double[] across = {frame.left(), frame.right()};
        for (double tick : y.scale().ticks()) {
            double height = frame.y(tick);
            canvas.line(Ink.RULE, 1, false, across, new double[] {height, height});
            canvas.text(y.scale().text(tick), frame.left() - TICK_ROOM + 2, height + 4, Lettering.LABEL.at(Anchor.END));
        }
        drawX(canvas, frame);
        series.forEach(each -> each.draw(canvas, frame));
        drawLegend(canvas);
    }

    private void drawX(Canvas canvas, Frame frame) {
        double bottom = frame.bottom();
        canvas.line(Ink.FAINT, 1, false, new double[] {frame.left(), frame.right()}, new double[] {bottom, bottom});
        double free = Double.NEGATIVE_INFINITY;
        for (double tick : x.scale().ticks()) {
            double at = frame.x(tick);
            String text = x.scale().text(tick);
            double half = Lettering.LABEL.width(text) / 2;
            double middle = Math.min(at, WIDTH - half);
            canvas.line(Ink.FAINT, 1, false, new double[] {at, at}, new double[] {bottom, bottom + 4});
            if (middle - half > free) {
                canvas.text(text, middle, bottom + 16, Lettering.LABEL.at(Anchor.MIDDLE));
                free = middle + half + 6;
            }
        }
        canvas.text(
                Lettering.LABEL.fit(x.title(), frame.right() - frame.left()),
                (frame.left() + frame.right()) / 2,
                bottom + 33,
                Lettering.LABEL.at(Anchor.MIDDLE));
    }

    /** The named series, in rows that have room for them; none if there is but one series. */
    private List<List<Series>> legend() {
        List<List<Series>> rows = new ArrayList<>();
        List<Series> named =
                series.stream().filter(each -> !each.name().isEmpty()).toList();
        double left = 0;
        for (Series each : series.size() < 2 ? List.<Series>of() : named) {
            if (rows.isEmpty() || left + entry(each) > WIDTH) {
                rows.add(new ArrayList<>());
                left = 0;
            }
            rows.get(rows.size() - 1).add(each);
            left += entry(each);
        }
        return rows;
    }

    private static String name(Series series) {
        return Lettering.LEGEND.fit(series.name(), LONGEST_NAME);
    }

    private static double entry(Series series) {
        return SAMPLE + 6 + Lettering.LEGEND.width(name(series)) + 14;
    }

    private void drawLegend(Canvas canvas) {
        double base = TOP + PLOT + BELOW + LEGEND_ROW - 5;
        for (List<Series> row : legend()) {
            double left = 0;
            for (Series each : row) {
                each.sample(canvas, left, base - 4, SAMPLE);
                canvas.text(name(each), left + SAMPLE + 6, base, Lettering.LEGEND);
                left += entry(each);
            }
            base += LEGEND_ROW;
        }
    }
}
