package io.github.bn4j.engine.onednn;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bn4j.Network;
import io.github.bn4j.engine.NeedsOneDnn;
import io.github.bn4j.engine.OneDnnOptions;
import io.github.bn4j.engine.Shard;
import io.github.bn4j.engine.onednn.internal.choice.ProgramSettings;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Parameters;
import io.github.bn4j.layer.Conv1d;
import io.github.bn4j.layer.Conv2d;
import io.github.bn4j.layer.ConvTranspose2d;
import io.github.bn4j.layer.DepthwiseConv2d;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Layers for which what oneDNN likes best, or has in the order that a value comes in, is ten times slower than what else there is: a product of
 * matrices for each channel or group, norms without vectors, loops. Without ReLUs, of which one near 0 may differ.
 */
@NeedsOneDnn
class SlowKernelsTest {

    static Stream<Network> networks() {
        return Stream.of(
                images(20, 1, 1, DepthwiseConv2d.of(3).padding(1)),
                images(33, 2, 2, DepthwiseConv2d.of(3).padding(1)),
                images(19, 2, 5, DepthwiseConv2d.of(5).padding(2)),
                images(19, 3, 3, DepthwiseConv2d.of(3).stride(2).padding(1)),
                images(21, 9, 11, DepthwiseConv2d.of(3).dilation(2).padding(2)),
                images(21, 8, 6, DepthwiseConv2d.of(3).dilation(3).padding(3).stride(2)),
                grouped(20, 40, 4),
                grouped(16, 20, 2),
                grouped(32, 128, 32),
                strided(40, 4),
                strided(64, 4),
                Network.input(8, 5, 7)
                        .then(Conv2d.of(64, 1).useBias(false))
                        .then(ConvTranspose2d.of(64, 4).groups(4).stride(2).padding(1))
                        .batchNorm2d()
                        .globalAvgPool2d()
                        .dense(3)
                        .build(1),
                Network.input(33, 28, 28)
                        .batchNorm2d()
                        .globalAvgPool2d()
                        .dense(3)
                        .build(1),
                Network.input(3, 14, 20)
                        .conv2d(10, 3)
                        .softmax()
                        .globalAvgPool2d()
                        .dense(3)
                        .build(1),
                Network.input(3, 40)
                        .conv1d(21, 3)
                        .softmax()
                        .globalAvgPool1d()
                        .dense(3)
                        .build(1),
                biased(19, 2, 2, DepthwiseConv2d.of(3).padding(1)),
                Network.input(24, 2)
                        .then(Conv1d.of(24, 1).useBias(false))
                        .then(Conv1d.of(24, 3).groups(24).padding(1))
                        .batchNorm1d()
                        .globalAvgPool1d()
                        .dense(3)
                        .build(1),
                Network.input(24, 31)
                        .then(Conv1d.of(24, 1).useBias(false))
                        .then(Conv1d.of(24, 3).groups(24).dilation(4).padding(4))
                        .batchNorm1d()
                        .globalAvgPool1d()
                        .dense(3)
                        .build(1));
    }

    /* What is in front wants the gradient by the image; a bias there would nearly cancel in the norm. */
    private static Network images(int channels, int height, int width, DepthwiseConv2d depthwise) {
        return Network.input(8, height, width)
                .then(Conv2d.of(channels, 1).useBias(false))
                .then(depthwise)
                .batchNorm2d()
                .globalAvgPool2d()
                .dense(3)
                .build(1);
    }

    private static Network grouped(int before, int filters, int groups) {
        return Network.input(before, 16, 24)
                .then(Conv2d.of(filters, 3).groups(groups).padding(1))
                .batchNorm2d()
                .then(Conv2d.of(filters, 3).groups(groups).padding(1))
                .batchNorm2d()
                .globalAvgPool2d()
                .dense(3)
                .build(1);
    }

    private static Network strided(int channels, int groups) {
        return Network.input(8, 16, 24)
                .then(Conv2d.of(channels, 1).useBias(false))
                .then(Conv2d.of(channels, 3).groups(groups).stride(2).padding(1))
                .batchNorm2d()
                .globalAvgPool2d()
                .dense(3)
                .build(1);
    }

    private static Network biased(int channels, int height, int width, DepthwiseConv2d depthwise) {
        return Network.input(channels, height, width)
                .then(depthwise)
                .globalAvgPool2d()
                .dense(3)
                .build(1);
    }

    /** And what is agrees with float64, to what float32 loses in sums of 10,000 numbers that cancel. */
    @ParameterizedTest
    @MethodSource("networks")
    void areNotTaken(Network network) {
        Graph graph = EngineComparison.withLoss(network.graph());
        int batch = 12;
        Parameters parameters = Parameters.initial(graph.parameters(), 1, DataType.FLOAT);
        EngineComparison comparison = new EngineComparison(graph, parameters, OneDnnEngine.INSTANCE, batch, batch);
        EngineComparison.Difference difference = comparison.training();
        assertThat(difference.error()).as(difference.where()).isLessThanOrEqualTo(5e-5);
        ProgramSettings settings = ProgramSettings.of(OneDnnOptions.defaults());
        try (OneDnnTraining training = new OneDnnTraining(graph, parameters, Shard.whole(batch), 1, settings)) {
            // "brgemm_matmul_copy_reorder_t" is a fast copy of version 3.
            assertThat(training.program().implementations())
                    .noneMatch(
                            name -> name.matches(".*(ref|gemm(?!_matmul_copy_reorder_t)|brgconv_strided|bnorm:any).*"));
        }
    }
}
