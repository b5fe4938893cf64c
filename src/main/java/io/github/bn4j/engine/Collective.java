package io.github.bn4j.engine;

import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;

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

    /** The one of somebody who is alone. */
    static Collective alone() {
        return Alone.INSTANCE;
    }
}
