package io.github.bn4j.norm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.bn4j.GraphBuilder;
import io.github.bn4j.Network;
import io.github.bn4j.NetworkBuilder;
import io.github.bn4j.graph.Value;
import io.github.bn4j.internal.Floats;
import io.github.bn4j.layer.BatchNorm1d;
import io.github.bn4j.layer.Dense;
import io.github.bn4j.networks.Noise;
import io.github.bn4j.text.Finding;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Gammas that what follows can take over, and those that it cannot. */
class PointlessGammasTest {

    private static List<String> redundant(Network net) {
        return PointlessGammas.of(net.graph()).stream().map(Finding::toString).toList();
    }

    private static NetworkBuilder images() {
        return Network.input(2, 8, 8).conv2d(4, 3).batchNorm2d();
    }

    @Test
    void seesThroughWhatLetsAScaleThrough() {
        Network net = images().relu()
                .maxPool2d(2)
                .conv2d(3, 3)
                .batchNorm2d()
                .flatten()
                .dense(2)
                .build(1);
        assertThat(redundant(net))
                .containsExactly(
                        "batchnorm2d_1.gamma could be left out: conv2d_2 can scale as well",
                        "batchnorm2d_2.gamma could be left out: dense_1 can scale as well");
    }

    /** The claim itself: with gamma in the next weight and gamma 1 here, the output is the same. */
    @Test
    void canBeTakenOverIndeed() {
        Network net = images().relu().maxPool2d(2).conv2d(3, 3).build(1, DataType.DOUBLE);
        INDArray gamma = net.parameters().get("batchnorm2d_1.gamma");
        INDArray beta = net.parameters().get("batchnorm2d_1.beta");
        double[] scale = {0.5, 2, 3, 0.1};
        double[] shift = {1, -1, 0.3, 0.2};
        for (int c = 0; c < 4; c++) {
            gamma.putScalar(c, scale[c]);
            beta.putScalar(c, shift[c]);
        }
        INDArray x = Noise.normal(DataType.DOUBLE, 5, 6, 2, 8, 8);
        INDArray before = net.predict(x);
        INDArray weight = net.parameters().get("conv2d_2.weight");
        for (int o = 0; o < 3; o++) {
            for (int c = 0; c < 4; c++) {
                for (int i = 0; i < 9; i++) {
                    int[] at = {o, c, i / 3, i % 3};
                    weight.putScalar(at, weight.getDouble(at) * scale[c]);
                }
            }
        }
        gamma.assign(1);
        for (int c = 0; c < 4; c++) {
            beta.putScalar(c, shift[c] / scale[c]);
        }
        assertThat(Floats.values(net.predict(x))).containsExactly(Floats.values(before), within(1e-12));
    }

    @Test
    void keepsAGammaThatShows() {
        assertThat(redundant(images().build(1))).isEmpty();
        assertThat(redundant(images().sigmoid().conv2d(3, 3).build(1))).isEmpty();
        assertThat(redundant(images().residual(b -> b.conv2d(4, 1)).conv2d(3, 3).build(1)))
                .isEmpty();
        Network fixed = Network.input(3)
                .then(BatchNorm1d.of().trainAffine(false))
                .dense(2)
                .build(1);
        assertThat(redundant(fixed)).isEmpty();
    }

    @Test
    void countsOnlyBatchNormsThatMeasure() {
        Network net = Network.input(3).batchNorm1d().batchNorm1d().build(1);
        assertThat(redundant(net))
                .containsExactly("batchnorm1d_1.gamma could be left out: batchnorm1d_2 can scale as well");
        assertThat(redundant(net.freezeBatchNorm("batchnorm1d_2"))).isEmpty();
    }

    @Test
    void doesNotAskASharedWeightToServeTwo() {
        GraphBuilder g = new GraphBuilder();
        Value x = g.input("x", 4);
        Dense shared = Dense.of(4);
        Value first = g.call(shared, g.call(BatchNorm1d.of(), x));
        Network net = g.build(g.call(shared, first));
        assertThat(redundant(net)).isEmpty();
    }
}
