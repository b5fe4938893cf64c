package io.github.bn4j.train;

import static io.github.bn4j.TensorAssert.assertTensor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bn4j.Bits;
import io.github.bn4j.Network;
import io.github.bn4j.data.Dataset;
import io.github.bn4j.internal.Tensors;
import io.github.bn4j.networks.Noise;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleFunction;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Learning rates of single layers. */
class RateTest {

    private static Network net() {
        return Network.input(5)
                .dense(9)
                .batchNorm1d()
                .relu()
                .dense(7)
                .relu()
                .dense(3)
                .build(1, DataType.DOUBLE);
    }

    private static Map<String, INDArray> trained(UnaryOperator<Trainer> settings) {
        Network net = net();
        settings.apply(net.trainer().loss(Loss.meanSquaredError()).batchSize(8).epochs(2))
                .fit(Dataset.of(Noise.normal(DataType.DOUBLE, 1, 16, 5), Noise.normal(DataType.DOUBLE, 2, 16, 3)));
        Map<String, INDArray> values = new LinkedHashMap<>();
        net.parameters()
                .names()
                .forEach(name -> values.put(name, Tensors.copy(net.parameters().get(name))));
        return values;
    }

    static List<DoubleFunction<Optimizer>> optimizers() {
        return List.of(
                rate -> Sgd.of(rate).nesterov(0.9),
                rate -> Adam.of(rate),
                rate -> AdamW.of(rate).weightDecay(0.1),
                rate -> AmsGrad.of(rate),
                rate -> NAdam.of(rate),
                rate -> RmsProp.of(rate).momentum(0.5),
                rate -> AdaGrad.of(rate),
                rate -> Adadelta.of(rate),
                rate -> Lion.of(rate).weightDecay(0.1),
                rate -> Lamb.of(rate).weightDecay(0.1),
                rate -> Lars.of(rate).weightDecay(0.1),
                rate -> Muon.of(rate).weightDecay(0.1).others(AdamW.of(rate)));
    }

    /** A power of two changes no digit. Scaled gradients would change nothing with Adam. */
    @ParameterizedTest
    @MethodSource("optimizers")
    void multipliesTheRateOfEachOptimizer(DoubleFunction<Optimizer> optimizer) {
        Map<String, INDArray> twice =
                trained(trainer -> trainer.optimizer(optimizer.apply(0.005)).rate("*", 2));
        trained(trainer -> trainer.optimizer(optimizer.apply(0.01)))
                .forEach((name, value) -> Bits.assertSame(twice.get(name), value));
    }

    @Test
    void multipliesThatOfSomeLayersAfterTheSchedule() {
        Schedule half = progress -> 0.5;
        UnaryOperator<Trainer> once =
                trainer -> trainer.epochs(1).batchSize(16).schedule(half).optimizer(Sgd.of(0.1));
        Map<String, INDArray> plain = trained(once);
        Map<String, INDArray> changed = trained(trainer ->
                once.apply(trainer).rate("dense_*", 10).rate("dense_2", 0.5).rate("*.beta", 3));
        Network start = net();
        Map<String, Double> factors = Map.of(
                "dense_1.weight", 10.0,
                "dense_2.weight", 0.5,
                "dense_2.bias", 0.5,
                "dense_3.weight", 10.0,
                "dense_3.bias", 10.0,
                "batchnorm1d_1.beta", 3.0,
                "batchnorm1d_1.gamma", 1.0);
        factors.forEach((name, factor) -> {
            INDArray before = start.parameters().get(name);
            assertTensor(changed.get(name).sub(before))
                    .as(name)
                    .isRelativelyCloseTo(plain.get(name).sub(before).mul(factor), 1e-12);
        });
    }

    @Test
    void saysWhatIsWrongAndWhatWasSaid() {
        Network net = net();
        assertThat(net.trainer().decay("dense_*", 0.1).rate("dense_3", 10).rate("*.gamma", 0.1))
                .asString()
                .contains(", decay [dense_* 0.1], rate [dense_3 10.0, *.gamma 0.1], schedule");
        assertThatThrownBy(() -> net.trainer().rate("conv2d_*", 10))
                .hasMessage(
                        "rate expects a pattern that fits trainable parameters but got \"conv2d_*\"; this network has"
                                + " [dense_1.weight, batchnorm1d_1.gamma, batchnorm1d_1.beta, dense_2.weight, dense_2.bias,"
                                + " dense_3.weight, dense_3.bias]");
        assertThatThrownBy(() -> net.freeze("dense_1").trainer().rate("dense_1", 10))
                .hasMessageStartingWith("rate expects a pattern that fits trainable parameters but got \"dense_1\"");
        for (double factor : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
            assertThatThrownBy(() -> net.trainer().rate("dense_1", factor))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("rate expects a factor above 0 but got " + factor
                            + "; use net.freeze(\"dense_1\") for what is not to be trained");
        }
    }
}
