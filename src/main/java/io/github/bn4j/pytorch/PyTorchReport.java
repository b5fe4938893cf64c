package io.github.bn4j.pytorch;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What became of the tensors of a state dict. Prints as a table.
 *
 * @param way how they were found
 * @param rows one for each tensor of the file, in its order
 * @param untouched parameters of the network that the file had nothing for
 */
public record PyTorchReport(Way way, List<Row> rows, List<String> untouched) {

    /** How tensors were found. */
    public enum Way {
        /** By their names. */
        NAMES("names"),
        /** By names that a table translates. */
        TABLE("a table of names"),
        /** By the order of the modules, which are alike. */
        ORDER("order"),
        /** By their shapes, of which each occurs once. */
        SHAPE("shape");

        private final String words;

        Way(String words) {
            this.words = words;
        }
    }

    /** What became of a tensor. */
    public enum Fate {
        /** It is a parameter now. */
        TAKEN("taken"),
        /** It is a bias that the network does without; running means have moved instead. */
        ABSORBED("absorbed by running means"),
        /** It counts batches, which only cumulative averages need. */
        NOT_NEEDED("not needed"),
        /** Its parameter has another shape, and was left alone. */
        OTHER_SHAPE("other shape"),
        /** There is no such parameter. */
        LEFT("left over");

        private final String words;

        Fate(String words) {
            this.words = words;
        }
    }

    /**
     * A tensor of the file.
     *
     * @param tensor its name there
     * @param shape its shape, such as {@code [64, 3, 7, 7]}
     * @param parameter its name in the network, if it was taken or absorbed
     * @param fate what became of it
     */
    public record Row(String tensor, String shape, Optional<String> parameter, Fate fate) {

        private String name() {
            return parameter.orElse("–");
        }
    }

    public PyTorchReport {
        rows = List.copyOf(rows);
        untouched = List.copyOf(untouched);
    }

    /** The names in the file by those in the network, for {@link PyTorch#save(io.github.bn4j.Network, java.nio.file.Path, Map)}. */
    public Map<String, String> names() {
        Map<String, String> names = new LinkedHashMap<>();
        rows.forEach(row -> row.parameter().ifPresent(parameter -> names.put(parameter, row.tensor())));
        return names;
    }

    /** How many tensors had this fate. */
    public long count(Fate fate) {
        return rows.stream().filter(row -> row.fate() == fate).count();
    }

    @Override
    public String toString() {
        int tensors = width(Row::tensor);
        int shapes = width(Row::shape);
        int parameters = width(Row::name);
        Stream<String> lines = rows.stream()
                .map(row -> ("%-" + tensors + "s  %-" + shapes + "s  %-" + parameters + "s  %s")
                        .formatted(row.tensor, row.shape, row.name(), row.fate.words));
        String counts = Stream.of(Fate.values())
                .filter(fate -> count(fate) > 0)
                .map(fate -> count(fate) + " " + fate.words)
                .collect(Collectors.joining(", "));
        String last = counts + ", by " + way.words
                + (untouched.isEmpty() ? "" : "; as they were: " + String.join(", ", untouched));
        return Stream.concat(lines, Stream.of(last)).collect(Collectors.joining(System.lineSeparator()));
    }

    private int width(Function<Row, String> cell) {
        return rows.stream().mapToInt(row -> cell.apply(row).length()).max().orElse(1);
    }
}
