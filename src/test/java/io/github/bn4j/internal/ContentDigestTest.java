package io.github.bn4j.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class ContentDigestTest {

    @BeforeAll
    static void start() {
        Tensors.start();
    }

    private static String digest(INDArray array) {
        ContentDigest digest = new ContentDigest();
        digest.add(array);
        return digest.hex();
    }

    private static INDArray matrix(DataType type) {
        return Tensors.of(type, new double[] {1, 2, 3, 4, 5, 6.5}, 2, 3);
    }

    /** The value is that of Python's hashlib for the same bytes: lengths and dimensions as ">q", elements as "<6f". */
    @Test
    void isSha256OfLengthsShapesAndElements() {
        ContentDigest digest = new ContentDigest();
        digest.add("weight");
        digest.add(matrix(DataType.FLOAT));
        assertThat(digest.hex()).isEqualTo("827e796c2190465eb0fc693ebde68fc921e50d4772c22869ab5507328750d42c");
    }

    @Test
    void tellsElementsShapesAndTypesApartButNotLayouts() {
        INDArray matrix = matrix(DataType.FLOAT);
        assertThat(digest(matrix.dup('f'))).isEqualTo(digest(matrix));
        assertThat(digest(matrix.transpose().dup('c').transpose())).isEqualTo(digest(matrix));
        INDArray last = matrix.dup('c').putScalar(1, 2, Math.nextUp(6.5f));
        List<String> digests = Stream.of(matrix, last, matrix.reshape(3, 2), matrix.reshape(6), matrix(DataType.DOUBLE))
                .map(ContentDigestTest::digest)
                .toList();
        assertThat(digests).doesNotHaveDuplicates();
    }

    @Test
    void takesInTypesThatAreNoFloatingPointNumbers() {
        for (DataType type :
                new DataType[] {DataType.INT, DataType.LONG, DataType.UBYTE, DataType.HALF, DataType.BOOL}) {
            INDArray zeros = Nd4j.create(type, 7);
            INDArray other = zeros.dup().putScalar(6, 1);
            assertThat(digest(other)).as(type.name()).isNotEqualTo(digest(zeros));
        }
    }

    /** Above four million elements an array is taken in piece by piece. */
    @Test
    void seesTheEndOfLargeArraysOfAnyType() {
        for (DataType type : new DataType[] {DataType.FLOAT, DataType.INT}) {
            INDArray large = Nd4j.zeros(type, 4201, 1001);
            String before = digest(large);
            large.putScalar(4200, 1000, 1);
            assertThat(digest(large)).isNotEqualTo(before);
        }
        INDArray vector = Nd4j.zeros(DataType.FLOAT, 4_200_000);
        String zeros = digest(vector);
        vector.putScalar(4_199_999, 1);
        assertThat(digest(vector)).isNotEqualTo(zeros);
    }
}
