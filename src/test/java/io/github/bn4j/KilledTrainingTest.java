package io.github.bn4j;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bn4j.checkpoint.TensorFile;
import io.github.bn4j.train.Checkpoints;
import io.github.bn4j.train.SavedTraining;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A training whose process is killed at any moments ends as the one that nobody killed, to the bit, and has no damaged checkpoint. */
class KilledTrainingTest {

    private static final int LONGEST_MILLIS = 600;

    @TempDir
    Path folder;

    @Test
    void endsAsIfNobodyHadKilledIt() throws Exception {
        kill(3);
    }

    @Test
    @Tag("soak")
    void endsAsIfNobodyHadKilledItFiftyTimes() throws Exception {
        kill(25);
    }

    private void kill(int times) throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(2);
        try {
            List<Future<?>> engines = new ArrayList<>();
            for (String engine : List.of("oneDNN", "nd4j")) {
                engines.add(pool.submit(() -> {
                    kill(engine, times);
                    return engine;
                }));
            }
            for (Future<?> engine : engines) {
                engine.get();
            }
        } finally {
            pool.shutdownNow();
        }
    }

    private void kill(String engine, int times) throws Exception {
        int epochs = 8 * times;
        Path whole = Files.createDirectory(folder.resolve(engine));
        finish(process(engine, epochs, whole), whole);
        Path own = Files.createDirectory(folder.resolve(engine + " killed"));
        int kills = 0;
        int whileWriting = 0;
        long last = 0;
        for (int time = 0; time < times; time++) {
            Process process = process(engine, epochs, own);
            boolean alive = waitForMoreThan(last, own, process);
            Thread.sleep(ThreadLocalRandom.current().nextInt(LONGEST_MILLIS));
            boolean killed = alive && process.isAlive();
            process.destroyForcibly().waitFor();
            if (!killed) {
                break;
            }
            kills++;
            whileWriting += names(own.resolve("run")).stream().anyMatch(name -> name.endsWith(".tmp")) ? 1 : 0;
            requireWhole(own.resolve("run"));
            last = Checkpoints.newest(own.resolve("run")).orElseThrow().steps();
        }
        finish(process(engine, epochs, own), own);
        ChildProcess.print(engine + ": killed " + kills + " times, of these " + whileWriting
                + " while a checkpoint was written, the last time after " + last + " steps of "
                + Checkpoints.newest(own.resolve("run")).orElseThrow().steps());
        assertThat(kills).isGreaterThan(times / 2);
        assertSame(own, whole);
    }

    private static Process process(String engine, int epochs, Path own) throws IOException {
        return new ProcessBuilder(
                        ChildProcess.program("java"),
                        "-Xmx256m",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        ChildProcess.CLASS_PATH,
                        ResumedTraining.class.getName(),
                        engine,
                        Integer.toString(epochs),
                        own.toString())
                .redirectErrorStream(true)
                .redirectOutput(output(own).toFile())
                .start();
    }

    private static Path output(Path own) {
        return own.resolveSibling(own.getFileName() + ".txt");
    }

    private static void finish(Process process, Path own) throws Exception {
        if (!process.waitFor(5, TimeUnit.MINUTES)) {
            process.destroyForcibly();
        }
        assertThat(process.waitFor()).as(Files.readString(output(own))).isZero();
    }

    /** Whether there is a new checkpoint before the process ends. */
    private static boolean waitForMoreThan(long steps, Path own, Process process) throws Exception {
        String known = String.format("step-%010d.safetensors", steps);
        while (process.isAlive()) {
            Path run = own.resolve("run");
            if (Files.isDirectory(run)
                    && names(run).stream().anyMatch(name -> name.startsWith("step-") && name.compareTo(known) > 0)) {
                return true;
            }
            Thread.sleep(5);
        }
        assertThat(process.exitValue()).as(Files.readString(output(own))).isZero();
        return false;
    }

    private static List<String> names(Path run) throws IOException {
        try (Stream<Path> files = Files.list(run)) {
            return files.map(file -> file.getFileName().toString()).toList();
        } catch (NoSuchFileException | UncheckedIOException goneMeanwhile) {
            return List.of();
        }
    }

    private static void requireWhole(Path run) throws IOException {
        List<String> names =
                names(run).stream().filter(name -> name.startsWith("step-")).toList();
        assertThat(names).isNotEmpty();
        names.forEach(name -> TensorFile.readWithDigest(run.resolve(name)));
    }

    private static void assertSame(Path actual, Path expected) {
        Network net = Network.load(actual.resolve("end.safetensors"));
        Network whole = Network.load(expected.resolve("end.safetensors"));
        Bits.assertSame(net.parameters().trainable(), whole.parameters().trainable());
        Bits.assertSame(net.parameters().state(), whole.parameters().state());
        SavedTraining saved = Checkpoints.newest(actual.resolve("run")).orElseThrow();
        SavedTraining other = Checkpoints.newest(expected.resolve("run")).orElseThrow();
        assertThat(saved.steps()).isEqualTo(other.steps());
        assertThat(saved.terms()).isEqualTo(other.terms());
        StoredTrainings.assertSame(saved, other);
    }
}
