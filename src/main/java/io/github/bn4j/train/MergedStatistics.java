package io.github.bn4j.train;

import io.github.bn4j.engine.BatchStatistics;
import io.github.bn4j.graph.Node;
import io.github.bn4j.graph.Statistics;
import io.github.bn4j.internal.Floats;
import io.github.bn4j.internal.Moments;
import io.github.bn4j.internal.Tensors;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.buffer.DataType;

/** What the ops measured in several batches, as if in one. Ghost batches are averaged, as they are within a batch. */
final class MergedStatistics {

    /** One call of an op. */
    private static final class Call {

        private final Node node;
        private final boolean ghosts;
        private final Moments moments;
        private double count;

        Call(BatchStatistics first) {
            node = first.node();
            ghosts = node.op()
                    .normalization()
                    .filter(norm -> norm.statistics() instanceof Statistics.Ghost)
                    .isPresent();
            moments = new Moments((int) first.mean().length());
        }

        void add(BatchStatistics measured, double examples) {
            double[] mean = Floats.values(measured.mean());
            double[] variance = Floats.values(measured.variance());
            if (ghosts) {
                moments.average(examples, mean, variance);
                count += examples / moments.sum() * (measured.count() - count);
            } else {
                moments.add(measured.count(), mean, variance);
                count = moments.sum();
            }
        }

        BatchStatistics merged(DataType type) {
            int channels = moments.channels();
            return new BatchStatistics(
                    node,
                    Tensors.of(type, moments.means(), channels),
                    Tensors.of(type, moments.variances(), channels),
                    count);
        }
    }

    private final Map<Integer, Call> calls = new LinkedHashMap<>();

    /** Adds what was measured in a batch. Not modified. */
    void add(List<BatchStatistics> batch, int examples) {
        batch.forEach(measured -> calls.computeIfAbsent(measured.node().output().id(), id -> new Call(measured))
                .add(measured, examples));
    }

    List<BatchStatistics> merged(DataType type) {
        return calls.values().stream().map(call -> call.merged(type)).toList();
    }
}
