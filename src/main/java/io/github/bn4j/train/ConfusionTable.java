package io.github.bn4j.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
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
    private static final String GAP = "  ";

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
        int[] widths = IntStream.rangeClosed(0, counts.length)
                .map(column -> rows.stream()
                        .mapToInt(row -> row.get(column).length())
                        .max()
                        .orElse(0))
                .toArray();
        return rows.stream()
                .map(row -> System.lineSeparator() + line(row, widths))
                .collect(Collectors.joining());
    }

    private String name(int label) {
        return label < classNames.size() ? classNames.get(label) : Integer.toString(label);
    }

    private static String line(List<String> row, int... widths) {
        StringBuilder line = new StringBuilder(row.get(0));
        line.append(" ".repeat(widths[0] - row.get(0).length()));
        for (int column = 1; column < row.size(); column++) {
            String cell = row.get(column);
            line.append(GAP).append(" ".repeat(widths[column] - cell.length())).append(cell);
        }
        return line.toString();
    }
}
