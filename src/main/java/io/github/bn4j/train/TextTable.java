package io.github.bn4j.train;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Cells in columns: the first from the left, the others from the right. */
final class TextTable {

    private static final String GAP = "  ";

    private TextTable() {}

    /**
     * Lines, each but the first after a line separator.
     *
     * @param rows as many cells in each
     */
    static String of(List<List<String>> rows) {
        int[] widths = IntStream.range(0, rows.get(0).size())
                .map(column -> rows.stream()
                        .mapToInt(row -> row.get(column).length())
                        .max()
                        .orElse(0))
                .toArray();
        return rows.stream().map(row -> line(row, widths)).collect(Collectors.joining(System.lineSeparator()));
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
