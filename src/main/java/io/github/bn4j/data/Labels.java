package io.github.bn4j.data;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What labels {@code [examples]} say about classes. */
final class Labels {

    private Labels() {}

    /** Whether all labels are class numbers, that is whole numbers from 0, one per example. */
    static boolean areClasses(INDArray labels) {
        return labels.rank() == 1 && DoubleStream.of(labels.data().asDouble()).allMatch(Labels::isClassNumber);
    }

    static boolean isClassNumber(double label) {
        return label >= 0 && label == Math.rint(label) && label <= Integer.MAX_VALUE;
    }

    /** The rows of each class, by its number. */
    static Map<Integer, List<Integer>> rowsByClass(INDArray labels) {
        double[] numbers = labels.data().asDouble();
        Map<Integer, List<Integer>> rows = new TreeMap<>();
        for (int row = 0; row < numbers.length; row++) {
            rows.computeIfAbsent((int) numbers[row], any -> new ArrayList<>()).add(row);
        }
        return rows;
    }

    /**
     * The groups of rows that a split divides in the same proportion: the classes, or all rows in one group where the labels
     * are no class numbers, or so many that they are rather numbers than classes.
     */
    static Iterable<List<Integer>> groups(Dataset data) {
        int size = data.size();
        if (data.targets().size() == 1 && areClasses(data.labels())) {
            Map<Integer, List<Integer>> classes = rowsByClass(data.labels());
            if (classes.size() <= Math.max(1, size / 2)) {
                return classes.values();
            }
        }
        return List.of(new ArrayList<>(IntStream.range(0, size).boxed().toList()));
    }
}
