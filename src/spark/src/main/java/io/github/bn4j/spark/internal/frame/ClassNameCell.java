package io.github.bn4j.spark.internal.frame;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The name of a class. */
final class ClassNameCell implements CellReader {

    private static final long serialVersionUID = 1;

    private final int most;
    private final List<String> names;
    private final Map<String, Integer> numbers = new HashMap<>();

    /**
     * Of some classes.
     *
     * @param most how many there may be
     * @param names that of class 0 first; empty as long as they are not known
     */
    ClassNameCell(int most, List<String> names) {
        this.most = most;
        this.names = names;
        names.forEach(name -> numbers.put(name, numbers.size()));
    }

    int most() {
        return most;
    }

    List<String> names() {
        return names;
    }

    @Override
    public void read(@Nullable Object cell, double[] to) {
        if (cell == null) {
            throw Misfit.missing("the name of a class");
        }
        Integer number = numbers.get(cell.toString());
        if (number == null) {
            throw new Misfit(
                    "one of the classes " + names,
                    "\"" + cell + "\"",
                    "leave such rows out, or train a network that knows this class");
        }
        to[0] = number;
    }

    @Override
    public boolean severalNumbers() {
        return false;
    }
}
