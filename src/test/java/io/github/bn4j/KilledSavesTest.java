package io.github.bn4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A process that is killed at any moment loses nothing that it has saved, and leaves nothing that stays. */
class KilledSavesTest {

    private static final int AT_ONCE = 2;
    private static final int LONGEST_MILLIS = 400;

    @TempDir
    Path folder;

    @Test
    void losesNothingAndLeavesNothingBehind() throws Exception {
        kill(6);
    }

    @Test
    @Tag("soak")
    void losesNothingAndLeavesNothingBehindInTwoHundredKills() throws Exception {
        int unfinished = kill(200);
        ChildProcess.print("of 200 processes " + unfinished + " were killed while they wrote");
        assertThat(unfinished).isGreaterThan(10);
    }

    /** Kills processes, of which every other one calls {@code save} and the rest train. The number of those that left an unfinished file. */
    private int kill(int times) throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(AT_ONCE);
        try {
            List<Future<Boolean>> kills = new ArrayList<>();
            for (int i = 0; i < times; i++) {
                String kind = i % 2 == 0 ? "save" : "keepBest";
                Path own = Files.createDirectory(folder.resolve(kind + i));
                kills.add(pool.submit(() -> isKilledWhileWriting(kind, own)));
            }
            int unfinished = 0;
            for (Future<Boolean> kill : kills) {
                unfinished += kill.get() ? 1 : 0;
            }
            return unfinished;
        } finally {
            pool.shutdownNow();
        }
    }

    private static boolean isKilledWhileWriting(String kind, Path folder) throws Exception {
        Path path = folder.resolve("net.safetensors");
        Path output = folder.resolveSibling(folder.getFileName() + ".txt");
        Process process = new ProcessBuilder(
                        ChildProcess.program("java"),
                        "-Xmx256m",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        ChildProcess.CLASS_PATH,
                        SaveForEver.class.getName(),
                        kind,
                        path.toString())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            while (process.isAlive() && !Files.exists(path)) {
                Thread.sleep(10);
            }
            Thread.sleep(ThreadLocalRandom.current().nextInt(LONGEST_MILLIS));
            assertThat(process.isAlive()).as(Files.readString(output)).isTrue();
        } finally {
            process.destroyForcibly().waitFor();
        }
        boolean whileWriting = names(folder).size() > 1;

        Network net = Network.load(path);
        INDArray weight = net.parameters().get(SaveForEver.WEIGHT);
        assertThat(weight.minNumber()).as(folder.toString()).isEqualTo(weight.maxNumber());
        net.save(folder.resolve("next.safetensors"));
        assertThat(names(folder)).containsExactly("net.safetensors", "next.safetensors");
        return whileWriting;
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
