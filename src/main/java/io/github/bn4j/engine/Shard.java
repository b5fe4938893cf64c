package io.github.bn4j.engine;

import static io.github.bn4j.internal.Checks.checkArgument;
import static io.github.bn4j.internal.Checks.checkGiven;

import io.github.bn4j.internal.Parts;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The examples of a batch that one of a {@link Collective} computes, which are neighbours; the others have the rest.
 *
 * @param all those who have the batch
 * @param statistics those whose examples a batch normalisation takes its mean and variance of: all, or the group of this one
 * @param sizes how many examples each of all has, in the order of their ranks; some may have none
 */
public record Shard(Collective all, Collective statistics, List<Integer> sizes) {

    /** Refuses sizes that are not those of a batch. */
    public Shard {
        checkGiven(all, "Shard", "a Collective");
        checkGiven(statistics, "Shard", "a Collective for statistics");
        sizes = List.copyOf(checkGiven(sizes, "Shard", "a number of examples for each"));
        checkArgument(
                sizes.size() == all.size() && all.size() % statistics.size() == 0,
                "Shard expects a number of examples for each of %s, in groups of %s, but got %s",
                all.size(),
                statistics.size(),
                sizes);
        checkArgument(
                sizes.stream().allMatch(size -> size >= 0) && sizes.stream().anyMatch(size -> size > 0),
                "Shard expects numbers of examples of at least 0, and not all 0, but got %s",
                sizes);
    }

    /** All examples of a batch that nobody else has a part in. */
    public static Shard whole(int batch) {
        return of(Collective.alone(), batch);
    }

    /** The shard of this one where each has as many examples, the first ones one more if they do not come out even. */
    public static Shard even(Collective all, int batch) {
        checkGiven(all, "Shard.even", "a Collective");
        return of(all, Arrays.copyOf(Parts.even(batch, all.size()), all.size()));
    }

    /** The shard of this one where the one of each rank has a number of examples, which may be 0. */
    public static Shard of(Collective all, int... sizes) {
        checkGiven(all, "Shard.of", "a Collective");
        checkGiven(sizes, "Shard.of", "a number of examples for each");
        return new Shard(all, all, Arrays.stream(sizes).boxed().toList());
    }

    /**
     * Batch normalisations take mean and variance of the examples of {@link Collective#group a group} alone.
     *
     * @param members of each group; divides the size of {@link #all}
     */
    public Shard groups(int members) {
        checkArgument(
                members >= 1 && all.size() % members == 0,
                "Shard.groups expects a number of members that divides %s but got %s",
                all.size(),
                members);
        return new Shard(all, members == all.size() ? all : all.group(members), sizes);
    }

    /** How many examples this one has. */
    public int size() {
        return sizes.get(all.rank());
    }

    /** How many examples of the batch come before those of this one. */
    public int first() {
        return sum(0, all.rank());
    }

    /** How many examples the whole batch has. */
    public int batch() {
        return sum(0, sizes.size());
    }

    /** How many examples a batch normalisation takes its mean and variance of. */
    public int measured() {
        int members = statistics.size();
        int first = all.rank() / members * members;
        return sum(first, first + members);
    }

    /** How many examples each group has that batch normalisations take statistics of; those without any are left out. */
    public List<Integer> groupSizes() {
        int members = statistics.size();
        return IntStream.range(0, sizes.size() / members)
                .map(group -> sum(group * members, (group + 1) * members))
                .filter(size -> size > 0)
                .boxed()
                .toList();
    }

    private int sum(int from, int to) {
        return sizes.subList(from, to).stream().mapToInt(Integer::intValue).sum();
    }
}
