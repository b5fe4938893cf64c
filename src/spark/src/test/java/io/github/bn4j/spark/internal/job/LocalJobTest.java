package io.github.bn4j.spark.internal.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bn4j.spark.internal.TestSpark;
import java.nio.ByteBuffer;
import java.nio.DoubleBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LocalJobTest {

    private static JavaSparkContext spark;

    @BeforeAll
    static void start() {
        spark = TestSpark.context("local[4]");
    }

    @Test
    void bringsEachRankItsRowsInItsOrder() throws Exception {
        List<int[]> training = List.of(new int[] {9, 0, 5, 5}, new int[0], new int[] {7, 5, 999, 9});
        List<int[]> judged = List.of(new int[] {0, 1}, new int[] {2}, new int[] {3, 4});
        Optional<byte[]> state = job(3).run("a test", data(1000, training), data(5, judged), (collective, feeds) -> {
            // One digit of a number to the base 10,000 for each row.
            double[] rows = new double[11 * 3];
            int place = 0;
            while (feeds.examples().hasNext()) {
                rows[11 * collective.rank() + place++] = feeds.examples().next() + 1;
            }
            while (feeds.validation().hasNext()) {
                rows[11 * collective.rank() + place++] = feeds.validation().next() + 10_001;
            }
            collective.allReduce(DoubleBuffer.wrap(rows));
            if (collective.rank() != 1) {
                return Optional.empty();
            }
            ByteBuffer bytes = ByteBuffer.allocate(8 * rows.length);
            bytes.asDoubleBuffer().put(rows);
            return Optional.of(bytes.array());
        });
        double[] rows = new double[33];
        ByteBuffer.wrap(state.orElseThrow()).asDoubleBuffer().get(rows);
        assertThat(rows)
                .containsExactly(
                        10, 1, 6, 6, 10001, 10002, 0, 0, 0, 0, 0, 10003, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 8, 6, 1000, 10,
                        10004, 10005, 0, 0, 0, 0, 0);
    }

    @Test
    void throwsWhatARankThrowsAndGoesOnWithTheNextJob() throws Exception {
        long start = System.nanoTime();
        assertThatThrownBy(() -> job(2).run("a test", none(2), none(2), (collective, feeds) -> {
                    if (collective.rank() == 1) {
                        throw new IllegalArgumentException("row 7 has NaN");
                    }
                    collective.allReduce(DoubleBuffer.allocate(1));
                    return Optional.empty();
                }))
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage("row 7 has NaN")
                .satisfies(
                        thrown -> assertThat(thrown.getSuppressed()[0]).hasMessageStartingWith("thrown by rank 1 at "));
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(30));
        assertThat(job(2).run("a test", none(2), none(2), (collective, feeds) -> Optional.of(new byte[] {1})))
                .isPresent();
    }

    /** What cannot travel has to be told all the same. */
    private static final class Unserializable extends RuntimeException {

        private final transient Object whole = new Object();
        private final Object part = new Object();

        Unserializable(String message) {
            super(message);
        }
    }

    @Test
    void saysInWordsWhatCannotTravel() {
        assertThatThrownBy(() -> job(1).run("a test", none(1), none(1), (collective, feeds) -> {
                    throw new Unserializable("ill");
                }))
                .isExactlyInstanceOf(IllegalStateException.class)
                .hasMessage(Unserializable.class.getName() + ": ill");
    }

    @Test
    void saysThatRanksHaveLostEachOther() {
        assertThatThrownBy(() -> job(2).run("a test", none(2), none(2), (collective, feeds) -> {
                    if (collective.rank() == 1) {
                        return Optional.empty();
                    }
                    collective.allReduce(DoubleBuffer.allocate(1));
                    return Optional.empty();
                }))
                .isInstanceOf(LostWorkerException.class)
                .hasMessage(
                        "io.github.bn4j.engine.CollectiveException: allReduce expects sum 1 of 1 doubles among 2 of rank 1 but got its leave; let all ranks ask for the same sums");
    }

    @Test
    void endsByAnInterruptOfTheDriver() {
        Thread driver = Thread.currentThread();
        Thread interrupter = new Thread(() -> {
            try {
                Thread.sleep(3000);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            driver.interrupt();
        });
        interrupter.start();
        assertThatThrownBy(() -> job(2).run("a test", none(2), none(2), (collective, feeds) -> {
                    if (collective.rank() == 0) {
                        collective.allReduce(DoubleBuffer.allocate(1));
                    } else {
                        Thread.sleep(60_000);
                    }
                    return Optional.empty();
                }))
                .isInstanceOf(CancellationException.class)
                .hasMessage("fit expects a thread that goes on but got an interrupt");
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void doesNotWaitForSlotsThatDoNotCome() {
        assertThat(new Slots(spark, 4, Duration.ofMillis(1)).now()).isEqualTo(4);
        new Slots(spark, 4, Duration.ofMillis(1)).await();
        assertThatThrownBy(() -> new Slots(spark, 5, Duration.ofSeconds(1)).await())
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(
                        "SparkTrainer expects 5 task slots for its 5 workers but got 4 within 1 s; start executors with 5 cores or more (spark.executor.instances times spark.executor.cores divided by spark.task.cpus, which is 1; in local mode local[5]), or set fewer workers");
    }

    @Test
    void doesNotWaitForSlotsThatOthersHave() throws Exception {
        Thread hog = new Thread(() -> spark.parallelize(List.of(1, 2, 3), 3).foreach(number -> Thread.sleep(8_000)));
        hog.start();
        Thread.sleep(1000);
        assertThatThrownBy(() -> new RankJob(spark, 2, Duration.ofSeconds(2), 0)
                        .run("a test", none(2), none(2), (collective, feeds) -> Optional.empty()))
                .isInstanceOf(LostWorkerException.class)
                .hasMessage(
                        "2 tasks at the same time within 2 s but got none that starts; see what else runs on this cluster");
        hog.join();
    }

    private static RankJob job(int ranks) {
        return new RankJob(spark, ranks, Duration.ofSeconds(20), 0);
    }

    private static RankJob.Data<Integer> none(int ranks) {
        return data(1, IntStream.range(0, ranks).mapToObj(rank -> new int[0]).toList());
    }

    private static RankJob.Data<Integer> data(int size, List<int[]> rows) {
        JavaRDD<Integer> numbers =
                spark.parallelize(IntStream.range(0, size).boxed().toList(), 3);
        return new RankJob.Data<>(numbers, number -> number, rows);
    }
}
