package io.github.bn4j.engine.onednn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.github.bn4j.ChildProcess;
import io.github.bn4j.engine.NeedsOneDnn;
import java.nio.file.Path;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Trainings of several threads on cores that other programs want as well. */
@NeedsOneDnn
class StepsBesideOthersTest {

    /** How much longer a step may take with every core wanted by one other: twice, and as much again for the meetings of threads. */
    private static final double MOST = 4;

    @TempDir
    Path folder;

    /** It compares times, so it is not for machines that do anything else meanwhile, such as another test. */
    @Test
    @Tag("soak")
    void takesAtMostFourTimesAsLongBesideOthers() throws Exception {
        assumeThat(Runtime.getRuntime().availableProcessors())
                .as("there are several cores")
                .isGreaterThan(1);
        String output = ChildProcess.run(
                0,
                folder,
                new ProcessBuilder(
                        ChildProcess.program("java"),
                        "-cp",
                        ChildProcess.CLASS_PATH,
                        StepsBesideOthers.class.getName()));
        double[][] rounds = output.lines()
                .filter(line -> line.matches("[0-9.]+ [0-9.]+"))
                .map(line -> DoubleStream.of(
                                Double.parseDouble(line.split(" ")[0]), Double.parseDouble(line.split(" ")[1]))
                        .toArray())
                .toArray(double[][]::new);
        assertThat(rounds).as(output).hasDimensions(3, 2);
        double[] alone = DoubleStream.of(rounds[0][0], rounds[1][0], rounds[2][0])
                .sorted()
                .toArray();
        assumeThat(alone[2] / alone[0])
                .as("the machine is quiet: times without others differ by a factor in %s", output)
                .isLessThan(1.5);
        double[] ratios = DoubleStream.of(
                        rounds[0][1] / rounds[0][0], rounds[1][1] / rounds[1][0], rounds[2][1] / rounds[2][0])
                .sorted()
                .toArray();
        assertThat(ratios[1]).as(output).isLessThanOrEqualTo(MOST);
    }
}
