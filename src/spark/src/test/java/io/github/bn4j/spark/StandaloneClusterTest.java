package io.github.bn4j.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import io.github.bn4j.Network;
import io.github.bn4j.data.Digits;
import io.github.bn4j.spark.internal.TestSpark;
import io.github.bn4j.train.Adam;
import io.github.bn4j.train.History;
import io.github.bn4j.train.Loss;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A cluster of a master and two workers, started by the lines of the documentation. */
@Timeout(value = 170, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class StandaloneClusterTest {

    @TempDir
    private Path folder;

    private final List<Process> daemons = new ArrayList<>();

    @AfterEach
    void stop() throws InterruptedException {
        // Executors are children of their workers.
        for (Process daemon : daemons) {
            daemon.descendants().forEach(ProcessHandle::destroyForcibly);
            daemon.destroyForcibly().waitFor();
        }
    }

    @Test
    void trainsTheDigits() throws Exception {
        String master = start();
        io.github.bn4j.data.Dataset digits = Digits.load().slice(0, 400);
        JavaSparkContext spark = TestSpark.context(master);
        try {
            Network one = SparkTrainerTest.convolutions(org.nd4j.linalg.api.buffer.DataType.FLOAT);
            History expected = one.trainer()
                    .optimizer(Adam.of(1e-3))
                    .loss(Loss.softmaxCrossEntropy())
                    .epochs(2)
                    .batchSize(64)
                    .fit(digits);
            Network many = SparkTrainerTest.convolutions(org.nd4j.linalg.api.buffer.DataType.FLOAT);
            SparkSession session =
                    SparkSession.builder().sparkContext(spark.sc()).getOrCreate();
            History history = SparkTrainer.of(many)
                    .workers(2)
                    .optimizer(Adam.of(1e-3))
                    .loss(Loss.softmaxCrossEntropy())
                    .epochs(2)
                    .batchSize(64)
                    .fit(SparkTrainerTest.frame(session, digits, 4), "features", "label");
            assertThat(history.epochs()).hasSameSizeAs(expected.epochs());
            SparkTrainerTest.assertSame(many, one, 1e-4);
        } finally {
            spark.stop();
        }
    }

    private String start() throws IOException, InterruptedException {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        String master = "spark://127.0.0.1:" + port;
        launch(
                "master",
                "org.apache.spark.deploy.master.Master",
                "--host",
                "127.0.0.1",
                "--port",
                Integer.toString(port),
                "--webui-port",
                "0");
        await(port);
        for (String name : List.of("worker-1", "worker-2")) {
            launch(
                    name,
                    "org.apache.spark.deploy.worker.Worker",
                    "--host",
                    "127.0.0.1",
                    "--cores",
                    "1",
                    "--memory",
                    "1024m",
                    "--webui-port",
                    "0",
                    "--work-dir",
                    folder.resolve(name).toString(),
                    master);
        }
        return master;
    }

    private void launch(String name, String main, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                main));
        command.addAll(List.of(arguments));
        Path home = Files.createDirectories(folder.resolve("home"));
        Files.createDirectories(home.resolve("jars"));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve(name + ".log").toFile());
        builder.environment()
                .putAll(Map.of(
                        "SPARK_HOME",
                        home.toString(),
                        "SPARK_SCALA_VERSION",
                        "2.13",
                        "SPARK_LOCAL_IP",
                        "127.0.0.1",
                        "OMP_NUM_THREADS",
                        "1"));
        daemons.add(builder.start());
    }

    private void await(int port) throws IOException, InterruptedException {
        long since = System.nanoTime();
        while (daemons.get(0).isAlive()
                && System.nanoTime() - since < Duration.ofSeconds(40).toNanos()) {
            try (Socket reached = new Socket("127.0.0.1", port)) {
                assertThat(reached.isConnected()).isTrue();
                return;
            } catch (IOException notYet) {
                Thread.sleep(100);
            }
        }
        try (Stream<String> log = Files.lines(folder.resolve("master.log"))) {
            String last = String.join("\n", log.skip(0).toList());
            if ("true".equals(System.getenv("CI"))) {
                fail("the master of a standalone cluster does not start:\n" + last);
            }
            abort("the master of a standalone cluster does not start: " + last);
        }
    }
}
