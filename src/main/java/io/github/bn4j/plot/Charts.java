package io.github.bn4j.plot;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.util.List;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** What all charts look like. */
final class Charts {

    static final Color FIRST = new Color(0x1f, 0x77, 0xb4);
    static final Color SECOND = new Color(0xd6, 0x27, 0x28);
    static final Color THIRD = new Color(0x2c, 0xa0, 0x2c);

    private Charts() {}

    static XYChart chart(int width, int height, String title, String x, String y) {
        XYChart chart = new XYChartBuilder()
                .width(width)
                .height(height)
                .title(title)
                .xAxisTitle(x)
                .yAxisTitle(y)
                .build();
        Font plain = new Font(Font.SANS_SERIF, Font.PLAIN, 11);
        chart.getStyler()
                .setChartBackgroundColor(Color.WHITE)
                .setChartTitleBoxVisible(false)
                .setChartTitleFont(plain.deriveFont(13f))
                .setLegendFont(plain)
                .setLegendPosition(Styler.LegendPosition.OutsideS)
                .setLegendLayout(Styler.LegendLayout.Horizontal)
                .setLegendBorderColor(Color.WHITE)
                .setLegendPadding(2)
                .setChartPadding(6);
        chart.getStyler().setAxisTitleFont(plain).setAxisTickLabelsFont(plain);
        return chart;
    }

    static void points(XYChart chart, String name, List<Double> x, List<Double> y, Color color, boolean filled) {
        XYSeries series = series(chart, name, x, y, color, filled ? SeriesMarkers.CIRCLE : SeriesMarkers.CROSS);
        series.setXYSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Scatter);
    }

    static XYSeries line(XYChart chart, String name, List<Double> x, List<Double> y, Color color) {
        XYSeries series = series(chart, name, x, y, color, SeriesMarkers.CIRCLE);
        series.setLineColor(color).setLineStyle(new BasicStroke(1.5f));
        return series;
    }

    private static XYSeries series(
            XYChart chart, String name, List<Double> x, List<Double> y, Color color, Marker marker) {
        XYSeries series = chart.addSeries(name, x, y);
        series.setMarker(marker).setMarkerColor(color);
        return series;
    }
}
