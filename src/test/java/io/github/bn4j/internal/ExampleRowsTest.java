package io.github.bn4j.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

class ExampleRowsTest {

    private static INDArray numbers(DataType type) {
        return Tensors.of(type, new double[] {0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, 5, 2);
    }

    @Test
    void copiesRowsOfEveryType() {
        for (DataType type : List.of(
                DataType.FLOAT,
                DataType.DOUBLE,
                DataType.FLOAT16,
                DataType.BFLOAT16,
                DataType.INT8,
                DataType.INT16,
                DataType.INT32,
                DataType.INT64,
                DataType.UINT8)) {
            INDArray into = Tensors.zeros(type, 3, 2);
            ExampleRows.copy(numbers(type), new int[] {4, 0, 4}, into);

            assertThat(into.castTo(DataType.DOUBLE).data().asDouble())
                    .as("%s", type)
                    .containsExactly(8, 9, 0, 1, 8, 9);
        }
    }

    @Test
    void copiesFromAViewIntoAView() {
        INDArray source = numbers(DataType.FLOAT).get(NDArrayIndex.interval(2, 5), NDArrayIndex.all());
        INDArray base = Tensors.zeros(DataType.FLOAT, 4, 2);
        ExampleRows.copy(source, new int[] {2, 0}, base.get(NDArrayIndex.interval(1, 3), NDArrayIndex.all()));

        assertThat(base.data().asDouble()).containsExactly(0, 0, 8, 9, 4, 5, 0, 0);
    }

    @Test
    void refusesRowsThatDoNotExist() {
        for (int row : new int[] {-1, 5}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> ExampleRows.copy(
                            numbers(DataType.FLOAT), new int[] {row}, Tensors.zeros(DataType.FLOAT, 1, 2)))
                    .withMessage("Dataset expects rows from 0 to 4 but got %s", row);
        }
    }

    @Test
    void refusesAnotherTypeOrSize() {
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        ExampleRows.copy(numbers(DataType.FLOAT), new int[] {0}, Tensors.zeros(DataType.DOUBLE, 1, 2)))
                .withMessage("Dataset expects an array for 1 rows of 2 numbers of FLOAT but got 2 numbers of DOUBLE");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ExampleRows.copy(
                        numbers(DataType.FLOAT), new int[] {0, 1}, Tensors.zeros(DataType.FLOAT, 1, 2)))
                .withMessage("Dataset expects an array for 2 rows of 2 numbers of FLOAT but got 2 numbers of FLOAT");
    }
}
