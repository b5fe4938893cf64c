package io.github.bn4j.engine;

import static io.github.bn4j.internal.Checks.checkArgument;

import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** One thread of several in a process that add up numbers where they meet. */
final class ThreadCollective implements Collective {

    private final Meeting meeting;
    private final int rank;
    private float[] own = {};

    private ThreadCollective(Meeting meeting, int rank) {
        this.meeting = meeting;
        this.rank = rank;
    }

    static List<ThreadCollective> of(int count, Duration patience) {
        Meeting meeting = new Meeting(count, patience);
        return IntStream.range(0, count)
                .mapToObj(rank -> new ThreadCollective(meeting, rank))
                .toList();
    }

    @Override
    public int rank() {
        return rank;
    }

    @Override
    public int size() {
        return meeting.size();
    }

    // Numbers are copied, so that nobody reads the memory of somebody who has left.
    @Override
    public void allReduce(FloatBuffer values) {
        if (own.length != values.remaining()) {
            own = new float[values.remaining()];
        }
        values.get(values.position(), own);
        values.put(values.position(), (float[]) meeting.sum(rank, own));
    }

    @Override
    public void allReduce(DoubleBuffer values) {
        double[] mine = new double[values.remaining()];
        values.get(values.position(), mine);
        values.put(values.position(), (double[]) meeting.sum(rank, mine));
    }

    @Override
    public Collective group(int members) {
        checkArgument(
                members >= 1 && size() % members == 0,
                "group expects a number of members that divides %s but got %s",
                size(),
                members);
        return new ThreadCollective(meeting.group(members, rank / members), rank % members);
    }

    @Override
    public void close() {
        meeting.leave(rank, null);
    }

    @Override
    public void fail(@Nullable Throwable cause) {
        meeting.leave(rank, cause);
    }

    @Override
    public String toString() {
        return "Collective[thread " + rank + " of " + size() + "]";
    }
}
