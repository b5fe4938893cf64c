package io.github.bn4j.plot;

import io.github.bn4j.norm.BatchNormReport;
import io.github.bn4j.norm.BatchNormReport.Channel;
import io.github.bn4j.norm.BatchNormReport.Norm;
import io.github.bn4j.plot.internal.figure.Chart;
import io.github.bn4j.plot.internal.figure.Figure;
import io.github.bn4j.plot.internal.figure.Ink;
import io.github.bn4j.plot.internal.figure.Panel;
import io.github.bn4j.plot.internal.figure.Points;
import io.github.bn4j.plot.internal.figure.Scale;
import io.github.bn4j.plot.internal.figure.Series;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Three charts for each batch normalisation of a report: what each channel is like. */
final class BatchNormFigure {

    private static final int CHARTS = 3;

    private BatchNormFigure() {}

    static Figure of(BatchNormReport report) {
        List<Panel> panels =
                report.norms().stream().flatMap(BatchNormFigure::charts).toList();
        return new Figure(panels, CHARTS);
    }

    private static Stream<Panel> charts(Norm norm) {
        return Stream.of(
                chart(
                        norm,
                        "mean",
                        points(norm, "running", false, Channel::runningMean),
                        points(norm, "data", true, Channel::mean)),
                chart(
                        norm,
                        "standard deviation",
                        points(norm, "running", false, channel -> Math.sqrt(channel.runningVariance())),
                        points(norm, "data", true, channel -> Math.sqrt(channel.variance()))),
                chart(
                        norm,
                        "γ and β",
                        points(norm, "β", false, Channel::beta),
                        points(norm, "γ", true, Channel::gamma)));
    }

    private static Panel chart(Norm norm, String what, Series... series) {
        return Chart.of(norm.layer() + ": " + what, "channel", "", List.of(series))
                .x(Scale::whole);
    }

    /** The running averages as rings, so that what they agree with is seen in them. */
    private static Series points(Norm norm, String name, boolean filled, ToDoubleFunction<Channel> value) {
        double[] channels = IntStream.range(0, norm.channels().size())
                .mapToDouble(channel -> channel)
                .toArray();
        double[] values = norm.channels().stream().mapToDouble(value).toArray();
        return new Points(name, Ink.ofSeries(filled ? 0 : 1), filled, channels, values);
    }
}
