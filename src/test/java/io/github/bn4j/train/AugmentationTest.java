package io.github.bn4j.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.bn4j.data.Augmentation;
import io.github.bn4j.data.Example;
import io.github.bn4j.data.internal.augmentation.BetaDistribution;
import io.github.bn4j.data.internal.augmentation.Rotate;
import io.github.bn4j.internal.Tensors;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

class AugmentationTest {

    /** Two channels of 5 × 7 pixels; all values of all images differ, and none is 0. */
    private static final int IMAGES = 40;

    private static final int PLANE = 35;

    private static INDArray images() {
        double[] values =
                IntStream.rangeClosed(1, IMAGES * 2 * PLANE).asDoubleStream().toArray();
        return Tensors.of(DataType.FLOAT, values, IMAGES, 2, 5, 7);
    }

    private static INDArray oneHot() {
        double[] values = new double[IMAGES * 4];
        IntStream.range(0, IMAGES).forEach(row -> values[row * 4 + row % 4] = 1);
        return Tensors.of(DataType.FLOAT, values, IMAGES, 4);
    }

    /** Features and targets of each row after augmentation, each row in a batch of its own or all in one. */
    private static float[][] augmented(Augmentation augmentation, long seed, int epoch, int... rows) {
        INDArray features = Tensors.zeros(DataType.FLOAT, rows.length, 2, 5, 7);
        INDArray targets = Tensors.zeros(DataType.FLOAT, rows.length, 4);
        new AugmentedRows(images(), oneHot(), augmentation, seed).copy(epoch, once(rows), features, targets);
        return new float[][] {features.data().asFloat(), targets.data().asFloat()};
    }

    private static BatchRows once(int... rows) {
        return BatchRows.of(rows, new int[] {rows.length}, new double[0][], new int[IMAGES])
                .get(0);
    }

    private static float[] image(int row) {
        float[] image = new float[2 * PLANE];
        for (int i = 0; i < image.length; i++) {
            image[i] = row * 2 * PLANE + i + 1;
        }
        return image;
    }

    private static int[] all() {
        return IntStream.range(0, IMAGES).toArray();
    }

    private static float[] part(float[] batch, int row) {
        int width = batch.length / IMAGES;
        return Arrays.copyOfRange(batch, row * width, (row + 1) * width);
    }

    private static List<Augmentation> everyKind() {
        return List.of(
                Augmentation.flip(),
                Augmentation.crop(2),
                Augmentation.shift(2),
                Augmentation.rotate(20),
                Augmentation.erase(),
                Augmentation.mixup(0.4),
                Augmentation.cutmix(1),
                Augmentation.of(
                        Augmentation.flip(), Augmentation.crop(1), Augmentation.mixup(1), Augmentation.cutmix(0.5)));
    }

    @Test
    void dependsOnSeedEpochAndExampleAlone() {
        for (Augmentation each : everyKind()) {
            float[][] together = augmented(each, 7, 3, all());
            for (int row = 0; row < IMAGES; row++) {
                float[][] alone = augmented(each, 7, 3, row);
                assertThat(part(together[0], row)).as("%s", each).containsExactly(alone[0]);
                assertThat(part(together[1], row)).as("%s", each).containsExactly(alone[1]);
            }
            assertThat(augmented(each, 7, 4, all())[0]).as("%s", each).isNotEqualTo(together[0]);
            assertThat(augmented(each, 8, 3, all())[0]).as("%s", each).isNotEqualTo(together[0]);
        }
    }

    @Test
    void leavesTheDataAsTheyAre() {
        INDArray features = images();
        INDArray targets = oneHot();
        for (Augmentation each : everyKind()) {
            new AugmentedRows(features, targets, each, 1)
                    .copy(
                            1,
                            once(all()),
                            Tensors.zeros(DataType.FLOAT, IMAGES, 2, 5, 7),
                            Tensors.zeros(DataType.FLOAT, IMAGES, 4));
        }
        assertThat(features.data().asFloat()).containsExactly(images().data().asFloat());
        assertThat(targets.data().asFloat()).containsExactly(oneHot().data().asFloat());
    }

    /** Each image is itself or its mirror, and both occur. */
    @Test
    void flipsHalfOfTheImages() {
        float[] batch = augmented(Augmentation.flip(), 1, 1, all())[0];
        int flipped = 0;
        for (int row = 0; row < IMAGES; row++) {
            float[] image = image(row);
            float[] mirror = new float[image.length];
            for (int i = 0; i < image.length; i++) {
                mirror[i] = image[i / 7 * 7 + 6 - i % 7];
            }
            assertThat(part(batch, row))
                    .satisfiesAnyOf(got -> assertThat(got).containsExactly(image), got -> assertThat(got)
                            .containsExactly(mirror));
            flipped += Arrays.equals(part(batch, row), mirror) ? 1 : 0;
        }
        assertThat(flipped).isBetween(10, 30);
    }

    private static float[] shifted(float[] image, int down, int right, boolean edge) {
        float[] moved = new float[image.length];
        for (int channel = 0; channel < 2; channel++) {
            for (int y = 0; y < 5; y++) {
                for (int x = 0; x < 7; x++) {
                    int fromY = y - down;
                    int fromX = x - right;
                    if (edge) {
                        fromY = Math.min(4, Math.max(0, fromY));
                        fromX = Math.min(6, Math.max(0, fromX));
                    }
                    if (fromY >= 0 && fromY < 5 && fromX >= 0 && fromX < 7) {
                        moved[channel * PLANE + y * 7 + x] = image[channel * PLANE + fromY * 7 + fromX];
                    }
                }
            }
        }
        return moved;
    }

    @Test
    void movesImagesByEachDistanceUpToTheLargest() {
        for (boolean edge : new boolean[] {false, true}) {
            Augmentation move = edge ? Augmentation.shift(1) : Augmentation.crop(1);
            int[] seen = new int[9];
            for (int epoch = 1; epoch <= 5; epoch++) {
                float[] batch = augmented(move, 1, epoch, all())[0];
                for (int row = 0; row < IMAGES; row++) {
                    float[] got = part(batch, row);
                    float[] image = image(row);
                    int[] fits = IntStream.range(0, 9)
                            .filter(i -> Arrays.equals(got, shifted(image, i / 3 - 1, i % 3 - 1, edge)))
                            .toArray();
                    assertThat(fits).hasSize(1);
                    seen[fits[0]]++;
                }
            }
            assertThat(seen).doesNotContain(0);
        }
    }

    @Test
    void turnsByRightAnglesExactlyAndByZeroNotAtAll() {
        float[] square = {1, 2, 3, 4, 5, 6, 7, 8, 9};
        Example example = new Example(List.of(1L, 3L, 3L), square, new float[1]);
        float[] quarter = Rotate.turn(example, Math.PI / 2).features();
        float[] expected = {3, 6, 9, 2, 5, 8, 1, 4, 7};
        for (int i = 0; i < 9; i++) {
            assertThat(quarter[i]).isCloseTo(expected[i], within(1e-5f));
        }
        assertThat(Rotate.turn(example, 0).features()).containsExactly(square);
    }

    /** In a plane of the value x, each pixel becomes the x of the place that it comes from. */
    @Test
    void turnsBetweenPixelsLinearly() {
        float[] ramp = new float[81];
        for (int i = 0; i < 81; i++) {
            ramp[i] = i % 9;
        }
        double angle = Math.toRadians(17);
        float[] turned = Rotate.turn(new Example(List.of(1L, 9L, 9L), ramp, new float[1]), angle)
                .features();
        for (int y = 3; y <= 5; y++) {
            for (int x = 3; x <= 5; x++) {
                double from = 4 + Math.cos(angle) * (x - 4) - Math.sin(angle) * (y - 4);
                assertThat(turned[y * 9 + x]).isCloseTo((float) from, within(1e-5f));
            }
        }
    }

    /** What is erased is a rectangle, the same in both channels. */
    @Test
    void erasesRectangles() {
        float[] batch = augmented(Augmentation.erase(), 1, 1, all())[0];
        int changed = 0;
        for (int row = 0; row < IMAGES; row++) {
            float[] got = part(batch, row);
            int[] zeros = IntStream.range(0, PLANE).filter(i -> got[i] == 0).toArray();
            changed += zeros.length > 0 ? 1 : 0;
            int height = (int) IntStream.of(zeros).map(i -> i / 7).distinct().count();
            int width = (int) IntStream.of(zeros).map(i -> i % 7).distinct().count();
            assertThat(zeros).hasSize(height * width);
            // At most 33 per cent, but for the rounding of both sides.
            assertThat(zeros.length).isLessThanOrEqualTo(20);
            for (int i = 0; i < 2 * PLANE; i++) {
                assertThat(got[i]).isEqualTo(got[i % PLANE] == 0 ? 0 : image(row)[i]);
            }
        }
        assertThat(changed).isBetween(10, 30);
    }

    @Test
    void mixesFeaturesAndTargetsInTheSameShare() {
        float[][] batch = augmented(Augmentation.mixup(1), 1, 1, all());
        for (int row = 0; row < IMAGES; row++) {
            float[] got = part(batch[0], row);
            float[] target = part(batch[1], row);
            assertThat(DoubleStream.of(target[0], target[1], target[2], target[3])
                            .sum())
                    .isCloseTo(1, within(1e-6));
            // Features are row 70 + i + 1, so the shift tells (1 − λ)(other − row).
            double moved = (got[0] - image(row)[0]) / (2.0 * PLANE);
            for (int i = 0; i < got.length; i++) {
                assertThat((double) got[i] - image(row)[i]).isCloseTo(moved * 2 * PLANE, within(1e-3));
            }
            double own = target[row % 4];
            int from = row;
            Predicate<Integer> explains = other -> {
                double others = other % 4 == from % 4 ? Double.NaN : 1 - own;
                return Double.isNaN(others) || Math.abs(others * (other - from) - moved) < 1e-4;
            };
            assertThat(IntStream.range(0, IMAGES).boxed().anyMatch(explains)).isTrue();
        }
    }

    /** Every pixel comes from one of two images, in the shares that the target says. */
    @Test
    void cutsAndMixesByArea() {
        float[][] batch = augmented(Augmentation.cutmix(1), 1, 1, all());
        int mixed = 0;
        for (int row = 0; row < IMAGES; row++) {
            float[] got = part(batch[0], row);
            float[] target = part(batch[1], row);
            float[] own = image(row);
            int from = row;
            int[] foreign =
                    IntStream.range(0, PLANE).filter(i -> got[i] != own[i]).toArray();
            int[] others = IntStream.of(foreign)
                    .map(i -> (int) ((got[i] - 1) / (2 * PLANE)))
                    .distinct()
                    .toArray();
            assertThat(others.length).isLessThanOrEqualTo(1);
            for (int i : foreign) {
                assertThat(got[i]).isEqualTo(image(others[0])[i]);
                assertThat(got[i + PLANE]).isEqualTo(image(others[0])[i + PLANE]);
            }
            if (others.length == 1 && others[0] % 4 != from % 4) {
                mixed++;
                assertThat(target[others[0] % 4]).isCloseTo((float) foreign.length / PLANE, within(1e-6f));
                assertThat(target[from % 4]).isCloseTo(1 - (float) foreign.length / PLANE, within(1e-6f));
            }
        }
        assertThat(mixed).isGreaterThan(10);
    }

    /** What comes before in a chain has been done to the other example too, with that example's own random numbers. */
    @Test
    void mixesExamplesAsTheStepsBeforeHaveLeftThem() {
        Augmentation flip = Augmentation.flip();
        Augmentation takeOther = (example, others, random) -> others.example(11);
        float[] got = augmented(Augmentation.of(flip, takeOther), 5, 2, 0)[0];
        assertThat(got).containsExactly(augmented(flip, 5, 2, 11)[0]);
    }

    /** Mean 1/2 and variance 1 / (4 (2 alpha + 1)), by the formulas of the Beta distribution. */
    @Test
    void drawsFromABetaDistribution() {
        for (double alpha : new double[] {0.1, 0.4, 1, 3}) {
            RandomGenerator random = new SplittableRandom(1);
            double[] draws = DoubleStream.generate(() -> BetaDistribution.next(alpha, random))
                    .limit(100_000)
                    .toArray();
            double mean = DoubleStream.of(draws).average().orElseThrow();
            double variance = DoubleStream.of(draws)
                    .map(x -> (x - 0.5) * (x - 0.5))
                    .average()
                    .orElseThrow();
            assertThat(DoubleStream.of(draws)).allMatch(x -> x >= 0 && x <= 1);
            // Five standard errors of a mean of 100,000 numbers with standard deviation up to 1/2.
            assertThat(mean).as("alpha %s", alpha).isCloseTo(0.5, within(0.008));
            assertThat(variance).as("alpha %s", alpha).isCloseTo(1 / (4 * (2 * alpha + 1)), within(0.002));
        }
    }

    @Test
    void refusesWhatMakesNoSense() {
        assertThatThrownBy(() -> Augmentation.crop(0)).hasMessage("crop expects at least 1 pixel but got 0");
        assertThatThrownBy(() -> Augmentation.shift(-1)).hasMessage("shift expects at least 1 pixel but got -1");
        assertThatThrownBy(() -> Augmentation.rotate(0))
                .hasMessage("rotate expects an angle above 0 and up to 180 degrees but got 0.0");
        assertThatThrownBy(() -> Augmentation.mixup(0)).hasMessage("mixup expects an alpha above 0 but got 0.0");
        assertThatThrownBy(() -> Augmentation.cutmix(Double.NaN))
                .hasMessage("cutmix expects an alpha above 0 but got NaN");
        assertThatThrownBy(Augmentation::of)
                .hasMessage("Augmentation.of expects at least one augmentation but got none");
        INDArray flat = Tensors.zeros(DataType.FLOAT, 3, 6);
        assertThatThrownBy(() -> new AugmentedRows(flat, flat, Augmentation.of(Augmentation.flip()), 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("flip() expects examples [channels, height, width] but got [6]; reshape them");
        assertThatThrownBy(() -> new AugmentedRows(images(), oneHot(), Augmentation.crop(5), 1))
                .hasMessage("crop(5) expects images larger than 5 pixels but got [2, 5, 7]; move them by less");
        INDArray doubles = images().castTo(DataType.DOUBLE);
        assertThatThrownBy(() -> new AugmentedRows(doubles, oneHot(), Augmentation.flip(), 1))
                .hasMessage("augment expects features and targets of FLOAT but got DOUBLE and FLOAT; train in float32");
    }

    @Test
    void printsWhatItDoes() {
        assertThat(Augmentation.of(Augmentation.flip(), Augmentation.crop(2), Augmentation.cutmix(1)))
                .hasToString("flip(), crop(2), cutmix(1.0)");
        assertThat(Augmentation.of(Augmentation.shift(1), Augmentation.rotate(5), Augmentation.erase()))
                .hasToString("shift(1), rotate(5.0), erase()");
        assertThat(Augmentation.mixup(0.2)).hasToString("mixup(0.2)");
    }
}
