package io.github.bn4j.train;

import static io.github.bn4j.TensorAssert.assertTensor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.bn4j.Bits;
import io.github.bn4j.Network;
import io.github.bn4j.data.Dataset;
import io.github.bn4j.data.Digits;
import io.github.bn4j.engine.Engine;
import io.github.bn4j.internal.Floats;
import io.github.bn4j.internal.Tensors;
import io.github.bn4j.layer.Padding;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import java.util.function.UnaryOperator;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Sizes and squares of named parameters in what a training makes small. */
class PenaltyTest {

    private static INDArray array(DataType type, IntToDoubleFunction formula, long... shape) {
        double[] values = new double[(int) Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
        Arrays.setAll(values, formula);
        return Tensors.of(type, values, shape);
    }

    /** With the parameters of the reference, some of which are 0. */
    private static Network network(DataType type) {
        Network net = Network.input(3).dense(4).tanh().dense(2).build(1, type);
        for (String name : List.of("dense_1.weight", "dense_2.weight")) {
            INDArray weight = net.parameters().get(name);
            weight.assign(array(type, i -> (5 * i % 7 - 3) / 4.0, weight.shape()));
        }
        return net;
    }

    private static double[] parameters(Network net) {
        return Stream.of("dense_1.weight", "dense_1.bias", "dense_2.weight", "dense_2.bias")
                .flatMapToDouble(
                        name -> DoubleStream.of(Floats.values(net.parameters().get(name))))
                .toArray();
    }

    static Stream<Arguments> references() {
        UnaryOperator<Trainer> one = trainer -> trainer.optimizer(Sgd.of(0.1)).l1("dense_1.weight", 0.05);
        UnaryOperator<Trainer> net = trainer -> trainer.optimizer(Adam.of(0.1))
                .l1("dense_1.weight", 0.05)
                .l1("dense_2.weight", 0.02)
                .l2("dense_1", 0.1);
        UnaryOperator<Trainer> clipped =
                trainer -> trainer.optimizer(Sgd.of(0.1)).clipNorm(0.2).l2("*", 0.3);
        return Stream.of(
                Arguments.of("l1 of a weight", one),
                Arguments.of("elastic net", net),
                Arguments.of("l2 clipped", clipped));
    }

    /** Against PyTorch 2.13: train/penalties.json was made by train/penalties.py. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("references")
    void takesTheStepsOfPyTorch(String reference, UnaryOperator<Trainer> settings) {
        double[][] expected = ReferenceValues.rows("penalties.json", reference);
        double first = ReferenceValues.row("penalties.json", reference + " loss")[0];
        for (Network net : List.of(
                network(DataType.DOUBLE),
                network(DataType.FLOAT),
                network(DataType.FLOAT).on(Engine.nd4j()))) {
            DataType type = net.parameters().type();
            double tolerance = type == DataType.DOUBLE ? 1e-12 : 2e-5;
            INDArray x = array(type, i -> Math.sin(1.7 * i + 0.3), 8, 3);
            INDArray y = array(type, i -> Math.cos(0.9 * i), 8, 2);
            try (Loop loop =
                    settings.apply(net.trainer().loss(Loss.meanSquaredError())).loop(8)) {
                for (int step = 0; step < expected.length; step++) {
                    double loss = loop.step(x, y);
                    // What is reported is the loss of the data.
                    assertThat(step > 0 ? first : loss).isCloseTo(first, within(tolerance));
                    assertThat(parameters(net))
                            .as("step %s", step + 1)
                            .containsExactly(expected[step], within(tolerance));
                }
            }
        }
    }

    @Test
    void addsUpWhatIsSaidOfAParameter() {
        Network once = network(DataType.DOUBLE);
        Network twice = network(DataType.DOUBLE);
        INDArray x = array(DataType.DOUBLE, Math::sin, 5, 3);
        INDArray y = array(DataType.DOUBLE, Math::cos, 5, 2);
        Trainer trainer = once.trainer().loss(Loss.meanSquaredError()).optimizer(Sgd.of(0.1));
        Trainer other = twice.trainer().loss(Loss.meanSquaredError()).optimizer(Sgd.of(0.1));
        trainer.l1("dense_1.weight", 0.5).fit(Dataset.of(x, y));
        other.l1("dense_1.weight", 0.125)
                .l1("*.weight", 0)
                .l1("dense_1*", 0.375)
                .l1("dense_1.bias", 0)
                .fit(Dataset.of(x, y));
        assertTensor(twice.parameters().get("dense_1.weight"))
                .isCloseTo(once.parameters().get("dense_1.weight"), 1e-15);
    }

    /** Network slimming (Liu et al. 2017): the gammas of channels that are of little use go to 0, and the network still works. */
    @Test
    void drawsGammasOfNeedlessChannelsToZero() {
        Dataset digits = Digits.load().slice(0, 600);
        List<Double> sums = new ArrayList<>();
        for (double strength : new double[] {0, 0.02}) {
            Network net = Network.input(1, 8, 8)
                    .conv2d(20, 3, Padding.SAME)
                    .batchNorm2d()
                    .relu()
                    .globalAvgPool2d()
                    .dense(10)
                    .build(3);
            net.trainer()
                    .loss(Loss.softmaxCrossEntropy())
                    .optimizer(Sgd.of(0.1).momentum(0.9))
                    .l1("*.gamma", strength)
                    .epochs(6)
                    .fit(digits);
            sums.add(net.parameters().get("batchnorm2d_1.gamma").norm1Number().doubleValue());
        }
        assertThat(sums.get(1)).isLessThan(sums.get(0) / 2);
    }

    @Test
    void leavesATrainingWithoutPenaltiesAsItWas() {
        Network without = network(DataType.FLOAT);
        Network with = network(DataType.FLOAT);
        Dataset data = Dataset.of(array(DataType.FLOAT, Math::sin, 40, 3), array(DataType.FLOAT, Math::cos, 40, 2));
        without.trainer().loss(Loss.meanSquaredError()).fit(data);
        with.trainer().loss(Loss.meanSquaredError()).l1("*", 0).l2("*", 0).fit(data);
        Bits.assertSame(with.parameters().trainable(), without.parameters().trainable());
    }

    @Test
    void refusesPatternsThatFitNothingAndStrengthsThatAreNone() {
        Trainer trainer = network(DataType.FLOAT).trainer();
        assertThatThrownBy(() -> trainer.l1("*.gamma", 0.1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("l1 expects a pattern that fits trainable parameters but got \"*.gamma\"; this network has"
                        + " [dense_1.weight, dense_1.bias, dense_2.weight, dense_2.bias]");
        assertThatThrownBy(() -> trainer.l2("dense_1", -1))
                .hasMessage("l2 expects a strength of at least 0 but got -1.0");
        assertThatThrownBy(() -> trainer.l1("dense_1", Double.NaN))
                .hasMessage("l1 expects a strength of at least 0 but got NaN");
        assertThat(trainer.l1("*.weight", 0.5).l2("dense_2", 0.25).toString())
                .contains(", penalties [l1(*.weight, 0.5), l2(dense_2, 0.25)], ");
    }

    @Test
    void saysWhatMadeGradientsInfinite() {
        Network net = network(DataType.FLOAT);
        INDArray x = array(DataType.FLOAT, Math::sin, 5, 3);
        assertThatThrownBy(() -> net.trainer()
                        .loss(Loss.meanSquaredError())
                        .l2("dense_1", 1e39)
                        .fit(Dataset.of(x, array(DataType.FLOAT, Math::cos, 5, 2))))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("first in what l2(dense_1, 1.0E39) makes of the gradients;");
    }
}
