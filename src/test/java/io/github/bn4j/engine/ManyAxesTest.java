package io.github.bn4j.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bn4j.Network;
import io.github.bn4j.data.Dataset;
import io.github.bn4j.internal.Tensors;
import io.github.bn4j.train.History;
import io.github.bn4j.train.Loss;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** oneDNN has 12 axes and ND4J 32, of which one counts the examples. */
class ManyAxesTest {

    @ParameterizedTest
    @ValueSource(ints = {10, 11, 12, 20, 31})
    void computesWithEveryNumberOfAxes(int rank) {
        long[] shape = new long[rank];
        Arrays.fill(shape, 1);
        shape[0] = 2;
        shape[rank - 1] = 3;
        Network net = Network.input(shape)
                .relu()
                .residual(b -> b.tanh())
                .flatten()
                .dense(2)
                .build(1);
        INDArray x =
                Tensors.of(DataType.FLOAT, new double[] {1, -2, 3, 0.5, -0.1, 4, 7, 1, -1, 0, 2, 1}, batched(shape));
        Network reference = net.on(Engine.nd4j());
        assertThat(net.predict(x)).isEqualTo(reference.predict(x));
        History history =
                net.trainer().loss(Loss.meanSquaredError()).fit(Dataset.of(x, Tensors.zeros(DataType.FLOAT, 2, 2)));
        assertThat(history.last().trainLoss()).isFinite();
    }

    private static long[] batched(long... shape) {
        long[] batched = new long[shape.length + 1];
        batched[0] = 2;
        System.arraycopy(shape, 0, batched, 1, shape.length);
        return batched;
    }

    @Test
    void refusesMoreAxesThanThereCanBe() {
        long[] shape = new long[32];
        Arrays.fill(shape, 1);
        assertThatThrownBy(() -> Network.input(shape)).hasMessage("Shape expects at most 31 axes but got 32");
    }
}
