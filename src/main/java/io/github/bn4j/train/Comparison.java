package io.github.bn4j.train;

import static io.github.bn4j.internal.Checks.checkState;

import io.github.bn4j.internal.Listing;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * An output beside what was wanted of it.
 *
 * @param output {@code [examples, …]}. Not modified.
 * @param target targets that fit it. Not modified.
 * @param task what the output is for
 * @param classNames the name of class 0 first; empty if the classes have none
 */
record Comparison(INDArray output, INDArray target, Task task, List<String> classNames) {

    /* Memory for a few rows as doubles, however many there are. */
    private static final int BLOCK = 256;

    private static final int MOST_IN_TABLE = 20;

    /**
     * Compares arrays of shapes that fit together.
     *
     * @throws IllegalArgumentException if a target is NaN, infinite or not the number of a class
     */
    static Comparison of(INDArray output, INDArray target, Task task, List<String> classNames) {
        Comparison comparison = new Comparison(output, target, task, classNames);
        comparison.forEach(some -> {});
        return comparison;
    }

    /** Shows all examples, some at a time. */
    void forEach(Consumer<Predictions> reader) {
        int rows = (int) output.size(0);
        for (int from = 0; from < rows; from += BLOCK) {
            int to = Math.min(rows, from + BLOCK);
            reader.accept(Predictions.of(rows(output, from, to), rows(target, from, to), task, from));
        }
    }

    private static INDArray rows(INDArray array, int from, int to) {
        long[] shape = array.shape().clone();
        shape[0] = (long) to - from;
        return array.get(NDArrayIndex.interval(from, to)).reshape('c', shape);
    }

    private int width() {
        return task.width(Objective.perExample(output));
    }

    /** The values of metrics that are for this task, in their order. */
    List<Double> values(List<Metric> metrics) {
        List<Metric.Tally> tallies = metrics.stream().map(Metric::tally).toList();
        forEach(some -> tallies.forEach(tally -> tally.add(some)));
        return tallies.stream().map(Metric.Tally::value).toList();
    }

    /**
     * The value of a metric.
     *
     * @throws IllegalStateException if it is not for this task
     */
    double value(Metric metric) {
        checkState(metric.tasks().contains(task), "%s", task.refusal(metric));
        metric.check(width());
        return values(List.of(metric)).get(0);
    }

    /** How many examples have an output that says nothing. */
    int withoutResult() {
        int[] count = {0};
        forEach(some -> {
            for (int row = 0; row < some.size(); row++) {
                count[0] += some.hasResult(row) ? 0 : 1;
            }
        });
        return count[0];
    }

    /** How often each class (row) was taken for each class (column), without examples that were taken for none. */
    int[][] confusion() {
        int classes = width();
        int[][] confusion = new int[classes][classes];
        forEach(some -> {
            for (int row = 0; row < some.size(); row++) {
                int told = some.told(row);
                if (told != Predictions.NOTHING) {
                    confusion[some.label(row)][told]++;
                }
            }
        });
        return confusion;
    }

    /** The classes, or labels, that no example is of, in order; none of a regression. */
    List<Integer> absentClasses() {
        if (task == Task.REGRESSION) {
            return List.of();
        }
        boolean[] occurs = new boolean[width()];
        forEach(some -> {
            for (int row = 0; row < some.size(); row++) {
                if (task == Task.CLASSIFICATION) {
                    occurs[some.label(row)] = true;
                } else {
                    for (int label = 0; label < occurs.length; label++) {
                        occurs[label] |= some.target(row, label) > 0;
                    }
                }
            }
        });
        return IntStream.range(0, occurs.length)
                .filter(number -> !occurs[number])
                .boxed()
                .toList();
    }

    /** The name of a class or label, or its number where it has none. */
    String named(int number) {
        return classNames.isEmpty() ? Integer.toString(number) : classNames.get(number);
    }

    /** Lines to print below the measures, each after a line separator; empty if there are none. */
    String table() {
        boolean fits = task == Task.CLASSIFICATION && !classNames.isEmpty() && width() <= MOST_IN_TABLE;
        return fits ? new ConfusionTable(confusion(), classNames).toString() : "";
    }

    String describe() {
        List<Metric> metrics = task.shown();
        List<Double> values = values(metrics);
        List<String> parts = new ArrayList<>();
        for (int i = 0; i < values.size(); i++) {
            parts.add(words(metrics.get(i).name()) + " "
                    + (task == Task.REGRESSION
                            ? String.format(Locale.ROOT, "%.6g", values.get(i))
                            : MetricValue.text(values.get(i))));
        }
        List<Integer> absent = metrics.contains(Metric.f1()) ? absentClasses() : List.of();
        if (!absent.isEmpty()) {
            parts.add("no example of "
                    + Listing.of(absent.stream().map(this::named).toList()));
        }
        int without = withoutResult();
        if (without > 0) {
            parts.add(without + " with NaN or infinite outputs");
        }
        return parts.stream().collect(Collectors.joining(", "));
    }

    /** From meanSquaredError to mean squared error. */
    private static String words(String name) {
        return name.replaceAll("([A-Z])", " $1").toLowerCase(Locale.ROOT);
    }
}
