package io.github.bn4j.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.github.bn4j.internal.Tensors;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;

class SplitTest {

    /** Examples whose only feature is their row. */
    private static Dataset labelled(int size, IntToDoubleFunction label) {
        double[] rows = IntStream.range(0, size).asDoubleStream().toArray();
        double[] labels = IntStream.range(0, size).mapToDouble(label).toArray();
        return Dataset.of(Tensors.of(DataType.FLOAT, rows, size, 1), Tensors.of(DataType.FLOAT, labels, size));
    }

    private static double[] rows(Dataset data) {
        return data.features().data().asDouble();
    }

    private static long count(Dataset data, double label) {
        return DoubleStream.of(data.labels().data().asDouble())
                .filter(l -> l == label)
                .count();
    }

    /** Fixed ones, and some of the day. */
    static LongStream seeds() {
        long day = LocalDate.now(ZoneOffset.UTC).toEpochDay() * 1000;
        return LongStream.concat(LongStream.range(0, 200), LongStream.range(day, day + 50));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void losesAndDoublesNoExample(long seed) {
        Random random = new Random(seed);
        int size = random.nextInt(4, 61);
        int classes = random.nextInt(1, 8);
        double fraction = random.nextDouble(0.3, 0.7);
        double[] labels = random.ints(size, 0, classes).asDoubleStream().toArray();
        Dataset data = labelled(size, row -> labels[row]);
        Split split = data.split(fraction, seed);

        double[] all = DoubleStream.concat(DoubleStream.of(rows(split.train())), DoubleStream.of(rows(split.test())))
                .sorted()
                .toArray();
        assertThat(all).containsExactly(rows(data));
        for (Dataset part : new Dataset[] {split.train(), split.test()}) {
            double[] kept =
                    Arrays.stream(rows(part)).map(row -> labels[(int) row]).toArray();
            assertThat(part.labels().data().asDouble()).containsExactly(kept);
        }
    }

    @Test
    void splitsEachClassInTheSameProportion() {
        Dataset digits = Digits.load();
        Split split = digits.split(0.8, 42);

        assertThat(split.train().size() + split.test().size()).isEqualTo(1797);
        for (int digit = 0; digit < 10; digit++) {
            assertThat((double) count(split.train(), digit))
                    .as("examples of %s", digit)
                    .isCloseTo(0.8 * count(digits, digit), within(0.5));
        }
    }

    @Test
    void keepsAnExampleOfEachClassOnEitherSide() {
        for (double fraction : new double[] {0.05, 0.95}) {
            Split split = labelled(10, row -> Math.floorDiv(row, 2)).split(fraction, 7);

            for (int label = 0; label < 5; label++) {
                assertThat(count(split.train(), label)).isEqualTo(1);
                assertThat(count(split.test(), label)).isEqualTo(1);
            }
        }
    }

    @Test
    void splitsTargetsWithoutClasses() {
        for (IntToDoubleFunction target :
                new IntToDoubleFunction[] {row -> row, row -> row % 2 - 1, row -> row % 2 + 0.5}) {
            Split split = labelled(10, target).split(0.75, 1);

            assertThat(split.train().size()).isEqualTo(8);
            assertThat(split.test().size()).isEqualTo(2);
        }
    }

    @Test
    void repeatsItselfForTheSameSeed() {
        Dataset data = labelled(100, row -> row % 3);

        assertThat(rows(data.split(0.8, 42).train()))
                .containsExactly(rows(data.split(0.8, 42).train()));
        assertThat(rows(data.split(0.8, 42).train()))
                .isNotEqualTo(rows(data.split(0.8, 43).train()));
    }

    @Test
    void splitsInThreeWithEachClassInTheSameProportion() {
        Dataset digits = Digits.load();
        ThreeWaySplit split = digits.split(0.7, 0.2, 42);

        for (int digit = 0; digit < 10; digit++) {
            assertThat((double) count(split.train(), digit)).isCloseTo(0.7 * count(digits, digit), within(0.5));
            // Both ends of the middle part are rounded.
            assertThat((double) count(split.validation(), digit)).isCloseTo(0.2 * count(digits, digit), within(1.0));
            assertThat((double) count(split.test(), digit)).isCloseTo(0.1 * count(digits, digit), within(0.5));
        }
        assertThat(split)
                .hasToString("ThreeWaySplit[train " + split.train() + ", validation " + split.validation() + ", test "
                        + split.test() + "]");
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void losesAndDoublesNoExampleInThree(long seed) {
        Random random = new Random(seed);
        int size = random.nextInt(9, 61);
        int classes = random.nextInt(1, 4);
        double train = random.nextDouble(0.05, 0.6);
        double validation = random.nextDouble(0.05, 0.35);
        Dataset data = labelled(size, row -> row % classes);
        ThreeWaySplit split = data.split(train, validation, seed);

        double[] all = Stream.of(split.train(), split.validation(), split.test())
                .flatMapToDouble(part -> DoubleStream.of(rows(part)))
                .sorted()
                .toArray();
        assertThat(all).containsExactly(rows(data));
        for (Dataset part : List.of(split.train(), split.validation(), split.test())) {
            for (int label = 0; label < classes; label++) {
                assertThat(count(part, label)).isPositive();
            }
        }
        assertThat(rows(data.split(train, validation, seed).test())).containsExactly(rows(split.test()));
    }

    @Test
    void refusesThreePartsThatCannotBe() {
        Dataset data = labelled(10, row -> row % 2);
        for (double[] fractions : new double[][] {{0.5, 0.5}, {0, 0.5}, {0.5, 0}, {Double.NaN, 0.1}}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> data.split(fractions[0], fractions[1], 42))
                    .withMessage(
                            "Dataset.split expects two fractions above 0 and together below 1 but got %s and %s",
                            fractions[0], fractions[1]);
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> labelled(2, row -> 0).split(0.5, 0.1, 42))
                .withMessage(
                        "Dataset.split expects examples on either side but got 1 and 0 and 1; use another fraction");
    }

    @Test
    void refusesFractionsOutsideZeroToOne() {
        Dataset data = labelled(10, row -> row % 2);
        for (double fraction : new double[] {-0.5, 0, 1, 80, Double.NaN}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> data.split(fraction, 42))
                    .withMessage("Dataset.split expects a fraction between 0 and 1 but got %s", fraction);
        }
    }

    @Test
    void refusesToLeaveOneSideEmpty() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> labelled(1, row -> 0).split(0.8, 42))
                .withMessage("Dataset.split expects examples on either side but got 1 and 0; use another fraction");
    }

    @Test
    void printsBothParts() {
        Split split = labelled(10, row -> row % 2).split(0.8, 42);

        assertThat(split).hasToString("Split[train " + split.train() + ", test " + split.test() + "]");
    }
}
