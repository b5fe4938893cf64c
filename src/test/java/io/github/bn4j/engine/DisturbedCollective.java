package io.github.bn4j.engine;

import java.nio.Buffer;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;

/** A collective to which something happens before each sum: it is late, fails, is counted, or brings other numbers. */
public final class DisturbedCollective implements Collective {

    /** What happens. */
    @FunctionalInterface
    public interface Disturbance {

        /**
         * Called before a sum.
         *
         * @param rank among all
         * @param call number of the sum, from 0, of all that this rank asks for
         * @param values a buffer of float or double. May be modified.
         */
        void before(int rank, int call, Buffer values);
    }

    private final Collective inner;
    private final int rankOfAll;
    private final Disturbance disturbance;
    private final AtomicInteger calls;

    private DisturbedCollective(Collective inner, int rankOfAll, Disturbance disturbance, AtomicInteger calls) {
        this.inner = inner;
        this.rankOfAll = rankOfAll;
        this.disturbance = disturbance;
        this.calls = calls;
    }

    /** One to which that happens. */
    public static Collective of(Collective inner, Disturbance disturbance) {
        return new DisturbedCollective(inner, inner.rank(), disturbance, new AtomicInteger());
    }

    /** Ranks come late and in another order each time: one of three calls by up to some milliseconds. */
    public static Disturbance late(long seed, int milliseconds) {
        return (rank, call, values) -> {
            Random random = new Random(31 * (31 * seed + rank) + call);
            if (random.nextInt(3) == 0) {
                try {
                    Thread.sleep(random.nextInt(milliseconds + 1));
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        };
    }

    /** One rank fails in the place of one of its sums. */
    public static Disturbance failing(int failing, int atCall, RuntimeException failure) {
        return (rank, call, values) -> {
            if (rank == failing && call == atCall) {
                throw failure;
            }
        };
    }

    @Override
    public int rank() {
        return inner.rank();
    }

    @Override
    public int size() {
        return inner.size();
    }

    @Override
    public void allReduce(FloatBuffer values) {
        disturbance.before(rankOfAll, calls.getAndIncrement(), values);
        inner.allReduce(values);
    }

    @Override
    public void allReduce(DoubleBuffer values) {
        disturbance.before(rankOfAll, calls.getAndIncrement(), values);
        inner.allReduce(values);
    }

    @Override
    public Collective group(int members) {
        return new DisturbedCollective(inner.group(members), rankOfAll, disturbance, calls);
    }

    @Override
    public void fail(Throwable cause) {
        inner.fail(cause);
    }

    @Override
    public void close() {
        inner.close();
    }
}
