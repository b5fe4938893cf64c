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
import io.github.bn4j.layer.DepthwiseConv2d;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;

/** Convolutions of each channel by itself for which oneDNN has but a product of matrices for each channel. */
@NeedsOneDnn
class DepthwiseGradientsTest {

    static Stream<Network> networks() {
        return Stream.of(
                images(20, 1, 1, DepthwiseConv2d.of(3).padding(1)),
                images(33, 2, 2, DepthwiseConv2d.of(3).padding(1)),
                images(19, 2, 5, DepthwiseConv2d.of(5).padding(2)),
                images(19, 3, 3, DepthwiseConv2d.of(3).stride(2).padding(1)),
                images(21, 9, 11, DepthwiseConv2d.of(3).dilation(2).padding(2)),
                images(21, 8, 6, DepthwiseConv2d.of(3).dilation(3).padding(3).stride(2)),
                biased(19, 2, 2, DepthwiseConv2d.of(3).padding(1)),
                Network.input(24, 2)
                        .then(Conv1d.of(24, 1).useBias(false))
                        .then(Conv1d.of(24, 3).groups(24).padding(1))
                        .batchNorm1d()
                        .relu()
                        .globalAvgPool1d()
                        .dense(3)
                        .build(1),
                Network.input(24, 31)
                        .then(Conv1d.of(24, 1).useBias(false))
                        .then(Conv1d.of(24, 3).groups(24).dilation(4).padding(4))
                        .batchNorm1d()
                        .relu()
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
                .relu()
                .globalAvgPool2d()
                .dense(3)
                .build(1);
    }

    private static Network biased(int channels, int height, int width, DepthwiseConv2d depthwise) {
        return Network.input(channels, height, width)
                .then(depthwise)
                .relu()
                .globalAvgPool2d()
                .dense(3)
                .build(1);
    }

    @ParameterizedTest
    @MethodSource("networks")
    void agreeWithFloat64AndMultiplyNoMatrices(Network network) {
        Graph graph = EngineComparison.withLoss(network.graph());
        int batch = 7;
        Parameters parameters = Parameters.initial(graph.parameters(), 1, DataType.FLOAT);
        EngineComparison comparison = new EngineComparison(graph, parameters, OneDnnEngine.INSTANCE, batch, batch);
        EngineComparison.Difference difference = comparison.training();
        assertThat(difference.error()).as(difference.where()).isLessThanOrEqualTo(5e-6);
        ProgramSettings settings = ProgramSettings.of(OneDnnOptions.defaults());
        try (OneDnnTraining training = new OneDnnTraining(graph, parameters, Shard.whole(batch), 1, settings)) {
            assertThat(training.program().implementations()).noneMatch(name -> name.contains("gemm"));
        }
    }
}
