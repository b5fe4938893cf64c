package io.github.bn4j.data;

import static io.github.bn4j.internal.Checks.checkArgument;
import static io.github.bn4j.internal.Checks.checkGiven;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A data set in k parts of almost equal size, each of which is once what is judged by, while the others are learned from: k-fold cross-validation.
 * {@link Dataset#folds(int, long)} makes it. Copies of examples are made when a split is asked for.
 */
public final class Folds implements Iterable<Split> {

    private final Dataset data;
    private final long seed;
    private final List<int[]> parts;

    /**
     * Folds.
     *
     * @param parts the rows of each part, in random order
     */
    Folds(Dataset data, long seed, List<int[]> parts) {
        this.data = data;
        this.seed = seed;
        this.parts = parts;
    }

    /** The number of parts. */
    public int size() {
        return parts.size();
    }

    /** The seed that they were drawn by. */
    public long seed() {
        return seed;
    }

    /** All examples. */
    public Dataset data() {
        return data;
    }

    /** The rows of the data that part {@code number}, from 0, is made of. */
    public int[] rows(int number) {
        requirePart(number);
        return parts.get(number).clone();
    }

    /**
     * A copy of part {@code number}, from 0, to judge by, and one of all others to learn from.
     *
     * @throws IllegalArgumentException if there is no such part
     */
    public Split get(int number) {
        requirePart(number);
        int[] others = IntStream.range(0, parts.size())
                .filter(part -> part != number)
                .flatMap(part -> IntStream.of(parts.get(part)))
                .toArray();
        return new Split(data.select(others), data.select(parts.get(number)));
    }

    private void requirePart(int number) {
        checkArgument(
                0 <= number && number < parts.size(),
                "Folds expects the number of a part from 0 to %s but got %s",
                parts.size() - 1,
                number);
    }

    @Override
    public Iterator<Split> iterator() {
        return IntStream.range(0, parts.size()).mapToObj(this::get).iterator();
    }

    /** Folds of which each has all classes in proportion, where the labels are class numbers. */
    static Folds of(Dataset data, int k, long seed) {
        checkArgument(
                k >= 2 && k <= data.size(),
                "Dataset.folds expects from 2 to %s folds, of an example or more, but got %s",
                data.size(),
                k);
        return new Folds(data, seed, FoldedRows.byClass(data, k, seed));
    }

    /** Folds in which no group is on both sides. */
    static Folds of(Dataset data, int k, long seed, List<?> groups) {
        checkGiven(groups, "Dataset.folds", "a group for each example");
        checkArgument(
                groups.size() == data.size(),
                "Dataset.folds expects %s groups, one per example, but got %s",
                data.size(),
                groups.size());
        groups.forEach(group -> checkGiven(group, "Dataset.folds", "a group for each example"));
        List<?> different = groups.stream().distinct().toList();
        checkArgument(
                k >= 2 && k <= different.size(),
                "Dataset.folds expects from 2 to %s folds, of a group or more, but got %s",
                different.size(),
                k);
        return new Folds(data, seed, FoldedRows.byGroup(data, k, seed, groups));
    }

    @Override
    public String toString() {
        List<String> sizes = new ArrayList<>();
        parts.forEach(rows -> sizes.add(Integer.toString(rows.length)));
        return "Folds[" + String.join(", ", sizes) + " of " + data + "]";
    }
}
