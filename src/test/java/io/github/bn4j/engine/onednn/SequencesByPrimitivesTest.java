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
import io.github.bn4j.layer.ConvTranspose1d;
import io.github.bn4j.layer.Padding;
import io.github.bn4j.op.AveragePooling;
import io.github.bn4j.op.Convolution;
import io.github.bn4j.op.GlobalAveragePooling;
import io.github.bn4j.op.MaxPooling;
import io.github.bn4j.op.Softmax;
import io.github.bn4j.op.TransposedConvolution;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;

/** Sequences are images of one row to ND4J, and have primitives of their own in oneDNN. */
@NeedsOneDnn
class SequencesByPrimitivesTest {

    private static final Network NET = Network.input(3, 130)
            .conv1d(20, 7, Padding.SAME)
            .batchNorm1d()
            .relu()
            .maxPool1d(2)
            .then(Conv1d.of(32, 3).dilation(4).padding(8, 0))
            .batchNorm1d()
            .relu()
            .avgPool1d(3)
            .then(Conv1d.of(40, 5).groups(4).stride(2).padding(2))
            .batchNorm1d()
            .relu()
            .then(ConvTranspose1d.of(12, 4).stride(2).padding(1))
            .batchNorm1d()
            .relu()
            .globalAvgPool1d()
            .dense(6)
            .softmax()
            .build(1);

    /** Neither arithmetic of ND4J nor loops of oneDNN, for no pass of any layer. */
    @Test
    void trainsAndPredictsWithoutReferenceArithmetic() {
        Graph graph = EngineComparison.withLoss(NET.graph());
        Parameters parameters = Parameters.initial(graph.parameters(), 1, DataType.FLOAT);
        ProgramSettings settings = ProgramSettings.of(OneDnnOptions.defaults());
        try (OneDnnTraining training = new OneDnnTraining(graph, parameters, Shard.whole(16), 1, settings)) {
            assertThat(training.program().used())
                    .containsKeys(
                            Convolution.class,
                            TransposedConvolution.class,
                            MaxPooling.class,
                            AveragePooling.class,
                            GlobalAveragePooling.class,
                            Softmax.class)
                    .allSatisfy((op, by) -> {
                        if (!op.equals(Softmax.class)
                                && NET.graph().nodes().stream().anyMatch(node -> op.isInstance(node.op()))) {
                            assertThat(by).noneMatch(name -> name.contains("ref"));
                        }
                    });
        }
    }

    /** Row-major sequences of many elements are copied to blocks of channels. */
    @Test
    void normalisesLongSequencesInBlocks() {
        Graph graph = EngineComparison.withLoss(Network.input(32, 150)
                .batchNorm1d()
                .relu()
                .conv1d(5, 3)
                .build(1)
                .graph());
        assertAgrees(graph, 16);
    }

    @Test
    void agreesWithFloat64() {
        Graph graph = EngineComparison.withLoss(NET.graph());
        for (int batch : new int[] {2, 9, 33}) {
            assertAgrees(graph, batch);
        }
    }

    private static void assertAgrees(Graph graph, int batch) {
        Parameters parameters = Parameters.initial(graph.parameters(), 1, DataType.FLOAT);
        EngineComparison comparison = new EngineComparison(graph, parameters, OneDnnEngine.INSTANCE, batch, batch);
        assertThat(comparison.prediction().error()).as("batch %s", batch).isLessThanOrEqualTo(2e-5);
        assertThat(comparison.training().error()).as("batch %s", batch).isLessThanOrEqualTo(2e-5);
    }
}
