package io.github.bn4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.bn4j.engine.NeedsOneDnn;
import io.github.bn4j.engine.onednn.CompileGraphs;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Networks that nobody needs any more leave no memory behind, on the heap or off it.
 *
 * <p>{@link TrainNetworks} trains networks one after another in a JVM of its own and reads its resident memory (VmRSS) after
 * each, once {@code System.gc()} and the freeing of what it found make it fall no more. The heap is of fixed size and touched
 * at the start, so what grows is off it; a leak on it ends in an OutOfMemoryError. The optimising compiler is off, because it
 * takes megabytes at times that depend on the load of the machine.
 *
 * <p>Each network has 541,434 trainable parameters, a vector of 2,115 kB, and training needs four such vectors: values,
 * gradients and two of Adam's. The memory may grow, from the reading after the warm-up to the last, by half of what a leak of
 * one such vector per network would add up to. The peak (VmHWM) may
 * be 40 MB above the last reading, for the program that judges beside the one that trains: arrays of single steps that were
 * left to the collector would pile up to 100 MB and more.
 */
class MemoryTest {

    private static final long VECTOR = 2115;
    private static final long PILE = 40_000;

    @Test
    void staysFlatOverAFewNetworks() throws Exception {
        assertFlat(12, 4, 2, 320);
    }

    @Test
    @Tag("soak")
    void staysFlatOverFiftyNetworks() throws Exception {
        assertFlat(50, 5, 10, 1797);
    }

    /** Forty graphs, five thousand programs for training and as many for prediction, each compiled anew. */
    @Test
    @Tag("soak")
    @NeedsOneDnn
    void staysFlatOverTenThousandPrograms() throws Exception {
        List<String> readings = readings(CompileGraphs.class, "40", "10000");
        assertThat(readings).hasSize(10);
        assertThat(number(readings.get(9), 0) - number(readings.get(1), 0))
                .as("growth in kB of %s", readings)
                .isLessThan(8_000);
    }

    private static void assertFlat(int networks, int warmUp, int epochs, int examples) throws Exception {
        List<String> readings = readings(
                TrainNetworks.class, Integer.toString(networks), Integer.toString(epochs), Integer.toString(examples));
        assertThat(readings).hasSize(networks);
        long before = number(readings.get(warmUp - 1), 0);
        long after = number(readings.get(networks - 1), 0);
        long peak = number(readings.get(networks - 1), 1);
        assertThat(after - before).as("growth in kB of %s", readings).isLessThan((networks - warmUp) * VECTOR / 2);
        assertThat(peak - after).as("pile in kB of %s", readings).isLessThan(PILE);
    }

    private static List<String> readings(Class<?> program, String... arguments) throws Exception {
        assumeTrue(Files.isReadable(Path.of("/proc/self/status")), "no /proc/self/status to read the memory from");
        List<String> command = new ArrayList<>(List.of(
                ChildProcess.program("java"),
                "-Xms128m",
                "-Xmx128m",
                "-XX:+AlwaysPreTouch",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                ChildProcess.CLASS_PATH,
                program.getName()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        List<String> readings;
        try (InputStream output = process.getInputStream()) {
            readings = new String(output.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
        }
        assertThat(process.waitFor()).as("%s", readings).isZero();
        return readings;
    }

    private static long number(String line, int index) {
        return Long.parseLong(line.split(" ", -1)[index]);
    }
}
