package io.github.bn4j.train;

import io.github.bn4j.engine.BatchStatistics;
import io.github.bn4j.graph.Node;
import io.github.bn4j.graph.Statistics;
import io.github.bn4j.internal.Floats;
import io.github.bn4j.internal.Tensors;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * What the ops measured in several batches, as if in one: means and squares about them are merged exactly
 * (Chan, Golub and LeVeque 1979, Updating formulae and a pairwise algorithm for computing sample variances). Ghost batches are
 * averaged, as they are within a batch.
 */
final class MergedStatistics {

    /** One call of an op. */
    private static final class Call {

        private final Node node;
        private final boolean ghosts;
        private final double[] mean;
        private final double[] variance;
        private double count;
        private double share;

        Call(BatchStatistics first) {
            node = first.node();
            ghosts = node.op()
                    .normalization()
                    .filter(norm -> norm.statistics() instanceof Statistics.Ghost)
                    .isPresent();
            mean = new double[(int) first.mean().length()];
            variance = new double[mean.length];
        }

        void add(BatchStatistics measured, double examples) {
            double[] otherMean = Floats.values(measured.mean());
            double[] otherVariance = Floats.values(measured.variance());
            double weight = ghosts ? examples : measured.count();
            double total = share + weight;
            double part = weight / total;
            for (int c = 0; c < mean.length; c++) {
                double distance = ghosts ? 0 : otherMean[c] - mean[c];
                double between = distance * distance * part * (1 - part);
                variance[c] += part * (otherVariance[c] - variance[c]) + between;
                mean[c] += part * (otherMean[c] - mean[c]);
            }
            count = ghosts ? count + part * (measured.count() - count) : total;
            share = total;
        }

        BatchStatistics merged(DataType type) {
            return new BatchStatistics(
                    node, Tensors.of(type, mean, mean.length), Tensors.of(type, variance, variance.length), count);
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
