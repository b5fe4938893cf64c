package io.github.bn4j.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Metrics against the values of scikit-learn, and the same for any split into batches. The file train/metrics.json was made by
 * train/metrics.py, which says what the inputs are.
 */
class MetricReferenceTest {

    private static final int ROWS = 61;

    /** A number of each row and column. */
    private interface Element {
        double at(int row, int column);
    }

    private static INDArray array(int columns, Element element) {
        INDArray array = Nd4j.create(DataType.DOUBLE, ROWS, columns);
        for (int row = 0; row < ROWS; row++) {
            for (int column = 0; column < columns; column++) {
                array.putScalar(row, column, element.at(row, column));
            }
        }
        return array;
    }

    private static int label(int row) {
        return (row * row + row / 7) % 4;
    }

    private static Comparison classes() {
        INDArray scores = array(
                5,
                (i, c) -> ((7 * i + 3 * c * i + 5 * c) % 13 - 6) / 4.0
                        - (c == 3 ? 9 : 0)
                        + (c == label(i) ? 1.5 : 0)
                        + Math.sin(5 * i + c));
        return Comparison.of(scores, array(1, (i, c) -> label(i)).reshape(ROWS), Task.CLASSIFICATION, List.of());
    }

    private static Comparison labels() {
        INDArray logits = array(3, (i, c) -> ((5 * i + 4 * c + c * i) % 17 - 8) / 3.0);
        INDArray wanted = array(3, (i, c) -> (i * (c + 2) + c) % (c + 3) == 0 ? 1 : 0);
        return Comparison.of(logits, wanted, Task.MULTI_LABEL, List.of());
    }

    private static Comparison two() {
        INDArray scores = array(2, (i, c) -> (c == 0 ? 3 * i % 8 : 5 * i % 7) / 4.0);
        INDArray wanted = array(1, (i, c) -> i * i % 3 == 1 ? 1 : 0).reshape(ROWS);
        return Comparison.of(scores, wanted, Task.CLASSIFICATION, List.of());
    }

    private static double target(int row, int column) {
        return column == 0 ? 1e6 + 7 * row % 10 / 2.0 : 3 * row % 11 / 5.0 - 1;
    }

    private static Comparison regression() {
        INDArray outputs =
                array(2, (i, c) -> target(i, c) + (c == 0 ? (5 * i % 9 - 4) / 8.0 + 0.25 : (2 * i % 5 - 2) / 4.0));
        return Comparison.of(outputs, array(2, MetricReferenceTest::target), Task.REGRESSION, List.of());
    }

    /** Every metric by name. */
    private static Map<String, Metric> metrics() {
        Stream<Metric> ofClasses = Stream.of(
                        Metric.precision(), Metric.recall(), Metric.f1(), Metric.iou(), Metric.dice())
                .flatMap(metric -> Stream.of(metric, metric.micro(), metric.ofClass(1)));
        Stream<Metric> others = Stream.of(
                Metric.accuracy(),
                Metric.exactMatch(),
                Metric.topK(2),
                Metric.balancedAccuracy(),
                Metric.matthews(),
                Metric.logLoss(),
                Metric.brier(),
                Metric.calibrationError(),
                Metric.rocAuc(),
                Metric.averagePrecision(),
                Metric.meanAbsoluteError(),
                Metric.meanSquaredError(),
                Metric.rootMeanSquaredError(),
                Metric.r2(),
                Metric.explainedVariance());
        return Stream.concat(ofClasses, others)
                .collect(Collectors.toMap(Metric::name, metric -> metric, (a, b) -> a, LinkedHashMap::new));
    }

    private static Map<String, Comparison> cases() {
        return Map.of("classes", classes(), "labels", labels(), "two", two(), "regression", regression());
    }

    @Test
    void hasTheValuesOfScikitLearn() {
        Map<String, Metric> metrics = metrics();
        cases().forEach((name, given) -> ReferenceValues.byName("metrics.json", name)
                .forEach((metric, expected) -> assertThat(given.value(metrics.get(metric)))
                        .as(name + " " + metric)
                        .isCloseTo(expected, within(1e-12 * Math.max(1, Math.abs(expected))))));
    }

    private static INDArray rows(INDArray array, int from, int to) {
        long[] shape = array.shape().clone();
        shape[0] = (long) to - from;
        return array.get(NDArrayIndex.interval(from, to)).reshape('c', shape);
    }

    private static Predictions part(Comparison all, int from, int to) {
        return Predictions.of(rows(all.output(), from, to), rows(all.target(), from, to), all.task());
    }

    @Test
    void isTheSameForAnySplitIntoBatchesAndAnyMerge() {
        int compared = 0;
        for (Comparison all : cases().values()) {
            for (Metric metric : metrics().values()) {
                if (!metric.tasks().contains(all.task())) {
                    continue;
                }
                double whole = all.value(metric);
                for (int size : new int[] {1, 7, 20, 60}) {
                    Metric.Tally streamed = metric.tally();
                    Metric.Tally merged = metric.tally();
                    for (int from = 0; from < ROWS; from += size) {
                        Predictions part = part(all, from, Math.min(ROWS, from + size));
                        streamed.add(part);
                        Metric.Tally own = metric.tally();
                        own.add(part);
                        merged.merge(own);
                    }
                    merged.merge(metric.tally());
                    assertThat(streamed.value()).as(metric + " by " + size).isCloseTo(whole, within(1e-12));
                    assertThat(merged.value()).as(metric + " merged by " + size).isCloseTo(whole, within(1e-12));
                    compared++;
                }
            }
        }
        assertThat(compared).isGreaterThan(200);
    }
}
