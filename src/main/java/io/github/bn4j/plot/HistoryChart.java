package io.github.bn4j.plot;

import io.github.bn4j.train.Epoch;
import io.github.bn4j.train.History;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;

/** Loss and accuracy over the epochs of a training. */
final class HistoryChart {

    private HistoryChart() {}

    static BufferedImage draw(History history) {
        XYChart chart = Charts.chart(800, 450, "training", "epoch", "loss");
        List<Double> epochs = values(history, Epoch::number);
        Charts.line(chart, "training loss", epochs, values(history, Epoch::trainLoss), Charts.FIRST);
        if (!Double.isNaN(history.last().validationLoss())) {
            Charts.line(chart, "validation loss", epochs, values(history, Epoch::validationLoss), Charts.SECOND);
        }
        if (!Double.isNaN(history.last().validationAccuracy())) {
            chart.setYAxisGroupTitle(1, "accuracy");
            Charts.line(chart, "validation accuracy", epochs, values(history, Epoch::validationAccuracy), Charts.THIRD)
                    .setYAxisGroup(1);
            chart.getStyler().setYAxisGroupPosition(1, org.knowm.xchart.style.Styler.YAxisPosition.Right);
        }
        return BitmapEncoder.getBufferedImage(chart);
    }

    private static List<Double> values(History history, ToDoubleFunction<Epoch> value) {
        return history.epochs().stream().map(value::applyAsDouble).toList();
    }
}
