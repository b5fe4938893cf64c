package io.github.bn4j.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Threads add up what each of them has, or end together. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class CollectiveTest {

    private static final Duration LONG = Duration.ofSeconds(60);
    private static final String SAME = "collective expects every rank to ask for the same sums but got ";

    /** What each thread ends with; null where nothing was thrown. */
    private static List<Throwable> run(List<Collective> collectives, Consumer<Collective> task) throws Exception {
        Throwable[] ends = new Throwable[collectives.size()];
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < ends.length; i++) {
            int rank = i;
            Thread thread = new Thread(() -> ends[rank] = catchThrowable(() -> task.accept(collectives.get(rank))));
            thread.start();
            threads.add(thread);
        }
        for (Thread thread : threads) {
            thread.join();
        }
        return new ArrayList<>(java.util.Arrays.asList(ends));
    }

    @Test
    void addsUpInTheOrderOfRanks() throws Exception {
        float[] summands = {1e8f, -1e8f, 1, 1e-8f};
        List<float[]> floats = new ArrayList<>();
        List<double[]> doubles = new ArrayList<>();
        List<Throwable> ends = run(Collective.threads(4), own -> {
            for (int round = 0; round < 100; round++) {
                FloatBuffer values = FloatBuffer.wrap(new float[] {9, summands[own.rank()], own.rank(), 9});
                values.position(1).limit(3);
                own.allReduce(values);
                assertThat(values.position()).isEqualTo(1);
                assertThat(values.limit()).isEqualTo(3);
                DoubleBuffer wide = DoubleBuffer.wrap(new double[] {summands[own.rank()], 0.1 * own.rank()});
                own.allReduce(wide);
                synchronized (floats) {
                    floats.add(values.array());
                    doubles.add(wide.array());
                }
            }
        });
        assertThat(ends).containsOnlyNulls();
        assertThat(floats).hasSize(400).allSatisfy(values -> assertThat(values).containsExactly(9, 1, 6, 9));
        double tenths = 0.0 + 0.1 + 0.2 + 0.1 * 3;
        assertThat(doubles)
                .allSatisfy(values -> assertThat(values).containsExactly(1e8 - 1e8 + 1 + (double) 1e-8f, tenths));
    }

    @Test
    void addsUpWithinGroups() throws Exception {
        double[] sums = new double[4];
        List<Throwable> ends = run(Collective.threads(4), own -> {
            Collective pair = own.group(2);
            assertThat(pair.rank()).isEqualTo(own.rank() % 2);
            assertThat(pair.size()).isEqualTo(2);
            double[] value = {own.rank() + 1};
            pair.allReduce(DoubleBuffer.wrap(value));
            sums[own.rank()] = value[0];
            own.group(1).allReduce(DoubleBuffer.wrap(value));
            assertThat(value[0]).isEqualTo(sums[own.rank()]);
        });
        assertThat(ends).containsOnlyNulls();
        assertThat(sums).containsExactly(3, 3, 7, 7);
        assertThatThrownBy(() -> Collective.threads(4).get(0).group(3))
                .hasMessage("group expects a number of members that divides 4 but got 3");
        assertThatThrownBy(() -> Collective.alone().group(2)).hasMessage("group expects 1 member of one but got 2");
    }

    @Test
    void isAloneWithoutOthers() {
        Collective alone = Collective.alone();
        assertThat(alone.size()).isEqualTo(1);
        assertThat(alone.rank()).isZero();
        assertThat(alone.group(1)).isSameAs(alone);
        float[] one = {2};
        alone.allReduce(FloatBuffer.wrap(one));
        alone.close();
        assertThat(one).containsExactly(2);
        assertThat(alone).hasToString("Collective[alone]");
        assertThat(Collective.threads(2)).hasToString("[Collective[thread 0 of 2], Collective[thread 1 of 2]]");
    }

    @Test
    void endsForAllWhereOneFails() throws Exception {
        IllegalStateException cause = new IllegalStateException("tripped");
        List<Throwable> ends = run(Collective.threads(3, LONG), own -> {
            if (own.rank() == 1) {
                own.fail(cause);
                return;
            }
            own.group(3).allReduce(DoubleBuffer.allocate(2));
        });
        for (int rank : new int[] {0, 2}) {
            assertThat(ends.get(rank))
                    .isInstanceOf(CollectiveException.class)
                    .hasMessage(SAME + "rank 1, which has failed: tripped")
                    .hasCause(cause);
        }
    }

    @Test
    void endsForAllWhereOneLeaves() throws Exception {
        List<Throwable> ends = run(Collective.threads(2, LONG), own -> {
            try (own) {
                if (own.rank() == 0) {
                    own.allReduce(FloatBuffer.allocate(1));
                }
            }
        });
        assertThat(ends.get(0)).isInstanceOf(CollectiveException.class).hasMessage(SAME + "rank 1, which has left");
        assertThat(ends.get(1)).isNull();
    }

    @Test
    void endsForAllWhereOneAsksForSomethingElse() throws Exception {
        List<Throwable> ends = run(Collective.threads(3, LONG), own -> {
            if (own.rank() == 2) {
                own.allReduce(FloatBuffer.allocate(5));
            } else {
                own.allReduce(DoubleBuffer.allocate(5));
            }
        });
        assertThat(ends).allSatisfy(end -> assertThat(end)
                .isInstanceOf(CollectiveException.class)
                .hasMessage(SAME + "5 doubles of rank 0 and 5 floats of rank 2"));
    }

    @Test
    void waitsNoLongerThanItsPatience() {
        Collective first = Collective.threads(3, Duration.ofMillis(100)).get(0);
        for (int again = 0; again < 2; again++) {
            assertThatThrownBy(() -> first.allReduce(DoubleBuffer.allocate(1)))
                    .isInstanceOf(CollectiveException.class)
                    .hasMessage(SAME + "none of ranks [1, 2] within 0.1 s");
        }
    }

    @Test
    void endsWithAnInterrupt() throws Exception {
        List<Collective> collectives = Collective.threads(3, LONG);
        List<Throwable> ends = run(collectives, own -> {
            if (own.rank() == 1) {
                Thread.currentThread().interrupt();
            }
            if (own.rank() < 2) {
                own.allReduce(DoubleBuffer.allocate(1));
            }
        });
        assertThat(ends.subList(0, 2)).allSatisfy(end -> assertThat(end)
                .isInstanceOf(CollectiveException.class)
                .hasMessage(SAME + "rank 1, which was interrupted"));
    }

    @Test
    void cutsABatch() {
        List<Collective> three = Collective.threads(3);
        Shard last = Shard.even(three.get(2), 11);
        assertThat(last.sizes()).containsExactly(4, 4, 3);
        assertThat(last.first()).isEqualTo(8);
        assertThat(last.size()).isEqualTo(3);
        assertThat(last.batch()).isEqualTo(11);
        assertThat(last.measured()).isEqualTo(11);
        assertThat(Shard.even(three.get(2), 2).sizes()).containsExactly(1, 1, 0);
        assertThat(Shard.whole(7).sizes()).containsExactly(7);
        Shard pair = Shard.of(Collective.threads(4).get(3), 5, 0, 0, 2).groups(2);
        assertThat(pair.measured()).isEqualTo(2);
        assertThat(pair.groupSizes()).containsExactly(5, 2);
        assertThat(pair.groups(1).groupSizes()).containsExactly(5, 2);
    }

    @Test
    void refusesWhatIsNoShard() {
        Collective one = Collective.threads(4).get(0);
        assertThatThrownBy(() -> Shard.of(one, 1, 2))
                .hasMessage("Shard expects a number of examples for each of 4, in groups of 4, but got [1, 2]");
        assertThatThrownBy(() -> Shard.of(one, 1, 2, -1, 3))
                .hasMessage("Shard expects numbers of examples of at least 0, and not all 0, but got [1, 2, -1, 3]");
        assertThatThrownBy(() -> Shard.even(one, 0))
                .hasMessage("Shard expects numbers of examples of at least 0, and not all 0, but got [0, 0, 0, 0]");
        assertThatThrownBy(() -> Shard.even(one, 8).groups(3))
                .hasMessage("Shard.groups expects a number of members that divides 4 but got 3");
        assertThatThrownBy(() -> Collective.threads(0))
                .hasMessage("Collective.threads expects at least 1 thread but got 0");
        assertThatThrownBy(() -> Collective.threads(2, Duration.ZERO))
                .hasMessage("Collective.threads expects a time to wait above 0 but got PT0S");
    }
}
