package io.github.bn4j.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.bn4j.internal.Tensors;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;

/** Which examples an epoch has. */
class SamplingTest {

    /** 1,000 rows of which 30, every 33rd, are positive. */
    private static Dataset rare() {
        return labelled(1000, 33);
    }

    private static Dataset labelled(int size, int every) {
        double[] labels = IntStream.range(0, size)
                .mapToDouble(row -> row % every == 0 && row < 30 * every ? 1 : 0)
                .toArray();
        return Dataset.of(Tensors.zeros(DataType.FLOAT, size, 1), Tensors.of(DataType.FLOAT, labels, size));
    }

    private static boolean isPositive(int row) {
        return row % 33 == 0 && row < 990;
    }

    private static Map<Integer, Long> counts(int... rows) {
        return Arrays.stream(rows).boxed().collect(Collectors.groupingBy(row -> row, Collectors.counting()));
    }

    @Test
    void shufflesAllExamplesUnlessToldOtherwise() {
        Dataset data = rare();
        int[] rows = Sampling.shuffled().rows(data, 4);
        assertThat(Arrays.stream(rows).sorted().toArray())
                .containsExactly(Sampling.inOrder().rows(data, 9));
        assertThat(data.batches(7, TailBatch.DROP, Sampling.shuffled(), 4))
                .usingRecursiveComparison()
                .isEqualTo(data.batches(7, TailBatch.DROP, 4));
        assertThat(rows).isNotEqualTo(Sampling.shuffled().rows(data, 5));
    }

    @Test
    void drawsInProportionToWeights() {
        Dataset data = rare();
        double[] weights = IntStream.range(0, 1000)
                .mapToDouble(row -> isPositive(row) ? 0.5 / 30 : row % 10 == 1 ? 0 : 1e-3)
                .toArray();
        Sampling sampling = Sampling.weighted(weights);
        long positives = 0;
        int epochs = 40;
        for (int epoch = 0; epoch < epochs; epoch++) {
            int[] rows = sampling.rows(data, epoch);
            assertThat(rows).hasSize(1000);
            assertThat(Arrays.stream(rows)).noneMatch(row -> weights[row] == 0);
            positives += Arrays.stream(rows).filter(SamplingTest::isPositive).count();
            assertThat(rows).isEqualTo(sampling.rows(data, epoch)).isNotEqualTo(sampling.rows(data, epoch + 1));
        }
        double share = 0.5 / Arrays.stream(weights).sum();
        // Five standard deviations of a binomial distribution of 40,000 draws.
        assertThat(positives / (1000.0 * epochs)).isCloseTo(share, within(0.0125));
        // A run that goes on tells other weights by the hash.
        assertThat(sampling.toString())
                .matches("weighted\\(1000 weights, hash [0-9a-f]{1,8}\\)")
                .isEqualTo(Sampling.weighted(weights.clone()).toString())
                .isNotEqualTo(Sampling.weighted(new double[] {1, 2}).toString());
    }

    @Test
    void drawsTheLastAndTheFirstExampleToo() {
        Dataset data = labelled(3, 5);
        assertThat(Sampling.weighted(0, 0, 1e-300).rows(data, 1)).containsExactly(2, 2, 2);
        assertThat(Sampling.weighted(5, 0, 0).rows(data, 1)).containsExactly(0, 0, 0);
        assertThat(Sampling.weighted(0, 1e300, 0).rows(data, 1)).containsExactly(1, 1, 1);
    }

    /** Every batch has as many of each class, each positive comes 16 or 17 times, and no negative twice. */
    @Test
    void balancesClassesInEachBatch() {
        Dataset data = rare();
        int[] rows = Sampling.balanced().rows(data, 3);
        for (int from = 0; from < 1000; from += 50) {
            assertThat(Arrays.stream(rows, from, from + 50)
                            .filter(SamplingTest::isPositive)
                            .count())
                    .isEqualTo(25);
        }
        counts(rows).forEach((row, count) -> assertThat(count)
                .as("row %s", row)
                .isBetween(isPositive(row) ? 16L : 1L, isPositive(row) ? 17L : 1L));
        assertThat(rows).isEqualTo(Sampling.balanced().rows(data, 3));
        int[] next = Sampling.balanced().rows(data, 4);
        assertThat(counts(next).keySet()).isNotEqualTo(counts(rows).keySet());
    }

    @Test
    void drawsClassesByTheirShares() {
        Dataset data = Digits.load();
        double[] shares = {1, 0, 3, 0, 0, 0, 0, 0, 0, 4};
        Sampling sampling = Sampling.byClass(shares);
        int[] rows = sampling.rows(data, 8);
        assertThat(rows).hasSize(data.size());
        Dataset drawn = data.select(Arrays.copyOf(rows, 1600));
        assertThat(drawn.classCounts()).isEqualTo(Map.of("0", 200, "2", 600, "9", 800));
        assertThat(data.select(Arrays.copyOf(rows, 16)).classCounts()).isEqualTo(Map.of("0", 2, "2", 6, "9", 8));
        assertThat(List.of(sampling, Sampling.balanced(), Sampling.inOrder(), Sampling.shuffled()))
                .hasToString(
                        "[byClass([1.0, 0.0, 3.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 4.0]), balanced(), inOrder(), shuffled()]");
    }

    @Test
    void refusesWhatCannotBeDrawnBy() {
        Dataset data = labelled(4, 2);
        assertThatThrownBy(() -> Sampling.weighted(1, -1))
                .hasMessage("Sampling.weighted expects finite numbers of at least 0 but got -1.0 at 1");
        assertThatThrownBy(() -> Sampling.byClass(Double.NaN))
                .hasMessage("Sampling.byClass expects finite numbers of at least 0 but got NaN at 0");
        assertThatThrownBy(() -> Sampling.weighted(0, 0))
                .hasMessage("Sampling.weighted expects a number above 0 but got 0 for each of 2");
        assertThatThrownBy(() -> Sampling.byClass())
                .hasMessage("Sampling.byClass expects a number above 0 but got 0 for each of 0");
        assertThatThrownBy(() -> Sampling.weighted(1, 2).rows(data, 1))
                .hasMessage("Sampling.weighted expects 4 weights, one per example, but got 2");
        assertThatThrownBy(() -> Sampling.byClass(1).rows(data, 1))
                .hasMessage(
                        "Sampling.byClass expects a share for each class but got 1 shares and examples of class 1, of 2"
                                + " classes");
        assertThatThrownBy(() -> Sampling.byClass(1, 1, 1).rows(data, 1))
                .hasMessage("Sampling.byClass expects examples of each class with a share but got none of class 2");
        Dataset numbers = Dataset.of(data.features(), data.labels().add(0.5));
        assertThatThrownBy(() -> Sampling.balanced().rows(numbers, 1))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(
                        "Dataset.sampling expects whole numbers from 0 but got 1.5 in row 0; number the classes from 0");
        assertThatThrownBy(() -> data.batches(2, TailBatch.KEEP, (any, seed) -> new int[] {1, 4}, 1))
                .hasMessageMatching("Dataset.batches expects rows from 0 to 3 but got 4 from \\S+");
        assertThatThrownBy(() -> data.batches(2, TailBatch.KEEP, (any, seed) -> new int[0], 1))
                .hasMessageMatching("Dataset.batches expects rows but got none from \\S+");
    }
}
