package io.github.bn4j.data.internal.table;

import static io.github.bn4j.internal.Checks.checkArgument;
import static io.github.bn4j.internal.Checks.checkGiven;

import io.github.bn4j.data.DataException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A column by its name or by its number.
 *
 * @param name as in the header; none where the number counts
 * @param number from 0, where there is no name
 */
public record ColumnReference(@Nullable String name, int number) {

    public static ColumnReference of(String name) {
        checkGiven(name, "Csv", "the name of a column");
        return new ColumnReference(name.strip(), -1);
    }

    public static ColumnReference of(int number) {
        checkArgument(number >= 0, "Csv expects the number of a column from 0 but got %s", number);
        return new ColumnReference(null, number);
    }

    /** The positions among {@code names}, several where a name occurs several times. */
    List<Integer> in(List<String> names, Path file) {
        List<Integer> positions = IntStream.range(0, names.size())
                .filter(position ->
                        name == null ? position == number : names.get(position).equals(name))
                .boxed()
                .toList();
        DataException.check(
                !positions.isEmpty() || name == null,
                "Csv expects a column \"%s\" in \"%s\" but got %s; name one of them, or give its number without quotes",
                name,
                file,
                names);
        DataException.check(
                !positions.isEmpty(),
                "Csv expects a column number %s, counted from 0, in \"%s\" but got only %s; give the number of one of them",
                number,
                file,
                names);
        return positions;
    }
}
