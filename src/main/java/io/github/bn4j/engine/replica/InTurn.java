package io.github.bn4j.engine.replica;

import static io.github.bn4j.internal.Checks.checkArgument;

import io.github.bn4j.engine.Collective;
import io.github.bn4j.engine.CollectiveException;
import io.github.bn4j.internal.Summands;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * One part of a batch that runs after those before it in the same thread: it gets sums that have become known in an earlier round, and
 * stops at the first one that has not.
 */
final class InTurn implements Collective {

    /** Ends a run at a sum that is not known yet. */
    static final class Unknown extends RuntimeException {

        private static final long serialVersionUID = 1;

        Unknown() {
            super("a sum that is not known yet", null, false, false);
        }
    }

    /** What all parts know, and what they have brought to the sum that comes next. */
    static final class Sums {

        private final List<double[]> known = new ArrayList<>();
        private final List<double[]> missing = new ArrayList<>();

        /** Parts of a batch. */
        List<InTurn> parts(int count) {
            return IntStream.range(0, count)
                    .mapToObj(rank -> new InTurn(this, rank, count))
                    .toList();
        }

        void forget() {
            known.clear();
            missing.clear();
        }

        /** Learns the sum that all parts have stopped at. */
        void learn() {
            Summands.difference(missing).ifPresent(difference -> {
                throw new CollectiveException(
                        "collective expects every rank to ask for the same sums but got " + difference);
            });
            known.add((double[]) Summands.added(missing));
            missing.clear();
        }
    }

    private final Sums sums;
    private final int rank;
    private final int size;
    private int next;

    private InTurn(Sums sums, int rank, int size) {
        this.sums = sums;
        this.rank = rank;
        this.size = size;
    }

    /** Starts a run. */
    void begin() {
        next = 0;
    }

    @Override
    public int rank() {
        return rank;
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public void allReduce(DoubleBuffer values) {
        if (next == sums.known.size()) {
            double[] own = new double[values.remaining()];
            values.get(values.position(), own);
            sums.missing.add(own);
            throw new Unknown();
        }
        double[] sum = sums.known.get(next++);
        if (sum.length != values.remaining()) {
            throw new CollectiveException("collective expects every rank to ask for the same sums but got "
                    + values.remaining() + " numbers of rank " + rank + " and " + sum.length + " of others");
        }
        values.put(values.position(), sum);
    }

    @Override
    public void allReduce(FloatBuffer values) {
        double[] wide = new double[values.remaining()];
        for (int i = 0; i < wide.length; i++) {
            wide[i] = values.get(values.position() + i);
        }
        allReduce(DoubleBuffer.wrap(wide));
        for (int i = 0; i < wide.length; i++) {
            values.put(values.position() + i, (float) wide[i]);
        }
    }

    @Override
    public Collective group(int members) {
        checkArgument(members == size, "group expects all %s parts of a batch but got %s", size, members);
        return this;
    }

    @Override
    public void close() {
        // The next run asks for the same sums again.
    }
}
