package io.github.bn4j.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;

class DatasetOfJavaTest {

    private static final float[][] ROWS = {{1, 2, 3}, {4, 5, 6}, {7, 8, 9}, {10, 11, 12}};

    private record Flower(double length, double width, String name, Species species, int count) {}

    private enum Species {
        VIRGINICA,
        SETOSA,
        VERSICOLOR
    }

    private static final List<Flower> FLOWERS = List.of(
            new Flower(1.5, 0.25, "b", Species.SETOSA, 10),
            new Flower(3, 0.5, "a", Species.VIRGINICA, 9),
            new Flower(4.5, 2, "b", Species.SETOSA, 10));

    @Test
    void takesFloatsAndClassNumbers() {
        Dataset data = Dataset.of(ROWS, new int[] {2, 0, 1, 2});

        assertThat(data.features().dataType()).isEqualTo(DataType.FLOAT);
        assertThat(data.features().shape()).containsExactly(4, 3);
        assertThat(data.features().data().asFloat()).containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
        assertThat(data.labels().data().asFloat()).containsExactly(2, 0, 1, 2);
        assertThat(data.labelKinds()).containsEntry("labels", LabelKind.CLASS_NUMBERS);
        assertThat(data).hasToString("Dataset[4 examples, features [3], labels [] with 3 classes]");
    }

    @Test
    void keepsDoublesAsTheyAre() {
        double third = 1.0 / 3;
        Dataset data = Dataset.of(new double[][] {{third, 1e300}, {-0.0, Double.MIN_VALUE}}, new double[] {third, 2});

        assertThat(data.features().data().asDouble()).containsExactly(third, 1e300, -0.0, Double.MIN_VALUE);
        assertThat(data.labels().shape()).containsExactly(2, 1);
        assertThat(data.labels().data().asDouble()).containsExactly(third, 2);
        assertThat(data.labelKinds()).containsEntry("labels", LabelKind.TARGETS);
    }

    @Test
    void numbersNamesInTheirOrder() {
        Dataset words = Dataset.of(ROWS, new String[] {"pear", "apple", "fig", "apple"});
        Dataset numbers = Dataset.of(ROWS, new String[] {"10", "9", "100", "9"});

        assertThat(words.classNames()).containsExactly("apple", "fig", "pear");
        assertThat(words.labels().data().asFloat()).containsExactly(2, 0, 1, 0);
        assertThat(numbers.classNames()).as("by value").containsExactly("9", "10", "100");
        assertThat(numbers.labels().data().asFloat()).containsExactly(1, 0, 2, 0);
    }

    @Test
    void numbersNamesAsInAList() {
        List<String> names = List.of("pear", "quince", "apple", "fig");
        Dataset data = Dataset.of(ROWS, new String[] {"pear", "apple", "fig", "apple"}, names);

        assertThat(data.classNames()).isEqualTo(names);
        assertThat(data.labels().data().asFloat()).containsExactly(0, 2, 3, 2);
        assertThatThrownBy(() -> Dataset.of(ROWS, new String[] {"pear", "plum", "fig", "fig"}, names))
                .hasMessage(
                        "Dataset expects a class out of [pear, quince, apple, fig] but got \"plum\" in row 1; name every"
                                + " class");
        assertThatThrownBy(() -> Dataset.of(ROWS, new String[] {"a", "a", "a", "a"}, List.of("a", "a")))
                .hasMessage("Dataset.classNames expects a name of its own for each class but got [a, a]; name them"
                        + " differently");
    }

    @Test
    void takesImagesAndWholeNumbers() {
        float[][][][] images = new float[2][3][4][5];
        images[1][2][3][4] = 7;
        Dataset data = Dataset.of(images, new int[] {0, 1});
        Dataset pixels = Dataset.of(new int[][] {{0, 255}, {128, 1}}, new int[] {0, 1});

        assertThat(data.features().shape()).containsExactly(2, 3, 4, 5);
        assertThat(data.features().getFloat(1, 2, 3, 4)).isEqualTo(7);
        assertThat(data.features().sumNumber().doubleValue()).isEqualTo(7);
        assertThat(pixels.features().dataType()).isEqualTo(DataType.FLOAT);
        assertThat(pixels.features().data().asFloat()).containsExactly(0, 255, 128, 1);
    }

    @Test
    void takesSeveralTargets() {
        Dataset data = Dataset.of(ROWS, new double[][] {{1, 0}, {0, 2}, {3, 0}, {0, 4}});

        assertThat(data.labels().shape()).containsExactly(4, 2);
        assertThat(data.labels().data().asDouble()).containsExactly(1, 0, 0, 2, 3, 0, 0, 4);
    }

    @Test
    void copiesWhatItIsGiven() {
        float[][] rows = {{1}, {2}};
        int[] classes = {0, 1};
        Dataset data = Dataset.of(rows, classes);
        rows[0][0] = 9;
        classes[0] = 9;

        assertThat(data.features().data().asFloat()).containsExactly(1, 2);
        assertThat(data.labels().data().asFloat()).containsExactly(0, 1);
    }

    @Test
    void makesImagesOfRowsOfPixels() {
        Dataset flat = Dataset.of(new float[][] {{1, 2, 3, 4, 5, 6}, {7, 8, 9, 10, 11, 12}}, new String[] {"b", "a"})
                .weights(1, 2);
        Dataset images = flat.reshape(1, 2, 3);

        assertThat(images.features().shape()).containsExactly(2, 1, 2, 3);
        assertThat(images.features().getFloat(1, 0, 1, 0)).isEqualTo(10);
        assertThat(images.classNames()).containsExactly("a", "b");
        assertThat(images.weights().orElseThrow()).containsExactly(1, 2);
        assertThatThrownBy(() -> flat.reshape(1, 2, 2))
                .hasMessage("Dataset.reshape expects the shape of 6 numbers but got [1, 2, 2]; take one with as many"
                        + " elements");
        assertThatThrownBy(() -> flat.reshape(-1, 6)).hasMessageContaining("but got [-1, 6]");
        assertThatThrownBy(
                        () -> Dataset.of(Map.of("a", flat.features(), "b", flat.features()), Map.of("y", flat.labels()))
                                .reshape(6))
                .hasMessageStartingWith("Dataset.reshape expects a single array but got [");
    }

    @Test
    void mapsRowsOfAnyType() {
        Dataset named = Dataset.of(FLOWERS, row -> new double[] {row.length(), row.width()}, Flower::name);
        Dataset counted =
                Dataset.of(FLOWERS, row -> new float[] {(float) row.length()}, row -> row.count() == 10 ? 1 : 0);
        Dataset measured = Dataset.of(FLOWERS, row -> new float[] {row.count()}, Flower::length);
        Dataset both =
                Dataset.of(FLOWERS, row -> new float[] {row.count()}, row -> new double[] {row.length(), row.width()});
        Dataset images = Dataset.of(FLOWERS, row -> new float[2][3][4], Flower::name, List.of("b", "c", "a"));

        assertThat(named.features().data().asDouble()).containsExactly(1.5, 0.25, 3, 0.5, 4.5, 2);
        assertThat(named.classNames()).containsExactly("a", "b");
        assertThat(named.labels().data().asFloat()).containsExactly(1, 0, 1);
        assertThat(counted.labels().data().asFloat()).containsExactly(1, 0, 1);
        assertThat(counted.classNames()).isEmpty();
        assertThat(measured.labels().data().asDouble()).containsExactly(1.5, 3, 4.5);
        assertThat(measured.labels().shape()).containsExactly(3, 1);
        assertThat(both.labels().shape()).containsExactly(3, 2);
        assertThat(images.features().shape()).containsExactly(3, 2, 3, 4);
        assertThat(images.labels().data().asFloat()).containsExactly(0, 2, 0);
    }

    @Test
    void keepsTheConstantsOfAnEnumInTheirOrder() {
        Dataset data = Dataset.of(FLOWERS, row -> new double[] {row.length()}, Flower::species);
        Dataset truths = Dataset.of(FLOWERS, row -> new double[] {row.length()}, row -> row.count() > 9);

        assertThat(data.classNames()).containsExactly("VIRGINICA", "SETOSA", "VERSICOLOR");
        assertThat(data.labels().data().asFloat()).containsExactly(1, 0, 1);
        assertThat(truths.classNames()).containsExactly("false", "true");
    }

    @Test
    void namesTheRowThatIsWrong() {
        int[] two = {0, 1};
        assertThatThrownBy(() -> Dataset.of(new float[][] {{1, 2}, {3}}, two))
                .hasMessage("Dataset expects features of shape [2] in each row, like row 0, but got float[1] in row 1;"
                        + " give all rows the same length");
        assertThatThrownBy(() -> Dataset.of(new double[][] {{1, 2}, null}, two))
                .hasMessage("Dataset expects features of shape [2] in each row, like row 0, but got null in row 1; give"
                        + " all rows the same length");
        assertThatThrownBy(() -> Dataset.of(new float[][][] {{{1, 2}, {3, 4}}, {{1, 2}}}, two))
                .hasMessageContaining("of shape [2, 2] in each row, like row 0, but got float[][1] in row 1");
        assertThatThrownBy(() -> Dataset.of(new float[0][3], two))
                .hasMessage("Dataset expects at least one example but got an empty array");
        assertThatThrownBy(() -> Dataset.of(new float[2][0], two))
                .hasMessage("Dataset expects at least one number in each example but got an empty array");
        assertThatThrownBy(() -> Dataset.of(new byte[2][3], two))
                .hasMessage(
                        "Dataset expects arrays of float, double or int as features but got byte[]; convert them, bytes"
                                + " of pixels by (b & 0xff)");
        assertThatThrownBy(() -> Dataset.of(new String[] {"1", "2"}, two))
                .hasMessageContaining("as features but got String;");
        assertThatThrownBy(() -> Dataset.of(ROWS, two))
                .hasMessage("Dataset expects a label for each of 4 examples but got 2; give each example one");
        assertThatThrownBy(() -> Dataset.of(ROWS, new int[] {0, 1, -1, 0}))
                .hasMessage(
                        "Dataset expects class numbers from 0 but got -1 in row 2; number the classes from 0, or give"
                                + " numbers to predict as double[]");
        assertThatThrownBy(() -> Dataset.of(ROWS, new String[] {"a", null, "b", "a"}))
                .hasMessage("Dataset expects the name of a class in row 1 but got null");
    }

    @Test
    void namesTheRowWhoseLabelIsOfAnotherKind() {
        List<Object> rows = Arrays.asList("a", 1, 2.5, null, List.of());
        assertThatThrownBy(() -> Dataset.of(rows.subList(0, 2), row -> new float[1], row -> row))
                .hasMessage(
                        "Dataset expects a label of the same kind in each row, the name of a class like row 0, but got a"
                                + " class number in row 1; map all rows to one type");
        assertThatThrownBy(() -> Dataset.of(rows.subList(3, 4), row -> new float[1], row -> row))
                .hasMessage("Dataset expects a label in row 0 but got null");
        assertThatThrownBy(() -> Dataset.of(rows.subList(4, 5), row -> new float[1], row -> row))
                .hasMessage(
                        "Dataset expects a text, an enum, a number or an array of numbers as label but got ListN in row"
                                + " 0; map the row to one of these");
        assertThatThrownBy(() -> Dataset.of(rows.subList(2, 3), row -> new float[1], row -> row, List.of("a")))
                .hasMessage(
                        "Dataset expects classes, which have names [a], but got a number to predict; leave the names"
                                + " out");
        assertThatThrownBy(() -> Dataset.of(rows.subList(0, 1), row -> 3, row -> row))
                .hasMessageContaining("as features but got Integer;");
    }
}
