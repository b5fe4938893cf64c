package io.github.bn4j.data.internal.table;

import io.github.bn4j.data.DataException;
import io.github.bn4j.data.MissingValue;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the columns of a table are to become.
 *
 * @param answer what to predict, if anything
 * @param answerKind a label or a target
 * @param classNames the classes of the label; empty for those in the file
 * @param left columns to leave out
 * @param encodings columns of categories by name, as they are wanted
 * @param other whether categories that are not known count as one more
 * @param missing what becomes of gaps
 * @param missingOf the same for single columns by name
 */
public record TablePlan(
        @Nullable ColumnReference answer,
        Column.Kind answerKind,
        List<String> classNames,
        List<ColumnReference> left,
        Map<String, Column> encodings,
        boolean other,
        MissingValue missing,
        Map<String, MissingValue> missingOf) {

    public static final TablePlan PLAIN = new TablePlan(
            null, Column.Kind.LABEL, List.of(), List.of(), Map.of(), false, MissingValue.REFUSE, Map.of());

    public TablePlan withAnswer(ColumnReference answer, Column.Kind kind) {
        return new TablePlan(answer, kind, classNames, left, encodings, other, missing, missingOf);
    }

    public TablePlan withClassNames(List<String> classNames) {
        return new TablePlan(answer, answerKind, classNames, left, encodings, other, missing, missingOf);
    }

    public TablePlan without(Stream<ColumnReference> more) {
        List<ColumnReference> all = Stream.concat(left.stream(), more).toList();
        return new TablePlan(answer, answerKind, classNames, all, encodings, other, missing, missingOf);
    }

    public TablePlan withEncoding(String column, Column.Kind kind, List<String> categories) {
        String name = column.strip();
        Map<String, Column> all = new LinkedHashMap<>(encodings);
        all.put(name, new Column(name, kind, categories, false, MissingValue.REFUSE, Double.NaN));
        return new TablePlan(answer, answerKind, classNames, left, all, other, missing, missingOf);
    }

    public TablePlan withOther() {
        return new TablePlan(answer, answerKind, classNames, left, encodings, true, missing, missingOf);
    }

    public TablePlan withMissing(MissingValue missing) {
        return new TablePlan(answer, answerKind, classNames, left, encodings, other, missing, missingOf);
    }

    public TablePlan withMissing(String column, MissingValue missing) {
        Map<String, MissingValue> all = new HashMap<>(missingOf);
        all.put(column.strip(), missing);
        return new TablePlan(answer, answerKind, classNames, left, encodings, other, this.missing, all);
    }

    /** The columns that count, by their positions in a file with these names and in their order. */
    public Map<Integer, Column> columns(List<String> names, Path file) {
        Set<Integer> out = new HashSet<>();
        left.forEach(column -> out.addAll(column.in(names, file)));
        int answerAt = answer == null ? -1 : answer.in(names, file).get(0);
        DataException.check(
                classNames.isEmpty() || (answer != null && answerKind == Column.Kind.LABEL),
                "Csv.classNames expects a column of labels in \"%s\" but got none; call label(…)",
                file);
        DataException.check(
                !out.contains(answerAt),
                "Csv expects column %s of \"%s\" to be predicted or left out but got both; leave one out",
                answerAt,
                file);
        Map<Integer, Column> columns = new LinkedHashMap<>();
        for (int position = 0; position < names.size(); position++) {
            if (!out.contains(position)) {
                String name = names.get(position);
                columns.put(position, position == answerAt ? answer(name) : feature(name));
            }
        }
        requireDifferentNames(columns, file);
        DataException.check(
                columns.values().stream().anyMatch(column -> !column.kind().isAnswer()),
                "Csv expects at least one column of features in \"%s\" but got only %s; check the separator",
                file,
                names);
        Set<String> used = new HashSet<>();
        columns.values().forEach(column -> used.add(column.name()));
        Stream.concat(encodings.keySet().stream(), missingOf.keySet().stream())
                .filter(name -> !used.contains(name))
                .forEach(name -> {
                    throw DataException.of(
                            "Csv expects a column \"%s\" in \"%s\" but got %s; name one of them",
                            name,
                            file,
                            List.copyOf(
                                    columns.values().stream().map(Column::name).toList()));
                });
        return columns;
    }

    // Under one name twice, a copy of the label could be among the features.
    private static void requireDifferentNames(Map<Integer, Column> columns, Path file) {
        Map<String, Integer> seen = new HashMap<>();
        columns.forEach((position, column) -> {
            Integer before = seen.putIfAbsent(column.name(), position);
            DataException.check(
                    before == null,
                    "Csv expects columns of different names in \"%s\" but got \"%s\" as numbers %s and %s; leave one out"
                            + " by its number, as without(%s) does",
                    file,
                    column.name(),
                    before,
                    position,
                    position);
        });
    }

    private Column answer(String name) {
        MissingValue general = missing.equals(MissingValue.REFUSE) ? missing : MissingValue.SKIP_ROW;
        MissingValue gaps = missingOf.getOrDefault(name, general);
        DataException.check(
                Set.of(MissingValue.Rule.REFUSE, MissingValue.Rule.SKIP_ROW, MissingValue.Rule.CONSTANT)
                        .contains(gaps.rule()),
                "Csv expects REFUSE, SKIP_ROW or a constant for the gaps of column \"%s\", which is to be predicted, but"
                        + " got %s; a guess is nothing to learn from",
                name,
                gaps);
        DataException.check(
                !encodings.containsKey(name),
                "Csv expects column \"%s\" to be predicted or a category among the features but got both; leave one out",
                name);
        return new Column(name, answerKind, classNames, false, gaps, Double.NaN);
    }

    private Column feature(String name) {
        MissingValue gaps = missingOf.getOrDefault(name, missing);
        Column encoding = encodings.get(name);
        return encoding == null
                ? Column.number(name, gaps)
                : new Column(name, encoding.kind(), encoding.categories(), other, gaps, Double.NaN);
    }
}
