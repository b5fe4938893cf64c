package io.github.bn4j.command;

import static io.github.bn4j.internal.Checks.checkArgument;

import io.github.bn4j.internal.Floats;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Outputs as lines of a table, the first of which names the columns.
 *
 * @param rows number of examples
 * @param names of the columns
 * @param values the numbers of all examples, one after another
 * @param type of which they are
 */
@SuppressWarnings("ArrayRecordComponent")
record ScoreTable(int rows, List<String> names, double[] values, DataType type) {

    private static ScoreTable of(String output, INDArray array, List<String> classNames) {
        int rows = (int) array.size(0);
        int columns = (int) (array.length() / rows);
        List<String> names = classNames.size() == columns
                ? classNames
                : columns == 1
                        ? List.of(output)
                        : IntStream.range(0, columns)
                                .mapToObj(column -> output + "_" + column)
                                .toList();
        return new ScoreTable(rows, names, Floats.values(array), array.dataType());
    }

    /**
     * All numbers of all outputs beside each other.
     *
     * @param outputs arrays {@code [rows, shape]} by name
     * @param classNames of each output, as many as it has numbers, or others, which do not count
     */
    static List<List<String>> all(Map<String, INDArray> outputs, Map<String, List<String>> classNames) {
        List<ScoreTable> tables = outputs.entrySet().stream()
                .map(output ->
                        of(output.getKey(), output.getValue(), classNames.getOrDefault(output.getKey(), List.of())))
                .toList();
        List<List<String>> lines = new ArrayList<>();
        lines.add(tables.stream().flatMap(table -> table.names.stream()).toList());
        for (int row = 0; row < tables.get(0).rows; row++) {
            int example = row;
            lines.add(tables.stream()
                    .flatMap(table ->
                            IntStream.range(0, table.names.size()).mapToObj(column -> table.text(example, column)))
                    .toList());
        }
        return lines;
    }

    /**
     * The classes with the largest scores, the largest first, and their scores.
     *
     * @throws IllegalArgumentException if there are several outputs, or fewer scores
     */
    static List<List<String>> best(int top, Map<String, INDArray> outputs, Map<String, List<String>> classNames) {
        checkArgument(
                outputs.size() == 1,
                "predict --top expects a model with one output but got %s; leave it out",
                outputs.keySet());
        String output = outputs.keySet().iterator().next();
        ScoreTable table = of(output, outputs.values().iterator().next(), classNames.getOrDefault(output, List.of()));
        checkArgument(
                top >= 1 && top <= table.names.size(),
                "predict --top expects 1 to %s, the number of scores, but got %s",
                table.names.size(),
                top);
        List<List<String>> lines = new ArrayList<>();
        lines.add(IntStream.rangeClosed(1, top)
                .boxed()
                .flatMap(place -> Stream.of("class_" + place, "score_" + place))
                .toList());
        for (int row = 0; row < table.rows; row++) {
            lines.add(table.best(row, top));
        }
        return lines;
    }

    private List<String> best(int row, int top) {
        return IntStream.range(0, names.size())
                .boxed()
                .sorted(Comparator.comparingDouble((Integer column) -> -value(row, column)))
                .limit(top)
                .flatMap(column -> Stream.of(names.get(column), text(row, column)))
                .toList();
    }

    private double value(int row, int column) {
        return values[row * names.size() + column];
    }

    /** The shortest decimal that is this number and no other of its type. */
    private String text(int row, int column) {
        double value = value(row, column);
        return type == DataType.DOUBLE ? Double.toString(value) : Float.toString((float) value);
    }
}
