package io.github.bn4j.engine;

import static io.github.bn4j.internal.Checks.checkArgument;
import static io.github.bn4j.internal.Checks.checkGiven;

import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.time.Duration;
import java.util.List;

/**
 * Several threads or processes that compute one thing together, as one of them sees it: each has a number, its rank, and they
 * add up what each of them has. Every one of them has to ask for the same sums of as many elements, in the same order. Used by one
 * thread at a time.
 *
 * <p>Sums are added up in the order of the ranks, so that all get the same bits, also in the next run.
 */
public interface Collective extends AutoCloseable {

    /** The number of this one, from 0 to below {@link #size}. */
    int rank();

    /** How many they are. */
    int size();

    /**
     * Replaces each element from position to limit by the sum over all ranks, and leaves position and limit as they are.
     *
     * @throws CollectiveException if another one has failed, is gone, asks for other sums or does not answer in time
     */
    void allReduce(FloatBuffer values);

    /**
     * Replaces each element from position to limit by the sum over all ranks, and leaves position and limit as they are.
     *
     * @throws CollectiveException if another one has failed, is gone, asks for other sums or does not answer in time
     */
    void allReduce(DoubleBuffer values);

    /**
     * Those neighbours with which this one forms a group of {@code members}: ranks from 0 to {@code members − 1} are the first group, and
     * so on. Closed with this one.
     *
     * @param members at least 1; divides {@link #size}
     */
    Collective group(int members);

    /** Leaves the others, who can add up nothing any more. */
    @Override
    void close();

    /**
     * Leaves the others because this one has failed; they are told why, where there is a way to tell.
     *
     * @param cause what has happened here
     */
    default void fail(Throwable cause) {
        close();
    }

    /** The one of somebody who is alone. */
    static Collective alone() {
        return Alone.INSTANCE;
    }

    /**
     * Those of several threads of this process, one for each thread, in the order of their ranks. They wait for each other for ten
     * minutes at most.
     *
     * @param count of the threads, at least 1
     */
    static List<Collective> threads(int count) {
        return threads(count, Duration.ofMinutes(10));
    }

    /**
     * Those of several threads of this process, one for each thread, in the order of their ranks.
     *
     * @param count of the threads, at least 1
     * @param patience how long one waits for the others
     */
    static List<Collective> threads(int count, Duration patience) {
        checkArgument(count >= 1, "Collective.threads expects at least 1 thread but got %s", count);
        checkGiven(patience, "Collective.threads", "how long one waits for the others");
        checkArgument(
                patience.compareTo(Duration.ZERO) > 0,
                "Collective.threads expects a time to wait above 0 but got %s",
                patience);
        return List.copyOf(ThreadCollective.of(count, patience));
    }
}
