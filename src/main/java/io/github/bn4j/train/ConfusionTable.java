package io.github.bn4j.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How often each class was taken for each, as lines with the names of the classes.
 *
 * @param counts one row for each class, one column for what it was taken for
 * @param classNames the name of class 0 first; classes beyond them go by their numbers
 */
@SuppressWarnings("ArrayRecordComponent")
record ConfusionTable(int[][] counts, List<String> classNames) {

    private static final String CORNER = "is \\ taken for";

    @Override
    public String toString() {
        List<List<String>> rows = new ArrayList<>();
        List<String> head = new ArrayList<>(List.of(CORNER));
        head.addAll(IntStream.range(0, counts.length).mapToObj(this::name).toList());
        rows.add(head);
        for (int label = 0; label < counts.length; label++) {
            List<String> row = new ArrayList<>(List.of(name(label)));
            row.addAll(Arrays.stream(counts[label]).mapToObj(Integer::toString).toList());
            rows.add(row);
        }
        return System.lineSeparator() + TextTable.of(rows);
    }

    private String name(int label) {
        return label < classNames.size() ? classNames.get(label) : Integer.toString(label);
    }
}
