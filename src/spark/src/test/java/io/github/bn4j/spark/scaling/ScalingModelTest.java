package io.github.bn4j.spark.scaling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ScalingModelTest {

    private static final Link TEN_GIGABITS = new Link(50e-6, 10e-6, 1.1e9);

    private static StepWork work(double mean, double spread) {
        Random random = new Random(7);
        double[] seconds = random.doubles(400)
                .map(any -> mean + spread * random.nextGaussian())
                .toArray();
        return new StepWork(seconds, new long[] {1032, 2056, 4104, 1024, 2048, 4096}, 2_000_000);
    }

    @Test
    void takesTheTimeOfTheArithmeticAlone() {
        ScalingModel model = new ScalingModel(work(0.1, 0.01), TEN_GIGABITS);
        assertThat(model.synchronous(1)).isEqualTo(model.work().mean(), within(1e-15));
        assertThat(model.groups(1, 8)).isEqualTo(model.work().mean(), within(1e-15));
    }

    @Test
    void addsUpLatencyOverheadAndBytes() {
        Link link = new Link(1e-4, 1e-5, 1e9);
        // One hop with three messages of 1,000 bytes.
        assertThat(link.sum(4, 1000)).isEqualTo(1e-4 + 3 * (1e-5 + 1e-6), within(1e-15));
        // Two hops with three messages each, and 2 · 3/4 of 8 MB.
        assertThat(link.sum(4, 8_000_000)).isEqualTo(2 * (1e-4 + 3e-5) + 0.012, within(1e-12));
        assertThat(link.sum(1, 8_000_000)).isZero();
    }

    /** Against drawing from the measured times. */
    @Test
    void expectsTheSlowestOfSeveral() {
        StepWork work = work(0.1, 0.01);
        Random random = new Random(3);
        for (int workers : new int[] {2, 4, 16, 64}) {
            double sum = 0;
            int draws = 20_000;
            for (int i = 0; i < draws; i++) {
                sum += IntStream.range(0, workers)
                        .mapToDouble(any -> work.seconds()[random.nextInt(work.seconds().length)])
                        .max()
                        .orElseThrow();
            }
            assertThat(work.slowestOf(workers)).isEqualTo(sum / draws, within(3e-4));
        }
    }

    @Test
    void prefersExactnessWhileItPays() {
        ScalingModel slowSteps = new ScalingModel(work(0.5, 0.005), TEN_GIGABITS);
        assertThat(slowSteps.advice(64)).isEqualTo("synchronous");
        ScalingModel fastSteps = new ScalingModel(work(0.02, 0.0002), TEN_GIGABITS);
        assertThat(fastSteps.advice(2)).isEqualTo("synchronous");
        assertThat(fastSteps.advice(64)).isEqualTo("averageEvery(4)");
        ScalingModel between = new ScalingModel(work(0.035, 0.0002), TEN_GIGABITS);
        assertThat(between.advice(64)).isEqualTo("groups of 8");
        ScalingModel tiny = new ScalingModel(work(0.0005, 0.0001), TEN_GIGABITS);
        assertThat(tiny.advice(256)).isEqualTo("larger batches, or fewer workers");
    }

    /** One sum of 6 MB every 4 steps: 2 hops of 63 messages, 2 · 63/64 of the bytes; and half of what the slowest is behind. */
    @Test
    void averagesNowAndThen() {
        StepWork work = work(0.02, 0.002);
        ScalingModel model = new ScalingModel(work, TEN_GIGABITS);
        double sum = 2 * (50e-6 + 63 * 10e-6) + 2 * 63 / 64.0 * 6e6 / 1.1e9;
        double expected = work.mean() + (work.slowestOf(64) - work.mean()) / 2 + sum / 4;
        assertThat(model.local(64, 4)).isEqualTo(expected, within(1e-12));
        assertThat(model.local(1, 4)).isEqualTo(work.mean(), within(1e-15));
        assertThatThrownBy(() -> model.local(2, 0))
                .hasMessage("local expects an average every 1 step or more but got 0");
    }

    @Test
    void printsALineForEachNumberOfWorkers() {
        ScalingModel model = new ScalingModel(new StepWork(new double[] {0.1}, new long[] {}, 1_100_000), TEN_GIGABITS);
        assertThat(model.table(List.of(2, 16)).string().lines())
                .containsExactly(
                        " workers         synchronous         groups of 8    averageEvery(16)  advice",
                        "       2    101.06 ms (99 %)                   -   100.19 ms (100 %)  synchronous",
                        "      16    102.28 ms (98 %)    102.28 ms (98 %)   100.38 ms (100 %)  synchronous");
    }

    @Test
    void refusesWhatNoNetworkHas() {
        assertThatThrownBy(() -> new Link(-1, 0, 1e9))
                .hasMessage(
                        "Link expects a latency and an overhead of at least 0 s and a bandwidth above 0 bytes/s but got -1.0,"
                                + " 0.0 and 1.0E9; measure them with ClusterMeasurement, or ask who runs the cluster");
        assertThatThrownBy(() -> new StepWork(new double[] {}, new long[] {}, 1))
                .hasMessage("StepWork expects measured times above 0 s but got none; run some steps first");
    }
}
