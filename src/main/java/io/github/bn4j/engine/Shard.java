package io.github.bn4j.engine;

import static io.github.bn4j.internal.Checks.checkArgument;
import static io.github.bn4j.internal.Checks.checkGiven;

import java.util.Arrays;

/**
 * The examples of a batch that one of a {@link Collective} computes, which are neighbours; the others have the rest.
 *
 * @param all those who have the batch
 * @param statistics those whose examples a batch normalisation takes its mean and variance of: all, or the group of this one
 * @param first how many examples of the batch come before these
 * @param size how many these are, at least 0
 * @param batch how many the whole batch has, at least 1
 */
public record Shard(Collective all, Collective statistics, int first, int size, int batch) {

    /** Refuses examples that are not all in the batch. */
    public Shard {
        checkGiven(all, "Shard", "a Collective");
        checkGiven(statistics, "Shard", "a Collective for statistics");
        checkArgument(
                batch >= 1 && first >= 0 && size >= 0 && (long) first + size <= batch,
                "Shard expects examples of a batch but got %s from %s on of %s",
                size,
                first,
                batch);
    }

    /** All examples of a batch that nobody else has a part in. */
    public static Shard whole(int batch) {
        return new Shard(Collective.alone(), Collective.alone(), 0, batch, batch);
    }

    /** The shard of this one where each has as many examples, the first ones one more if they do not come out even. */
    public static Shard even(Collective all, int batch) {
        checkGiven(all, "Shard.even", "a Collective");
        int[] sizes = new int[all.size()];
        for (int rank = 0; rank < sizes.length; rank++) {
            sizes[rank] = batch / sizes.length + (rank < batch % sizes.length ? 1 : 0);
        }
        return of(all, sizes);
    }

    /** The shard of this one where the one of each rank has a number of examples, which may be 0. */
    public static Shard of(Collective all, int... sizes) {
        checkGiven(all, "Shard.of", "a Collective");
        checkArgument(
                sizes.length == all.size(),
                "Shard.of expects a number of examples for each of %s but got %s",
                all.size(),
                sizes.length);
        int first = Arrays.stream(sizes, 0, all.rank()).sum();
        return new Shard(
                all, all, first, sizes[all.rank()], Arrays.stream(sizes).sum());
    }

    /** Batch normalisations take mean and variance of the examples of {@link Collective#group a group} alone. */
    public Shard groups(int members) {
        return new Shard(all, all.group(members), first, size, batch);
    }
}
