package io.github.bn4j.plot;

import io.github.bn4j.inside.BatchNormSeries;
import io.github.bn4j.inside.ModeGapRecorder;
import io.github.bn4j.inside.PercentileSeries;
import io.github.bn4j.norm.ModeGap;
import io.github.bn4j.plot.internal.figure.Band;
import io.github.bn4j.plot.internal.figure.Chart;
import io.github.bn4j.plot.internal.figure.Figure;
import io.github.bn4j.plot.internal.figure.Ink;
import io.github.bn4j.plot.internal.figure.Line;
import io.github.bn4j.plot.internal.figure.Panel;
import io.github.bn4j.plot.internal.figure.Scale;
import io.github.bn4j.plot.internal.figure.Series;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.LongStream;

/** What was recorded in a training, over its steps. */
final class RecordFigures {

    private static final String STEP = "step";

    /** With more channels than this, how they are spread is shown instead of each. */
    private static final int MOST_LINES = 8;

    private RecordFigures() {}

    /** A chart for each number of a batch normalisation that there is. */
    static Figure of(BatchNormSeries norm) {
        List<Panel> panels = new ArrayList<>();
        add(panels, norm, "γ", norm.gamma());
        add(panels, norm, "β", norm.beta());
        add(panels, norm, "running mean", norm.runningMean());
        add(panels, norm, "running variance", norm.runningVariance());
        return new Figure(panels, 2);
    }

    private static void add(List<Panel> panels, BatchNormSeries norm, String what, double[]... rows) {
        int channels = rows[0].length;
        if (channels == 0) {
            return;
        }
        double[] steps = numbers(norm.steps());
        List<Series> series = new ArrayList<>();
        if (channels <= MOST_LINES) {
            for (int c = 0; c < channels; c++) {
                series.add(Line.of("channel " + c, Ink.ofSeries(c), steps, column(rows, c)));
            }
        } else {
            double[][] sorted = Arrays.stream(rows)
                    .map(row -> Arrays.stream(row).sorted().toArray())
                    .toArray(double[][]::new);
            series.add(new Band("all channels", Ink.BLUE, steps, column(sorted, 0), column(sorted, channels - 1)));
            series.add(new Band(
                    "half of them, darker",
                    Ink.BLUE,
                    steps,
                    column(sorted, channels / 4),
                    column(sorted, channels - 1 - channels / 4)));
            series.add(Line.of("median", Ink.BLUE, steps, column(sorted, channels / 2)));
        }
        panels.add(Chart.of(norm.layer() + ": " + what, STEP, "", series).x(Scale::whole));
    }

    private static double[] column(double[][] rows, int index) {
        return Arrays.stream(rows).mapToDouble(row -> row[index]).toArray();
    }

    private static double[] numbers(long... steps) {
        return LongStream.of(steps).asDoubleStream().toArray();
    }

    /** As in the paper's figure 1. */
    static Figure of(PercentileSeries unit) {
        double[] steps = numbers(unit.steps());
        List<Series> series = List.of(
                new Band("15th to 85th percentile", Ink.BLUE, steps, unit.lower(), unit.upper()),
                Line.of("median", Ink.BLUE, steps, unit.median()));
        return Figure.of(Chart.of("what comes to unit " + unit.unit() + " of " + unit.layer(), STEP, "", series)
                .x(Scale::whole));
    }

    static Figure of(List<ModeGapRecorder.Moment> moments) {
        List<Panel> panels = new ArrayList<>();
        panels.add(Chart.of(
                        "training mode beside predictions",
                        STEP,
                        "",
                        List.of(
                                line("outputs, as a share of their size", 0, moments, ModeGap::difference),
                                line("share of other decisions", 1, moments, ModeGap::disagreement)))
                .x(Scale::whole)
                .y(Scale::fromZero));
        if (moments.stream().anyMatch(moment -> !Double.isNaN(moment.gap().trainingLoss()))) {
            panels.add(Chart.of(
                            "loss in both modes",
                            STEP,
                            "",
                            List.of(
                                    line("training mode", 0, moments, ModeGap::trainingLoss),
                                    line("predictions", 1, moments, ModeGap::predictionLoss)))
                    .x(Scale::whole));
        }
        return new Figure(panels, 2);
    }

    private static Series line(
            String name, int number, List<ModeGapRecorder.Moment> moments, ToDoubleFunction<ModeGap> value) {
        return Line.of(
                name,
                Ink.ofSeries(number),
                moments.stream().mapToDouble(ModeGapRecorder.Moment::step).toArray(),
                moments.stream()
                        .mapToDouble(moment -> value.applyAsDouble(moment.gap()))
                        .toArray());
    }
}
