package io.github.bn4j.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bn4j.internal.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;

/** Parts for k-fold cross-validation. */
class FoldsTest {

    private static Dataset labelled(int size, IntToDoubleFunction label) {
        double[] rows = IntStream.range(0, size).asDoubleStream().toArray();
        double[] labels = IntStream.range(0, size).mapToDouble(label).toArray();
        return Dataset.of(Tensors.of(DataType.FLOAT, rows, size, 1), Tensors.of(DataType.FLOAT, labels, size));
    }

    private static Set<Double> rows(Dataset data) {
        Set<Double> rows = new HashSet<>();
        Arrays.stream(data.features().data().asDouble()).forEach(rows::add);
        return rows;
    }

    private static void assertParts(Folds folds, Dataset data) {
        Set<Double> seen = new HashSet<>();
        int examples = 0;
        for (Split split : folds) {
            assertThat(split.train().size() + split.test().size()).isEqualTo(data.size());
            assertThat(rows(split.train())).doesNotContainAnyElementsOf(rows(split.test()));
            seen.addAll(rows(split.test()));
            examples += split.test().size();
        }
        assertThat(examples).isEqualTo(data.size());
        assertThat(seen).hasSize(data.size());
    }

    /** Labels are sorted, as they often are, and sizes are no multiples of the number of folds. */
    @Test
    void hasEveryClassInEveryFoldInProportion() {
        for (int k : new int[] {2, 3, 5, 7}) {
            Dataset data = labelled(103, row -> row < 11 ? 2 : row < 40 ? 0 : 1);
            Folds folds = data.folds(k, 4);
            assertThat(folds.size()).isEqualTo(k);
            assertParts(folds, data);
            for (Split split : folds) {
                assertThat(split.test().size()).isBetween(103 / k, 103 / k + 1);
                assertThat(split.test().classCounts().get("2")).isBetween(11 / k, 11 / k + 1);
                assertThat(split.test().classCounts().get("0")).isBetween(29 / k, 29 / k + 1);
                assertThat(split.test().classCounts().get("1")).isBetween(63 / k, 63 / k + 1);
            }
        }
    }

    @Test
    void takesNumbersAsTheyCome() {
        Dataset data = labelled(23, row -> row * 0.7);
        Folds folds = data.folds(4, 1);
        assertParts(folds, data);
        assertThat(folds).hasToString("Folds[6, 6, 6, 5 of Dataset[23 examples, features [1], labels []]]");
        Dataset each = labelled(9, row -> 0);
        assertParts(each.folds(9, 1), each);
    }

    @Test
    void isTheSameForTheSameSeed() {
        Dataset data = Digits.load().weights(ones());
        Folds folds = data.folds(3, 8);
        assertThat(folds.rows(1)).isEqualTo(Digits.load().folds(3, 8).rows(1));
        assertThat(folds.rows(1)).isNotEqualTo(Digits.load().folds(3, 9).rows(1));
        assertThat(folds.get(2).train().weights()).isPresent();
        assertThat(folds.seed()).isEqualTo(8);
        assertThat(folds.data()).isSameAs(data);
    }

    private static double[] ones() {
        double[] ones = new double[Digits.load().size()];
        Arrays.fill(ones, 1);
        return ones;
    }

    /** Patients with 1 to 9 pictures each, most of them of one class. */
    @Test
    void keepsGroupsTogetherAndClassesNearTheirProportion() {
        List<String> patients = new ArrayList<>();
        List<Integer> kinds = new ArrayList<>();
        for (int patient = 0; patient < 60; patient++) {
            for (int picture = 0; picture <= patient % 9; picture++) {
                patients.add("patient " + patient);
                kinds.add(picture % 4 == 3 ? 0 : patient % 3);
            }
        }
        Dataset data = labelled(patients.size(), kinds::get);
        for (int k : new int[] {2, 5}) {
            Folds folds = data.folds(k, 3, patients);
            assertParts(folds, data);
            for (int part = 0; part < k; part++) {
                Set<String> here = new HashSet<>();
                Arrays.stream(folds.rows(part)).forEach(row -> here.add(patients.get(row)));
                for (int other = 0; other < k; other++) {
                    if (other != part) {
                        assertThat(Arrays.stream(folds.rows(other)).mapToObj(patients::get))
                                .doesNotContainAnyElementsOf(here);
                    }
                }
                Dataset test = folds.get(part).test();
                data.classCounts()
                        .forEach((kind, count) -> assertThat(test.classCounts().getOrDefault(kind, 0))
                                .as("class %s in %s folds", kind, k)
                                .isBetween((int) (count * 0.85 / k), (int) Math.ceil(count * 1.15 / k)));
            }
            assertThat(folds.rows(0)).isEqualTo(data.folds(k, 3, patients).rows(0));
        }
    }

    @Test
    void leavesNoFoldEmptyHoweverFewGroupsThereAre() {
        Dataset data = labelled(40, row -> row < 20 ? 0 : 1);
        List<Integer> groups =
                IntStream.range(0, 40).mapToObj(row -> row < 37 ? 0 : row).toList();
        for (int seed = 0; seed < 20; seed++) {
            Folds folds = data.folds(4, seed, groups);
            assertThat(IntStream.range(0, 4)
                            .map(part -> folds.rows(part).length)
                            .sorted())
                    .containsExactly(1, 1, 1, 37);
        }
    }

    @Test
    void refusesWhatCannotBeFolded() {
        Dataset data = labelled(40, row -> row < 3 ? 1 : 0);
        assertThatThrownBy(() -> data.folds(5, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "Dataset.folds expects at least 5 examples of each class, one per fold, but got 3 of class 1; take"
                                + " fewer folds, leave the class out, or call folds(5, seed, groups) with each row as its own group,"
                                + " which does without");
        assertThat(data.folds(5, 1, IntStream.range(0, 40).boxed().toList()).size())
                .isEqualTo(5);
        assertThatThrownBy(() -> data.folds(41, 1))
                .hasMessage("Dataset.folds expects from 2 to 40 folds, of an example or more, but got 41");
        assertThatThrownBy(() -> data.folds(1, 1))
                .hasMessage("Dataset.folds expects from 2 to 40 folds, of an example or more, but got 1");
        assertThatThrownBy(() -> data.folds(2, 1, List.of("a", "b")))
                .hasMessage("Dataset.folds expects 40 groups, one per example, but got 2");
        List<Integer> two = IntStream.range(0, 40).mapToObj(row -> row % 2).toList();
        assertThatThrownBy(() -> data.folds(3, 1, two))
                .hasMessage("Dataset.folds expects from 2 to 2 folds, of a group or more, but got 3");
        assertThatThrownBy(() -> data.folds(2, 1, Arrays.asList(new String[40])))
                .hasMessage("Dataset.folds expects a group for each example but got null");
        assertThatThrownBy(() -> data.folds(2, 1).get(2))
                .hasMessage("Folds expects the number of a part from 0 to 1 but got 2");
    }
}
