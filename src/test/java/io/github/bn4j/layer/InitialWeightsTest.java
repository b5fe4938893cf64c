package io.github.bn4j.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.bn4j.Network;
import io.github.bn4j.NetworkBuilder;
import io.github.bn4j.graph.Initializer;
import java.util.Random;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Initial weights against the variances of the papers: 2 / fanIn (He et al. 2015, section 2.2) and 2 / (fanIn + fanOut)
 * (Glorot and Bengio 2010, equation 16). The bounds are five standard errors for n draws: √(2 / n) of a normal variance,
 * √(4 / (5 n)) of a uniform one, as its fourth moment is 9/5 of the squared variance; σ / √n of the mean.
 */
class InitialWeightsTest {

    /** The fan-in is the number of inputs that each output sums over. */
    static Stream<Arguments> layers() {
        return Stream.of(
                Arguments.of(Network.input(300).dense(200), "dense_1.weight", 300),
                Arguments.of(Network.input(37, 6, 6).conv2d(80, 3), "conv2d_1.weight", 37 * 9),
                Arguments.of(Network.input(48, 6, 6).then(Conv2d.of(96, 3).groups(4)), "conv2d_1.weight", 12 * 9),
                Arguments.of(Network.input(37, 20).conv1d(80, 5), "conv1d_1.weight", 37 * 5),
                Arguments.of(Network.input(48, 9).then(Conv1d.of(160, 7).groups(4)), "conv1d_1.weight", 12 * 7),
                Arguments.of(Network.input(700, 6, 6).depthwiseConv2d(5, Padding.SAME), "depthwiseconv2d_1.weight", 25),
                Arguments.of(
                        Network.input(90, 4, 4).separableConv2d(130, 3, Padding.SAME),
                        "separableconv2d_1.pointwise.weight",
                        90));
    }

    @ParameterizedTest
    @MethodSource("layers")
    void haveTheVarianceOfHe(NetworkBuilder layer, String name, int fanIn) {
        for (long seed : new long[] {1, 42, 2026}) {
            double[] values = layer.build(seed, DataType.DOUBLE)
                    .parameters()
                    .get(name)
                    .dup('c')
                    .data()
                    .asDouble();
            assertMoments(values, 2.0 / fanIn, 2);
        }
    }

    @Test
    void haveTheVarianceOfGlorot() {
        Initializer glorot = Initializer.glorotUniform(120, 40);
        Random random = new Random(7);
        double[] values =
                DoubleStream.generate(() -> glorot.next(random)).limit(40_000).toArray();

        assertMoments(values, 2.0 / 160, 0.8);
        assertThat(DoubleStream.of(values).map(Math::abs).max().orElseThrow())
                .isLessThanOrEqualTo(Math.sqrt(6.0 / 160));
    }

    private static void assertMoments(double[] values, double variance, double spread) {
        int n = values.length;
        double mean = DoubleStream.of(values).sum() / n;
        double measured = DoubleStream.of(values).map(value -> value * value).sum() / n;
        assertThat(n).isGreaterThan(8_000);
        assertThat(mean).isCloseTo(0, within(5 * Math.sqrt(variance / n)));
        assertThat(measured).isCloseTo(variance, within(5 * variance * Math.sqrt(spread / n)));
    }
}
