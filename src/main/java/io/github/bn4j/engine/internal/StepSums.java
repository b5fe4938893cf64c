package io.github.bn4j.engine.internal;

import io.github.bn4j.engine.BatchStatistics;
import io.github.bn4j.engine.Shard;
import io.github.bn4j.graph.Parameters;
import io.github.bn4j.internal.Floats;
import io.github.bn4j.internal.Tensors;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What the shards of a batch add up at the end of a step, in one call: gradients, losses, and what groups have measured. */
public final class StepSums {

    /* Where groups have statistics of their own, each example brings those of its group, so that what comes out are means of
     * means and of variances, as of ghost batches, weighted by the number of values behind them. */

    private final Shard shard;
    private final Parameters parameters;
    private final boolean isOneGroup;
    private @Nullable SharedNumbers numbers;
    private List<BatchStatistics> statistics = List.of();

    public StepSums(Shard shard, Parameters parameters) {
        this.shard = shard;
        this.parameters = parameters;
        isOneGroup = shard.statistics().size() == shard.all().size();
    }

    /** Does something; if it fails, so does the collective, because the others would wait for sums that are never asked for. */
    public static <T> T guarded(Shard shard, Supplier<T> action) {
        try {
            return action.get();
        } catch (RuntimeException | Error failure) {
            if (shard.all().size() > 1) {
                shard.all().fail(failure);
            }
            throw failure;
        }
    }

    /**
     * Adds up over all shards the gradients that are in the store, and what else a step leaves.
     *
     * @param loss sum of the losses of the examples
     * @param finite whether the values that it was computed with were
     * @param measured what ops measured of the examples of a group
     * @return the mean loss of the batch; nothing if some values were not finite
     */
    public OptionalDouble add(double loss, boolean finite, List<BatchStatistics> measured) {
        statistics = measured;
        if (shard.all().size() == 1) {
            return finite ? OptionalDouble.of(loss / shard.batch()) : OptionalDouble.empty();
        }
        SharedNumbers sums = numbers(measured);
        sums.put(parameters.gradients());
        sums.put(loss);
        sums.put(finite ? 0 : 1);
        if (!isOneGroup) {
            measured.forEach(one -> putShare(sums, one));
        }
        sums.buffer().rewind();
        sums.allReduce(shard.all());
        sums.take(parameters.gradients());
        double total = sums.take();
        boolean allFinite = sums.take() == 0;
        if (!isOneGroup) {
            statistics = measured.stream().map(one -> merged(sums, one)).toList();
        }
        return allFinite ? OptionalDouble.of(total / shard.batch()) : OptionalDouble.empty();
    }

    /** What was measured of the whole batch in the last step. */
    public List<BatchStatistics> statistics() {
        return statistics;
    }

    private void putShare(SharedNumbers sums, BatchStatistics one) {
        double share = shard.size() == 0 ? 0 : one.count() * shard.size() / shard.measured();
        sums.put(share);
        for (INDArray array : List.of(one.mean(), one.variance())) {
            for (double value : Floats.values(array)) {
                sums.put(share == 0 ? 0 : share * value);
            }
        }
    }

    private BatchStatistics merged(SharedNumbers sums, BatchStatistics one) {
        double count = sums.take();
        List<INDArray> means = new ArrayList<>();
        for (INDArray array : List.of(one.mean(), one.variance())) {
            double[] values = new double[(int) array.length()];
            for (int i = 0; i < values.length; i++) {
                values[i] = sums.take() / count;
            }
            means.add(Tensors.of(array.dataType(), values, array.shape()));
        }
        return new BatchStatistics(
                one.node(),
                means.get(0),
                means.get(1),
                count / shard.groupSizes().size());
    }

    private SharedNumbers numbers(List<BatchStatistics> measured) {
        int count = (int) parameters.gradients().length() + 2;
        if (!isOneGroup) {
            for (BatchStatistics one : measured) {
                count += 1 + 2 * (int) one.mean().length();
            }
        }
        SharedNumbers present = numbers;
        if (present == null || present.buffer().limit() != count) {
            present = SharedNumbers.of(parameters.type(), count);
            numbers = present;
        }
        present.buffer().rewind();
        return present;
    }
}
