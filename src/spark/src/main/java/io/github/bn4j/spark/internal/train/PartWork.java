package io.github.bn4j.spark.internal.train;

import io.github.bn4j.engine.Collective;
import io.github.bn4j.spark.internal.job.Feeds;
import io.github.bn4j.spark.internal.job.RankWork;
import io.github.bn4j.train.SharedExample;
import io.github.bn4j.train.SharedPart;
import java.util.Iterator;
import java.util.Optional;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.LongAccumulator;
import org.jspecify.annotations.Nullable;

/**
 * Does the part of a rank, and stores what it leaves.
 *
 * @param parts of all ranks, serialized one by one
 * @param state that the part begins with
 * @param folder where the state after it is written; null if nowhere
 * @param number of that state
 * @param examples counts examples, for those who look at Spark's own pages
 */
record PartWork(
        Broadcast<byte[][]> parts,
        Broadcast<byte[]> state,
        @Nullable StateFolder folder,
        int number,
        LongAccumulator examples)
        implements RankWork<SharedExample> {

    @Override
    public Optional<byte[]> run(Collective collective, Feeds<SharedExample> feeds) {
        SharedPart part = Serialized.read(parts.value()[collective.rank()], SharedPart.class);
        Optional<byte[]> left =
                part.run(collective, state.value(), new Counted(feeds.examples(), examples), feeds.validation());
        if (folder != null) {
            left.ifPresent(bytes -> folder.write(number, bytes));
        }
        return left;
    }

    private record Counted(Iterator<SharedExample> all, LongAccumulator counter) implements Iterator<SharedExample> {

        @Override
        public boolean hasNext() {
            return all.hasNext();
        }

        @Override
        public SharedExample next() {
            counter.add(1);
            return all.next();
        }
    }
}
