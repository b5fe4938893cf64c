package io.github.bn4j.plot;

import io.github.bn4j.norm.BatchNormReport;
import io.github.bn4j.norm.BatchNormReport.Channel;
import io.github.bn4j.norm.BatchNormReport.Norm;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;

/** A row of three charts for each batch normalisation. */
final class BatchNormCharts {

    private static final int WIDTH = 440;
    private static final int HEIGHT = 250;

    private BatchNormCharts() {}

    static BufferedImage draw(BatchNormReport report) {
        BufferedImage image =
                new BufferedImage(3 * WIDTH, HEIGHT * report.norms().size(), BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        graphics.setColor(Color.WHITE);
        graphics.fillRect(0, 0, image.getWidth(), image.getHeight());
        for (int row = 0; row < report.norms().size(); row++) {
            List<XYChart> charts = charts(report.norms().get(row));
            for (int column = 0; column < charts.size(); column++) {
                graphics.drawImage(
                        BitmapEncoder.getBufferedImage(charts.get(column)), column * WIDTH, row * HEIGHT, null);
            }
        }
        graphics.dispose();
        return image;
    }

    private static List<XYChart> charts(Norm norm) {
        XYChart mean = chart(norm, "mean");
        pair(mean, norm, "data", Channel::mean, "running", Channel::runningMean);
        XYChart deviation = chart(norm, "standard deviation");
        pair(
                deviation,
                norm,
                "data",
                channel -> Math.sqrt(channel.variance()),
                "running",
                channel -> Math.sqrt(channel.runningVariance()));
        XYChart affine = chart(norm, "gamma and beta");
        pair(affine, norm, "gamma", Channel::gamma, "beta", Channel::beta);
        return List.of(mean, deviation, affine);
    }

    private static XYChart chart(Norm norm, String what) {
        XYChart chart = Charts.chart(WIDTH, HEIGHT, norm.layer() + ": " + what, "channel", "");
        int channels = norm.channels().size();
        chart.getStyler().setXAxisMin(-0.5).setXAxisMax(channels - 0.5);
        chart.getStyler().setMarkerSize(channels > 32 ? 5 : 8);
        chart.getStyler().setXAxisDecimalPattern("#");
        return chart;
    }

    private static void pair(
            XYChart chart,
            Norm norm,
            String first,
            ToDoubleFunction<Channel> firstValue,
            String second,
            ToDoubleFunction<Channel> secondValue) {
        List<Double> channels = IntStream.range(0, norm.channels().size())
                .mapToObj(c -> (double) c)
                .toList();
        Charts.points(chart, first, channels, values(norm, firstValue), Charts.FIRST, true);
        Charts.points(chart, second, channels, values(norm, secondValue), Charts.SECOND, false);
    }

    private static List<Double> values(Norm norm, ToDoubleFunction<Channel> value) {
        return norm.channels().stream().map(value::applyAsDouble).toList();
    }
}
