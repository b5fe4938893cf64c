package io.github.bn4j.spark.internal.frame;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import scala.collection.Iterator;
import scala.collection.Seq;

/**
 * An array of numbers, or nested arrays with a level for each axis.
 *
 * @param dims length of the arrays on each level
 */
@SuppressWarnings("ArrayRecordComponent")
record ArrayCell(long... dims) implements CellReader {

    @Override
    public void read(@Nullable Object cell, double[] to) {
        read(cell, 0, to, 0);
    }

    @CanIgnoreReturnValue
    private int read(@Nullable Object cell, int level, double[] to, int from) {
        if (cell == null) {
            throw Misfit.missing(expected());
        }
        if (level == dims.length) {
            to[from] = NumberCell.number(cell);
            return from + 1;
        }
        Seq<?> elements = (Seq<?>) cell;
        if (elements.length() != dims[level]) {
            throw new Misfit(
                    expected(),
                    elements.length() + (level + 1 == dims.length ? " numbers" : " arrays"),
                    "make all arrays of this length");
        }
        int next = from;
        for (Iterator<?> each = elements.iterator(); each.hasNext(); ) {
            next = read(each.next(), level + 1, to, next);
        }
        return next;
    }

    private String expected() {
        return "arrays of " + Arrays.stream(dims).mapToObj(Long::toString).collect(Collectors.joining(" × "))
                + " numbers";
    }
}
