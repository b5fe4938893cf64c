package io.github.bn4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bn4j.train.Evaluation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** NaN and infinity are told of, wherever they come from. */
class NonFiniteTest {

    private static final float NAN = Float.NaN;
    private static final float INF = Float.POSITIVE_INFINITY;

    @Test
    void countsOutputsThatSayNothingAsWrong() {
        INDArray outputs = Nd4j.createFromArray(new float[][] {
            {NAN, NAN, NAN},
            {NAN, 2, 1},
            {3, NAN, 1},
            {INF, 0, 0},
            {-INF, -INF, -INF},
            {0, -INF, -1},
            {0, 1, 2},
            {1, 0, 0}
        });
        INDArray classes = Nd4j.createFromArray(0f, 0, 0, 0, 0, 0, 2, 1);

        Evaluation evaluation = Evaluation.of(outputs, classes);

        assertThat(evaluation.withoutResult()).isEqualTo(5);
        assertThat(evaluation.accuracy()).isEqualTo(2 / 8.0);
        assertThat(evaluation.confusion()).isDeepEqualTo(new int[][] {{1, 0, 0}, {1, 0, 0}, {0, 0, 1}});
        assertThat(evaluation).hasToString("Evaluation[8 examples, accuracy 0.2500, 5 with NaN or infinite outputs]");
        assertThat(Evaluation.of(outputs.getRow(6, true), Nd4j.createFromArray(2f)))
                .hasToString("Evaluation[1 examples, accuracy 1.0000]");
    }

    @Test
    void countsTheRowsOfARegressionThatAreNotFinite() {
        INDArray outputs = Nd4j.createFromArray(1f, NAN, 3, -INF, 5, 6).reshape(3, 1, 2);

        Evaluation evaluation = Evaluation.of(outputs, Nd4j.zeros(DataType.FLOAT, 3, 1, 2));

        assertThat(evaluation.withoutResult()).isEqualTo(2);
        assertThat(evaluation)
                .hasToString("Evaluation[3 examples, mean squared error NaN, mean absolute error NaN, 2 with NaN or"
                        + " infinite outputs]");
    }

    @Test
    void refusesTargetsThatAreNotFinite() {
        INDArray targets = Nd4j.zeros(DataType.FLOAT, 4, 2);
        targets.putScalar(2, 1, NAN);
        assertThatThrownBy(() -> Evaluation.of(Nd4j.zeros(DataType.FLOAT, 4, 2), targets))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "Evaluation expects finite targets but got NaN in row 2; leave out examples without a target");
    }

    @ParameterizedTest
    @EnumSource(
            value = DataType.class,
            names = {"HALF", "BFLOAT16", "INT", "LONG", "BOOL", "UTF8"})
    void refusesTypesThatNoEngineComputesIn(DataType type) {
        String message = "network expects parameters of type FLOAT or DOUBLE but got " + type + "; take DataType.FLOAT";
        assertThatThrownBy(() -> Network.input(3).dense(2).build(1, type))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
        GraphBuilder g = new GraphBuilder();
        assertThatThrownBy(() -> g.build(1, type, g.input("x", 3))).hasMessage(message);
        Network net = Network.input(3).dense(2).build(1);
        assertThatThrownBy(() -> net.to(type)).hasMessage(message);
    }
}
