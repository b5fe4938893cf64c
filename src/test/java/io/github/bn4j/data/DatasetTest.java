package io.github.bn4j.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.github.bn4j.internal.Tensors;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

class DatasetTest {

    /** Numbers from 0 in row-major order. */
    private static INDArray counting(long... shape) {
        return Tensors.of(
                DataType.FLOAT,
                IntStream.range(0, (int) Arrays.stream(shape).reduce(1, Math::multiplyExact))
                        .asDoubleStream()
                        .toArray(),
                shape);
    }

    private static Dataset five() {
        return Dataset.of(counting(5, 2), counting(5));
    }

    private static double[] numbers(INDArray array) {
        return array.dup('c').data().asDouble();
    }

    @Test
    void namesASinglePairFeaturesAndLabels() {
        Dataset data = five();

        assertThat(data.size()).isEqualTo(5);
        assertThat(data.inputs()).containsOnlyKeys("features");
        assertThat(data.targets()).containsOnlyKeys("labels");
        assertThat(data.features().shape()).containsExactly(5, 2);
        assertThat(data.labels().shape()).containsExactly(5);
    }

    @Test
    void keepsSeveralInputsInTheOrderGiven() {
        Map<String, INDArray> inputs = new LinkedHashMap<>();
        inputs.put("z", counting(5, 2));
        inputs.put("a", counting(5, 3));
        Dataset data = Dataset.of(inputs, Map.of("y", counting(5)));

        assertThat(data.inputs().keySet()).containsExactly("z", "a");
        assertThat(numbers(data.select(4).inputs().get("a"))).containsExactly(12, 13, 14);
        assertThatIllegalStateException()
                .isThrownBy(data::features)
                .withMessage("Dataset.features() expects a single array but got [z, a]; use inputs()");
        assertThatIllegalStateException()
                .isThrownBy(() -> Dataset.of(inputs, inputs).labels())
                .withMessage("Dataset.labels() expects a single array but got [z, a]; use targets()");
    }

    @Test
    void doesNotLetItsMapsBeChanged() {
        assertThat(five().inputs()).isUnmodifiable();
        assertThat(five().targets()).isUnmodifiable();
    }

    @Test
    void slicesInOrder() {
        Dataset slice = five().slice(1, 3);

        assertThat(numbers(slice.features())).containsExactly(2, 3, 4, 5);
        assertThat(numbers(slice.labels())).containsExactly(1, 2);
    }

    @Test
    void refusesSlicesOutOfRange() {
        for (int[] range : List.of(new int[] {-1, 2}, new int[] {2, 2}, new int[] {3, 2}, new int[] {0, 6})) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> five().slice(range[0], range[1]))
                    .withMessage("Dataset.slice expects 0 <= from < to <= 5 but got from %s to %s", range[0], range[1]);
        }
    }

    @Test
    void selectsCopiesOfRowsOfEveryRank() {
        for (long[] shape : List.of(new long[] {5}, new long[] {5, 2}, new long[] {5, 2, 3}, new long[] {5, 1, 2, 2})) {
            INDArray features = counting(shape);
            int width = (int) (features.length() / 5);
            INDArray selected =
                    Dataset.of(features, counting(5)).select(4, 0, 4).features();

            double[] expected = IntStream.of(4, 0, 4)
                    .flatMap(row -> IntStream.range(row * width, (row + 1) * width))
                    .asDoubleStream()
                    .toArray();
            assertThat(numbers(selected)).containsExactly(expected);
            assertThat(selected.ordering()).isEqualTo('c');

            selected.assign(-1);
            assertThat(numbers(features)).doesNotContain(-1);
        }
    }

    @Test
    void keepsTheTypesOfItsArrays() {
        for (DataType type : List.of(DataType.DOUBLE, DataType.INT32, DataType.INT64, DataType.UINT8)) {
            Dataset data = Dataset.of(counting(5, 2), counting(5).castTo(type)).select(3, 1);

            assertThat(data.labels().dataType()).isEqualTo(type);
            assertThat(numbers(data.labels())).containsExactly(3, 1);
        }
    }

    @Test
    void readsViewsAndColumnOrder() {
        INDArray whole = counting(8, 2);
        INDArray rows = whole.get(NDArrayIndex.interval(3, 8), NDArrayIndex.all());
        INDArray columns = counting(5, 2).dup('f');

        assertThat(numbers(Dataset.of(rows, counting(5)).select(0, 4).features()))
                .containsExactly(6, 7, 14, 15);
        assertThat(numbers(Dataset.of(columns, counting(5)).select(0, 4).features()))
                .containsExactly(0, 1, 8, 9);
    }

    @Test
    void refusesArraysWithoutExamples() {
        for (INDArray empty : List.of(Nd4j.empty(DataType.FLOAT), Nd4j.create(DataType.FLOAT, 0, 3))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Dataset.of(empty, counting(5)))
                    .withMessage("Dataset expects \"features\" with at least one example but got an empty array");
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Dataset.of(Map.of(), Map.of("y", counting(5))))
                .withMessage("Dataset expects at least one input array but got none");
    }

    @Test
    void refusesDifferentNumbersOfExamples() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Dataset.of(counting(5, 2), counting(4)))
                .withMessage("Dataset expects the same number of examples in all arrays "
                        + "but got 5 in \"features\" and 4 in \"labels\"");
    }

    @Test
    void namesTheFirstRowThatIsNotFinite() {
        INDArray features = counting(5, 2);
        features.putScalar(3, 1, Double.NaN);
        features.putScalar(4, 0, Double.POSITIVE_INFINITY);
        INDArray targets = counting(5, 2);
        targets.putScalar(2, 0, Double.NEGATIVE_INFINITY);

        five().requireFinite();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Dataset.of(features, counting(5)).requireFinite())
                .withMessage("Dataset expects finite numbers in \"features\" but got NaN in row 3; "
                        + "clean or impute the data");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Dataset.of(counting(5, 2), targets).requireFinite())
                .withMessage("Dataset expects finite numbers in \"labels\" but got -Infinity in row 2; "
                        + "clean or impute the data");
    }

    @Test
    void takesEveryRowOncePerShuffledPass() {
        List<int[]> batches = five().batches(2, TailBatch.KEEP, 42);

        assertThat(batches).extracting(rows -> rows.length).containsExactly(2, 2, 1);
        assertThat(batches.stream().flatMapToInt(IntStream::of)).containsExactlyInAnyOrder(0, 1, 2, 3, 4);
        assertThat(five().batches(2, TailBatch.KEEP, 42).get(0)).containsExactly(batches.get(0));
    }

    @Test
    void dropsOrMergesTheTail() {
        assertThat(five().batches(2, TailBatch.DROP, 42))
                .extracting(rows -> rows.length)
                .containsExactly(2, 2);
        assertThat(five().batches(2, TailBatch.MERGE, 42))
                .extracting(rows -> rows.length)
                .containsExactly(2, 3);
    }

    @Test
    void leavesFullBatchesAlone() {
        for (TailBatch tail : TailBatch.values()) {
            assertThat(Dataset.of(counting(6, 2), counting(6)).batches(3, tail, 1))
                    .as("%s", tail)
                    .extracting(rows -> rows.length)
                    .containsExactly(3, 3);
        }
    }

    @Test
    void makesOneBatchOfFewExamples() {
        for (TailBatch tail : TailBatch.values()) {
            assertThat(five().batches(32, tail, 1))
                    .as("%s", tail)
                    .extracting(rows -> rows.length)
                    .containsExactly(5);
        }
    }

    @Test
    void refusesBatchesOfNothing() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> five().batches(0, TailBatch.KEEP, 1))
                .withMessage("batchSize expects at least 1 example but got 0");
    }

    @Test
    void keepsTheWeightsOfItsExamplesWhereverTheyGo() {
        Dataset weighted = five().weights(0.5, 1, 0, 2, 3);
        assertThat(five().weights()).isEmpty();
        assertThat(weighted.weights().orElseThrow()).containsExactly(0.5, 1, 0, 2, 3);
        assertThat(weighted.slice(1, 4).weights().orElseThrow()).containsExactly(1, 0, 2);
        assertThat(weighted.select(4, 4, 0).weights().orElseThrow()).containsExactly(3, 3, 0.5);
        assertThat(weighted).asString().endsWith(", weighted]");
        double[] shuffled = weighted.shuffle(1).weights().orElseThrow();
        assertThat(shuffled)
                .containsExactlyInAnyOrder(0.5, 1, 0, 2, 3)
                .isNotEqualTo(weighted.weights().orElseThrow());
        shuffled[0] = -1;
        weighted.weights().orElseThrow()[0] = -1;
        assertThat(weighted.weights().orElseThrow()[0]).isEqualTo(0.5);
    }

    @Test
    void refusesWeightsThatAreNone() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> five().weights(1, 2))
                .withMessage("Dataset.weights expects 5 weights, one per example, but got 2");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> five().weights(1, 2, -3, 4, 5))
                .withMessage("Dataset.weights expects finite weights of at least 0 but got -3.0 in row 2");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> five().weights(1, 2, 3, Double.NaN, 5))
                .withMessage("Dataset.weights expects finite weights of at least 0 but got NaN in row 3");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> five().weights(0, 0, 0, 0, 0))
                .withMessage("Dataset.weights expects a weight above 0 but got 0 for each of 5 examples");
    }
}
