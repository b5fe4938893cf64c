package io.github.bn4j.spark.internal.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bn4j.spark.internal.TestSpark;
import java.nio.ByteBuffer;
import java.nio.DoubleBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Jobs whose ranks are in JVMs of their own. */
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ClusterJobTest {

    private static JavaSparkContext spark;

    @BeforeAll
    static void start() {
        spark = TestSpark.context(TestSpark.TWO_EXECUTORS);
    }

    @Test
    void addsUpBetweenExecutors() throws Exception {
        new Slots(spark, 2, Duration.ofSeconds(60)).await();
        Optional<byte[]> state = job().run("a test", rows(), rows(), sums(0, ""));
        assertThat(ByteBuffer.wrap(state.orElseThrow()).getDouble()).isEqualTo(100 * 45);
    }

    @Test
    void doesAJobAgainThatHasLostAnExecutor(@TempDir Path folder) {
        Path killed = folder.resolve("killed");
        byte[] state = new Attempts(new Slots(spark, 2, Duration.ofSeconds(60)), 3)
                .run("a test", () -> job().run("a test", rows(), rows(), sums(50, killed.toString()))
                        .orElseThrow());
        assertThat(killed).exists();
        assertThat(ByteBuffer.wrap(state).getDouble()).isEqualTo(100 * 45);
    }

    @Test
    void givesUpAfterItsAttempts() {
        Attempts twice = new Attempts(new Slots(spark, 2, Duration.ofSeconds(60)), 2);
        assertThatThrownBy(() -> twice.run("a test", () -> job().run("a test", rows(), rows(), (collective, feeds) -> {
                    if (collective.rank() == 1) {
                        Runtime.getRuntime().halt(1);
                    }
                    collective.allReduce(DoubleBuffer.allocate(1));
                    return Optional.empty();
                })))
                .isInstanceOf(IllegalStateException.class)
                .message()
                .matches(
                        "SparkTrainer expects workers that come to the end of a test but got 2 failed attempts, the last one by: .*; see the logs of the executors, and set more attempts, or checkpoints to resume from");
    }

    @Test
    void leavesTheExecutorsAloneWhenARankThrows() throws Exception {
        new Slots(spark, 2, Duration.ofSeconds(60)).await();
        List<String> before = executors();
        assertThatThrownBy(() -> job().run("a test", rows(), rows(), (collective, feeds) -> {
                    if (collective.rank() == 1) {
                        throw new IllegalArgumentException("row 7 has NaN");
                    }
                    collective.allReduce(DoubleBuffer.allocate(1));
                    return Optional.empty();
                }))
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage("row 7 has NaN");
        assertThat(executors()).isEqualTo(before);
    }

    private static List<String> executors() {
        return spark
                .parallelize(IntStream.range(0, 20).boxed().toList(), 20)
                .map(number -> Long.toString(ProcessHandle.current().pid()))
                .distinct()
                .collect()
                .stream()
                .sorted()
                .toList();
    }

    /** 100 times the sum of the rows of all ranks; the first time rank 1 comes to some step its JVM ends. */
    private static RankWork<Integer> sums(int fatal, String killed) {
        return (collective, feeds) -> {
            double[] sum = {0};
            while (feeds.examples().hasNext()) {
                sum[0] += feeds.examples().next();
            }
            double all = 0;
            for (int step = 0; step < 100; step++) {
                if (fatal > 0 && step == fatal && collective.rank() == 1 && !Files.exists(Path.of(killed))) {
                    Files.createFile(Path.of(killed));
                    Runtime.getRuntime().halt(1);
                }
                double[] own = sum.clone();
                collective.allReduce(DoubleBuffer.wrap(own));
                all += own[0];
            }
            return collective.rank() == 0
                    ? Optional.of(ByteBuffer.allocate(8).putDouble(all).array())
                    : Optional.empty();
        };
    }

    private static RankJob job() {
        return new RankJob(spark, 2, Duration.ofSeconds(30), 0);
    }

    private static RankJob.Data<Integer> rows() {
        return new RankJob.Data<>(
                spark.parallelize(IntStream.range(0, 10).boxed().toList(), 3),
                number -> number,
                List.of(new int[] {3, 1, 4, 5, 9}, new int[] {2, 6, 8, 7, 0}));
    }
}
