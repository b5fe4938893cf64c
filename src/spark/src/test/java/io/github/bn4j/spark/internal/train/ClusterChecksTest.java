package io.github.bn4j.spark.internal.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bn4j.spark.internal.TestSpark;
import io.github.bn4j.spark.internal.job.Attempts;
import io.github.bn4j.spark.internal.job.RankJob;
import io.github.bn4j.spark.internal.job.Slots;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ClusterChecksTest {

    @Test
    void refusesOtherVersionsOfSparkAndScala() {
        ClusterChecks.requireVersions("4.1.0", "2.13.17");
        ClusterChecks.requireVersions("4.2.0-SNAPSHOT", "2.13.18");
        assertThatThrownBy(() -> ClusterChecks.requireVersions("3.5.9", "2.13.8"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("SparkTrainer expects Spark 4.1 or 4.2 but got 3.5.9; run it on one of these");
        assertThatThrownBy(() -> ClusterChecks.requireVersions("4.10.0", "2.13.8"))
                .hasMessage("SparkTrainer expects Spark 4.1 or 4.2 but got 4.10.0; run it on one of these");
        assertThatThrownBy(() -> ClusterChecks.requireVersions("4.1.0", "2.12.18"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(
                        "SparkTrainer expects Spark of Scala 2.13 but got 2.12.18; take the artifacts of Spark whose names end in _2.13");
    }

    @Test
    void refusesExecutorsThatComeAndGo() {
        SparkConf conf = new SparkConf(false);
        ClusterChecks.requireSettings(conf);
        assertThatThrownBy(() ->
                        ClusterChecks.requireSettings(conf.clone().set("spark.dynamicAllocation.enabled", "true")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(
                        "SparkTrainer expects executors that stay but got spark.dynamicAllocation.enabled; set it to false, and spark.executor.instances to the number of workers");
        assertThatThrownBy(() -> ClusterChecks.requireSettings(conf.clone().set("spark.speculation", "true")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(
                        "SparkTrainer expects each task to run once but got spark.speculation; set it to false, as workers wait for each other");
    }

    @Test
    void refusesExecutorsWithoutNatives() {
        JavaSparkContext spark = TestSpark.context("local[4]");
        assertThatThrownBy(() -> ClusterChecks.requireWorkers(attempts(spark), job(spark), null, List.of(), () -> {
                    throw new UnsatisfiedLinkError("no jnind4jcpu in java.library.path");
                }))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(
                        "SparkTrainer expects executors on which ND4J runs but got one, driver, where it does not: no jnind4jcpu in java.library.path; add org.nd4j:nd4j-native-platform to --packages, or its jars to spark.jars");
    }

    @Test
    void letsWorkersPassThatSeeTheFolderOfTheDriver(@TempDir Path folder) throws Exception {
        JavaSparkContext spark = TestSpark.context("local[4]");
        Path states = folder.resolve("new/states");
        StateFolder shared = StateFolder.open(states.toUri().toString(), spark.hadoopConfiguration());
        ClusterChecks.requireWorkers(attempts(spark), job(spark), shared, List.of());
        try (var files = Files.list(states)) {
            assertThat(files.filter(file -> !file.toString().endsWith(".crc"))).isEmpty();
        }
    }

    private static RankJob job(JavaSparkContext spark) {
        return new RankJob(spark, 2, Duration.ofSeconds(20), 0);
    }

    private static Attempts attempts(JavaSparkContext spark) {
        return new Attempts(new Slots(spark, 2, Duration.ofSeconds(20)), 1);
    }
}
