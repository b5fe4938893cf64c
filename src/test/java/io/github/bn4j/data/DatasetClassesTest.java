package io.github.bn4j.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.github.bn4j.internal.Tensors;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

class DatasetClassesTest {

    private static Dataset labelled(double... labels) {
        return Dataset.of(
                Tensors.of(DataType.FLOAT, labels, labels.length, 1),
                Tensors.of(DataType.FLOAT, labels, labels.length));
    }

    @Test
    void countsDifferentClassNumbers() {
        assertThat(Digits.load().classes()).isEqualTo(10);
        assertThat(labelled(7, 0, 7, -0.0).classes()).isEqualTo(2);
    }

    @Test
    void refusesToCountWhatIsNoClassNumber() {
        for (double label : new double[] {-1, 0.5, Double.NaN, Double.POSITIVE_INFINITY}) {
            Dataset data = labelled(0, 1, label);

            assertThatIllegalStateException()
                    .isThrownBy(data::classes)
                    .withMessage(
                            "Dataset.classes() expects whole numbers from 0 but got %s in row 2; "
                                    + "number the classes from 0",
                            label);
        }
        INDArray targets = Tensors.zeros(DataType.FLOAT, 4, 3);
        assertThatIllegalStateException()
                .isThrownBy(() -> Dataset.of(targets, targets).classes())
                .withMessage("Dataset.classes() expects class numbers [examples] but got [4, 3]; "
                        + "targets have no classes");
    }

    @Test
    void keepsNamesOfClassesWithTheData() {
        Dataset data = labelled(0, 2, 0, 2).classNames(List.of("cat", "dog", "owl"));

        assertThat(data.classes()).isEqualTo(3);
        assertThat(data.classCounts()).containsExactly(Map.entry("cat", 2), Map.entry("dog", 0), Map.entry("owl", 2));
        assertThat(data.slice(0, 1).classNames()).containsExactly("cat", "dog", "owl");
        assertThat(data.split(0.5, 1).test().classNames()).containsExactly("cat", "dog", "owl");
        assertThat(data).hasToString("Dataset[4 examples, features [1], labels [] with 3 classes [cat, dog, owl]]");
        assertThat(labelled(3, 1, 3).classCounts()).containsExactly(Map.entry("1", 1), Map.entry("3", 2));
        assertThat(labelled(3, 1, 3).classNames()).isEmpty();
    }

    @Test
    void refusesClassesWithoutNames() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> labelled(0, 2).classNames(List.of("cat", "dog")))
                .withMessage("Dataset.classNames expects at least 3 names but got [cat, dog]; name every class");
        assertThatIllegalStateException()
                .isThrownBy(() -> labelled(0.5).classCounts())
                .withMessage(
                        "Dataset.classCounts() expects whole numbers from 0 but got 0.5 in row 0; number the classes"
                                + " from 0");
    }

    @Test
    void makesDistributionsOfClassNumbers() {
        Dataset data =
                labelled(2, 0, 1).classNames(List.of("cat", "dog", "owl")).oneHot(3);

        assertThat(data.labels().shape()).containsExactly(3, 3);
        assertThat(data.labels().data().asFloat()).containsExactly(0, 0, 1, 1, 0, 0, 0, 1, 0);
        assertThat(data.features().data().asFloat()).containsExactly(2, 0, 1);
        assertThat(data.classNames()).containsExactly("cat", "dog", "owl");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> labelled(0, 3).oneHot(3))
                .withMessage(
                        "Dataset.oneHot expects class numbers from 0 to 2 but got 3.0 in row 1; ask for more classes");
        assertThatIllegalStateException()
                .isThrownBy(() -> data.oneHot(3))
                .withMessage("Dataset.oneHot expects class numbers [examples] but got [3, 3]; targets have no classes");
    }

    @Test
    void shufflesFeaturesAndLabelsTogether() {
        Dataset data = labelled(0, 1, 2, 3, 4, 5, 6, 7);
        double[] shuffled = data.shuffle(42).features().data().asDouble();

        assertThat(shuffled)
                .containsExactlyInAnyOrder(0, 1, 2, 3, 4, 5, 6, 7)
                .isNotEqualTo(new double[] {0, 1, 2, 3, 4, 5, 6, 7});
        assertThat(data.shuffle(42).labels().data().asDouble()).containsExactly(shuffled);
        assertThat(data.shuffle(43).labels().data().asDouble()).isNotEqualTo(shuffled);
    }

    @Test
    void takesBatchesInOrder() {
        assertThat(labelled(0, 1, 2, 3, 4).batches(2))
                .containsExactly(new int[] {0, 1}, new int[] {2, 3}, new int[] {4});
    }

    @Test
    void refusesToSelectNothingOrWhatDoesNotExist() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> labelled(0, 1).select())
                .withMessage("Dataset.select expects at least one row but got none");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> labelled(0, 1).select(2))
                .withMessage("Dataset expects rows from 0 to 1 but got 2");
    }

    @Test
    void refusesASingleNumber() {
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        Dataset.of(Tensors.zeros(DataType.FLOAT), labelled(0).labels()))
                .withMessage("Dataset expects \"features\" of shape [examples, …] but got a single number; reshape it");
    }

    @Test
    void printsShapesAndClasses() {
        INDArray targets = Tensors.zeros(DataType.FLOAT, 4, 3);
        Map<String, INDArray> inputs = new LinkedHashMap<>();
        inputs.put("left", targets);
        inputs.put("right", targets);

        assertThat(Digits.load()).hasToString("Dataset[1797 examples, features [1, 8, 8], labels [] with 10 classes]");
        assertThat(Dataset.of(targets, targets)).hasToString("Dataset[4 examples, features [3], labels [3]]");
        assertThat(Dataset.of(inputs, Map.of())).hasToString("Dataset[4 examples, left [3], right [3]]");
    }
}
