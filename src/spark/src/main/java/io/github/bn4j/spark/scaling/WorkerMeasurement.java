package io.github.bn4j.spark.scaling;

import io.github.bn4j.data.Dataset;
import io.github.bn4j.engine.Collective;
import io.github.bn4j.spark.internal.inference.PortableNetwork;
import io.github.bn4j.spark.internal.job.Feeds;
import io.github.bn4j.spark.internal.job.RankWork;
import io.github.bn4j.train.Loop;
import io.github.bn4j.train.Loss;
import java.nio.ByteBuffer;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/** What each worker measures, all at the same time: steps of its own, and sums with the others. */
record WorkerMeasurement(PortableNetwork network, Loss loss, Dataset batch) implements RankWork<Integer> {

    private static final int STEPS = 100;
    private static final int WARM_UP = 30;
    private static final int SMALL_CALLS = 300;
    private static final int LARGE_CALLS = 20;

    /** Elements of a sum that is all bandwidth: 8 MB. */
    static final int LARGE = 1 << 21;

    private static final long LATE_NANOS = 2_000_000;
    private static final double NANOS = 1e9;

    /**
     * What they found.
     *
     * @param steps seconds of steps, of all workers
     * @param small seconds of a sum of one number
     * @param late seconds of such a sum for a worker who finds the messages of all others there already
     * @param large seconds of a sum of {@link #LARGE} numbers
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Times(double[] steps, double small, double late, double large) {

        private static final int OTHERS = 3;

        static Times of(byte[] bytes) {
            DoubleBuffer numbers = ByteBuffer.wrap(bytes).asDoubleBuffer();
            double small = numbers.get();
            double late = numbers.get();
            double large = numbers.get();
            double[] steps = new double[numbers.remaining()];
            numbers.get(steps);
            return new Times(steps, small, late, large);
        }

        byte[] bytes() {
            ByteBuffer bytes = ByteBuffer.allocate(Double.BYTES * (OTHERS + steps.length));
            bytes.asDoubleBuffer().put(small).put(late).put(large).put(steps);
            return bytes.array();
        }
    }

    @Override
    public Optional<byte[]> run(Collective collective, Feeds<Integer> feeds) {
        DoubleBuffer steps = DoubleBuffer.allocate(collective.size() * STEPS);
        steps.position(collective.rank() * STEPS).put(steps()).rewind();
        collective.allReduce(steps);
        Times times = new Times(steps.array(), small(collective), late(collective), large(collective));
        return collective.rank() == 0 ? Optional.of(times.bytes()) : Optional.empty();
    }

    private double[] steps() {
        double[] seconds = new double[STEPS];
        try (Loop loop = network.copy().trainer().loss(loss).loop(batch.size())) {
            for (int i = -WARM_UP; i < STEPS; i++) {
                double time = seconds(() -> loop.step(batch));
                if (i >= 0) {
                    seconds[i] = time;
                }
            }
        }
        return seconds;
    }

    private static double small(Collective collective) {
        DoubleBuffer one = DoubleBuffer.allocate(1);
        return median(SMALL_CALLS, () -> collective.allReduce(one), () -> {});
    }

    /** Only the first one is late; the others wait for it in their calls. */
    private static double late(Collective collective) {
        DoubleBuffer one = DoubleBuffer.allocate(1);
        Runnable before = collective.rank() == 0 ? () -> LockSupport.parkNanos(LATE_NANOS) : () -> {};
        return median(SMALL_CALLS, () -> collective.allReduce(one), before);
    }

    private static double large(Collective collective) {
        FloatBuffer many = FloatBuffer.allocate(LARGE);
        return median(LARGE_CALLS, () -> collective.allReduce(many), () -> {});
    }

    private static double median(int calls, Runnable call, Runnable before) {
        double[] seconds = new double[calls];
        for (int i = 0; i < calls; i++) {
            before.run();
            seconds[i] = seconds(call);
        }
        Arrays.sort(seconds);
        return seconds[calls / 2];
    }

    private static double seconds(Runnable action) {
        long before = System.nanoTime();
        action.run();
        return (System.nanoTime() - before) / NANOS;
    }
}
