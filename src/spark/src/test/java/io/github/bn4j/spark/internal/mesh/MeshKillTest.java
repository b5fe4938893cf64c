package io.github.bn4j.spark.internal.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bn4j.engine.CollectiveException;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Timeout;

/** Ranks in processes of their own, one of which ends in the middle of sums. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class MeshKillTest {

    private static final int COUNT = 1_000_000;
    private static final Patience PATIENT = Patience.of(Duration.ofSeconds(20));

    /** Rank 1 of a mesh whose secret and address of rank 0 are the arguments; ends after so many milliseconds of sums. */
    static final class Victim {

        public static void main(String... arguments) throws IOException {
            List<MeshAddress> addresses = List.of(MeshAddress.parse(arguments[0]), new MeshAddress("127.0.0.1", 1));
            MeshSecret secret = MeshSecret.parse(arguments[1]);
            long millis = Long.parseLong(arguments[2]);
            ServerSocketChannel server = Connecting.open(0, 2);
            Mesh mesh = Connecting.connect(1, server, addresses, secret, PATIENT);
            MeshCollective collective = new MeshCollective(mesh);
            sum(collective, 0);
            Thread end = new Thread(() -> {
                LockSupport.parkNanos(millis * 1_000_000);
                Runtime.getRuntime().halt(1);
            });
            end.start();
            for (int step = 1; ; step++) {
                sum(collective, step);
            }
        }
    }

    @RepeatedTest(5)
    void neverTakesALostRankForAZero() throws Exception {
        long millis = new Random().nextInt(100);
        try (ServerSocketChannel server = Connecting.open(0, 2)) {
            MeshAddress own = new MeshAddress("127.0.0.1", server.socket().getLocalPort());
            MeshSecret secret = MeshSecret.random();
            Process victim = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xmx128m",
                            "-XX:TieredStopAtLevel=1",
                            "-cp",
                            System.getProperty("java.class.path"),
                            Victim.class.getName(),
                            own.toString(),
                            secret.text(),
                            Long.toString(millis))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.INHERIT)
                    .start();
            try (Mesh mesh =
                    Connecting.connect(0, server, List.of(own, new MeshAddress("127.0.0.1", 1)), secret, PATIENT)) {
                MeshCollective collective = new MeshCollective(mesh);
                List<Float> wrong = new ArrayList<>();
                CollectiveException failure = null;
                for (int step = 0; failure == null; step++) {
                    try {
                        float[] sums = sum(collective, step);
                        for (float sum : sums) {
                            if (sum != 2 * step + 1) {
                                wrong.add(sum);
                            }
                        }
                    } catch (CollectiveException e) {
                        failure = e;
                    }
                }
                assertThat(wrong).isEmpty();
                assertThat(failure.getMessage())
                        .as("after %s ms", millis)
                        .matches(
                                "allReduce expects an answer of rank 1 but got (the end of its connection|Connection reset( by peer)?|Broken pipe); see the log of its executor at 127\\.0\\.0\\.1");
            } finally {
                victim.destroyForcibly().waitFor();
            }
        }
    }

    private static float[] sum(MeshCollective collective, int step) {
        float[] values = new float[COUNT];
        Arrays.fill(values, step + collective.rank());
        collective.allReduce(FloatBuffer.wrap(values));
        return values;
    }
}
