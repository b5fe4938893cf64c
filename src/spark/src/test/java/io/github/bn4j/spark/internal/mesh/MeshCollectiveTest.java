package io.github.bn4j.spark.internal.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bn4j.engine.Collective;
import io.github.bn4j.engine.CollectiveException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class MeshCollectiveTest {

    private static final Patience PATIENT = Patience.of(Duration.ofSeconds(20));

    /** Empty, fewer than ranks, around the blocks of a sum, and several parts of one hop and of two. */
    private static final int[] COUNTS = {0, 1, 3, 257, 4095, 4096, 4097, 70_001, 1_048_577, 2_500_000};

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5})
    void addsUpFloatsInTheOrderOfTheRanks(int ranks) throws Exception {
        List<float[][]> all = TestMesh.run(ranks, collective -> {
            float[][] sums = new float[COUNTS.length][];
            for (int i = 0; i < COUNTS.length; i++) {
                sums[i] = floats(collective.rank(), COUNTS[i]);
                collective.allReduce(FloatBuffer.wrap(sums[i]));
            }
            return sums;
        });
        for (int i = 0; i < COUNTS.length; i++) {
            float[] expected = floats(0, COUNTS[i]);
            for (int rank = 1; rank < ranks; rank++) {
                float[] summand = floats(rank, COUNTS[i]);
                for (int e = 0; e < expected.length; e++) {
                    expected[e] += summand[e];
                }
            }
            for (float[][] sums : all) {
                assertThat(sums[i]).as("of %s", COUNTS[i]).isEqualTo(expected);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5})
    void addsUpDoublesInTheOrderOfTheRanks(int ranks) throws Exception {
        List<double[][]> all = TestMesh.run(ranks, collective -> {
            double[][] sums = new double[COUNTS.length][];
            for (int i = 0; i < COUNTS.length; i++) {
                sums[i] = doubles(collective.rank(), COUNTS[i]);
                collective.allReduce(DoubleBuffer.wrap(sums[i]));
            }
            return sums;
        });
        for (int i = 0; i < COUNTS.length; i++) {
            double[] expected = doubles(0, COUNTS[i]);
            for (int rank = 1; rank < ranks; rank++) {
                double[] summand = doubles(rank, COUNTS[i]);
                for (int e = 0; e < expected.length; e++) {
                    expected[e] += summand[e];
                }
            }
            for (double[][] sums : all) {
                assertThat(sums[i]).as("of %s", COUNTS[i]).isEqualTo(expected);
            }
        }
    }

    @Test
    void leavesWhatIsOutsideOfPositionAndLimit() throws Exception {
        List<FloatBuffer> all = TestMesh.run(2, collective -> {
            FloatBuffer values = ByteBuffer.allocateDirect(40)
                    .order(collective.rank() == 0 ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN)
                    .asFloatBuffer();
            for (int i = 0; i < 10; i++) {
                values.put(i, i + 1);
            }
            values.position(3).limit(7);
            collective.allReduce(values);
            assertThat(values.position()).isEqualTo(3);
            assertThat(values.limit()).isEqualTo(7);
            return values.clear();
        });
        FloatBuffer expected = FloatBuffer.wrap(new float[] {1, 2, 3, 8, 10, 12, 14, 8, 9, 10});
        assertThat(all).containsExactly(expected, expected);
    }

    @Test
    void addsUpWithinGroupsOfNeighboursWhileOthersAreElsewhere() throws Exception {
        List<double[]> all = TestMesh.run(4, collective -> {
            Collective pair = collective.group(2);
            double[] ofAll = {0};
            double[] ofPair = {0};
            for (int step = 0; step < 200; step++) {
                // The second pair is done with its own sums before the first one.
                if (collective.rank() < 2 && step % 50 == 0) {
                    Thread.sleep(5);
                }
                ofPair[0] = collective.rank() + step;
                pair.allReduce(DoubleBuffer.wrap(ofPair));
                ofAll[0] = ofPair[0];
                collective.allReduce(DoubleBuffer.wrap(ofAll));
                collective.group(1).allReduce(DoubleBuffer.wrap(ofAll));
            }
            return new double[] {pair.rank(), pair.size(), ofPair[0], ofAll[0]};
        });
        assertThat(all)
                .containsExactly(
                        new double[] {0, 2, 399, 1604},
                        new double[] {1, 2, 399, 1604},
                        new double[] {0, 2, 403, 1604},
                        new double[] {1, 2, 403, 1604});
    }

    @Test
    void isTheSameForAGroupOfAll() throws Exception {
        assertThat(TestMesh.run(3, collective -> collective.group(3) == collective))
                .containsOnly(true);
    }

    @Test
    void refusesGroupsThatDoNotComeOut() throws Exception {
        TestMesh.run(3, collective -> {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> collective.group(2))
                    .withMessage("group expects a number of members that divides 3 but got 2");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> collective.group(0))
                    .withMessage("group expects a number of members that divides 3 but got 0");
            return null;
        });
    }

    @Test
    void addsUpWhatFillsAllBuffersOfTheNetwork() throws Exception {
        int count = 10_000_000;
        List<Float> all = TestMesh.run(3, collective -> {
            FloatBuffer values = FloatBuffer.allocate(count);
            for (int i = 0; i < count; i++) {
                values.put(i, collective.rank() + 1);
            }
            collective.allReduce(values);
            float[] sums = values.array();
            for (float sum : sums) {
                if (sum != 6) {
                    return sum;
                }
            }
            return 6f;
        });
        assertThat(all).containsOnly(6f);
    }

    @Test
    void saysThatOthersAskForOtherSums() throws Exception {
        assertRefused(
                collective -> collective.allReduce(FloatBuffer.allocate(collective.rank() == 0 ? 3 : 4)),
                "allReduce expects sum 1 of 3 floats among 2 of rank 1 but got its sum 1 of 4 floats among 2; let all ranks ask for the same sums in the same order",
                "allReduce expects sum 1 of 4 floats among 2 of rank 0 but got its sum 1 of 3 floats among 2; let all ranks ask for the same sums in the same order");
        assertRefused(
                collective -> {
                    if (collective.rank() == 0) {
                        collective.allReduce(FloatBuffer.allocate(4));
                    } else {
                        collective.allReduce(DoubleBuffer.allocate(2));
                    }
                },
                "allReduce expects sum 1 of 4 floats among 2 of rank 1 but got its sum 1 of 2 doubles among 2; let all ranks ask for the same sums in the same order",
                "allReduce expects sum 1 of 2 doubles among 2 of rank 0 but got its sum 1 of 4 floats among 2; let all ranks ask for the same sums in the same order");
    }

    @Test
    void saysThatAnotherHasAllThatItAskedFor() throws Exception {
        List<Future<Void>> ranks = TestMesh.start(2, PATIENT, collective -> {
            if (collective.rank() == 1) {
                collective.allReduce(FloatBuffer.allocate(1));
            }
            return null;
        });
        assertThat(TestMesh.failure(ranks.get(1)))
                .isInstanceOf(CollectiveException.class)
                .hasMessage(
                        "allReduce expects sum 1 of 1 floats among 2 of rank 0 but got its leave; let all ranks ask for the same sums");
    }

    private interface Sums {
        void ask(Collective collective);
    }

    /** Either both see it, or one does and tells the other. */
    private static void assertRefused(Sums sums, String... messages) throws Exception {
        List<Future<Void>> ranks = TestMesh.start(2, PATIENT, collective -> {
            sums.ask(collective);
            return null;
        });
        for (Future<Void> rank : ranks) {
            Throwable failure = TestMesh.failure(rank);
            assertThat(failure).isInstanceOf(CollectiveException.class);
            assertThat(failure.getMessage()).isIn((Object[]) messages);
        }
    }

    @Test
    void tellsAllOthersWhyOneFails() throws Exception {
        List<Future<Void>> ranks = TestMesh.start(4, PATIENT, collective -> {
            for (int step = 0; step < 3; step++) {
                collective.allReduce(FloatBuffer.allocate(1000));
            }
            if (collective.rank() == 1) {
                throw new IllegalStateException("layer 3 is ill");
            }
            // A large sum: the others send to one that does not listen any more.
            collective.allReduce(FloatBuffer.allocate(3_000_000));
            return null;
        });
        for (int rank : new int[] {0, 2, 3}) {
            assertThat(TestMesh.failure(ranks.get(rank)))
                    .isInstanceOf(CollectiveException.class)
                    .hasMessage("rank 1 failed: java.lang.IllegalStateException: layer 3 is ill");
        }
        assertThat(TestMesh.failure(ranks.get(1)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("layer 3 is ill");
    }

    @Test
    void cutsWhatIsTooLongToTell() throws Exception {
        List<Future<Void>> ranks = TestMesh.start(2, PATIENT, collective -> {
            if (collective.rank() == 1) {
                throw new IllegalStateException("é".repeat(1_000_000));
            }
            collective.allReduce(FloatBuffer.allocate(1));
            return null;
        });
        assertThat(TestMesh.failure(ranks.get(0)))
                .hasMessageStartingWith("rank 1 failed: java.lang.IllegalStateException: éééé")
                .message()
                .hasSizeLessThan(8192);
    }

    @Test
    void staysBrokenOnceItHasFailed() throws Exception {
        TestMesh.run(2, collective -> {
            if (collective.rank() == 1) {
                collective.fail(new IllegalStateException("ill"));
            }
            for (int call = 0; call < 2; call++) {
                assertThatThrownBy(() -> collective.allReduce(FloatBuffer.allocate(1)))
                        .isInstanceOf(CollectiveException.class)
                        .hasMessage("rank 1 failed: java.lang.IllegalStateException: ill");
            }
            return null;
        });
    }

    @Test
    void refusesSumsOnceItIsClosed() throws Exception {
        TestMesh.run(2, collective -> {
            collective.close();
            collective.close();
            assertThatThrownBy(() -> collective.allReduce(FloatBuffer.allocate(1)))
                    .isInstanceOf(CollectiveException.class)
                    .hasMessage("allReduce expects an open mesh but got one that is closed");
            return null;
        });
    }

    @Test
    void doesNotWaitForOneThatIsSilent() throws Exception {
        CountDownLatch given = new CountDownLatch(2);
        List<Future<Void>> ranks = TestMesh.start(3, TestMesh.patience(300, () -> false), collective -> {
            if (collective.rank() == 1) {
                given.await(30, TimeUnit.SECONDS);
                return null;
            }
            try {
                collective.allReduce(FloatBuffer.allocate(1));
            } finally {
                given.countDown();
            }
            return null;
        });
        for (int rank : new int[] {0, 2}) {
            assertThat(TestMesh.failure(ranks.get(rank)))
                    .isInstanceOf(CollectiveException.class)
                    .message()
                    .matches(
                            "allReduce expects an answer of rank 1 at 127\\.0\\.0\\.1 within 300 ms but rank [02] got none; see the log of its executor, and set a longer timeout if a step takes as long");
        }
    }

    @Test
    void waitsForOneThatIsSlowerThanTheTimeoutInAllButAlwaysSendsSomething() throws Exception {
        TestMesh.run(2, TestMesh.patience(2000, () -> false), collective -> {
            for (int step = 0; step < 6; step++) {
                if (collective.rank() == 1) {
                    Thread.sleep(500);
                }
                collective.allReduce(FloatBuffer.allocate(1));
            }
            return null;
        });
    }

    @Test
    void endsByAnInterruptAndTellsTheOthers() throws Exception {
        AtomicReference<Thread> waiting = new AtomicReference<>();
        CountDownLatch failed = new CountDownLatch(1);
        List<Future<Boolean>> ranks = TestMesh.start(2, PATIENT, collective -> {
            if (collective.rank() == 1) {
                waiting.set(Thread.currentThread());
                assertThatThrownBy(() -> collective.allReduce(FloatBuffer.allocate(1)))
                        .isInstanceOf(CollectiveException.class)
                        .hasMessage("rank 1 failed: it was interrupted");
                boolean interrupted = Thread.currentThread().isInterrupted();
                failed.countDown();
                return interrupted;
            }
            while (waiting.get() == null) {
                Thread.sleep(1);
            }
            Thread.sleep(50);
            waiting.get().interrupt();
            failed.await(30, TimeUnit.SECONDS);
            // What it sent before is there: the first sum is right, and the second one fails.
            collective.allReduce(FloatBuffer.allocate(1));
            assertThatThrownBy(() -> collective.allReduce(FloatBuffer.allocate(1)))
                    .isInstanceOf(CollectiveException.class)
                    .hasMessage("rank 1 failed: it was interrupted");
            return true;
        });
        assertThat(ranks.get(0).get()).isTrue();
        assertThat(ranks.get(1).get()).as("keeps the interrupt").isTrue();
    }

    @Test
    void endsWhenItsTaskIsCancelled() throws Exception {
        AtomicBoolean cancelled = new AtomicBoolean();
        List<Future<Void>> ranks = TestMesh.start(2, TestMesh.patience(20_000, cancelled::get), collective -> {
            if (collective.rank() == 0) {
                Thread.sleep(50);
                cancelled.set(true);
                Thread.sleep(300);
                collective.allReduce(FloatBuffer.allocate(1));
            }
            collective.allReduce(FloatBuffer.allocate(1));
            return null;
        });
        assertThat(TestMesh.failure(ranks.get(1)))
                .isInstanceOf(CollectiveException.class)
                .hasMessage("rank 1 failed: its task was cancelled");
        assertThat(TestMesh.failure(ranks.get(0))).isInstanceOf(CollectiveException.class);
    }

    @Test
    void printsItsPlace() throws Exception {
        assertThat(TestMesh.run(2, MeshCollective::toString))
                .containsExactly("Collective[rank 0 of 2, mesh]", "Collective[rank 1 of 2, mesh]");
    }

    private static float[] floats(int rank, int count) {
        SplittableRandom random = new SplittableRandom(rank * 1000L + count);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) (random.nextDouble() * Math.pow(10, random.nextInt(6)));
        }
        return values;
    }

    private static double[] doubles(int rank, int count) {
        SplittableRandom random = new SplittableRandom(rank * 1000L + count);
        double[] values = new double[count];
        for (int i = 0; i < count; i++) {
            values[i] = random.nextDouble() * Math.pow(10, random.nextInt(12));
        }
        return values;
    }
}
