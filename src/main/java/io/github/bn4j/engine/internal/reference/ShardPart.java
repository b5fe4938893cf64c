package io.github.bn4j.engine.internal.reference;

import io.github.bn4j.engine.Shard;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.internal.Tensors;
import java.nio.DoubleBuffer;
import java.util.Arrays;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The part of a batch that a shard is; it adds up over those whose statistics it shares. */
public final class ShardPart implements BatchPart {

    private final Shard shard;

    private ShardPart(Shard shard) {
        this.shard = shard;
    }

    /** Which examples a shard has. */
    public static BatchPart of(Shard shard) {
        return shard.all().size() == 1 ? WHOLE : new ShardPart(shard);
    }

    /** How many examples are computed: two of zeros where there are none, as one alone might have a single value per channel. */
    public static int rows(Shard shard) {
        return shard.size() == 0 ? 2 : shard.size();
    }

    /** An array of zeros for each input, which are computed where there are no examples; none where there are some. */
    public static INDArray[] nothing(Graph graph, DataType type, Shard shard) {
        return graph.inputs().values().stream()
                .filter(input -> shard.size() == 0)
                .map(input -> Tensors.zeros(type, input.shape().batched(rows(shard))))
                .toArray(INDArray[]::new);
    }

    @Override
    public long firstExample() {
        return shard.first();
    }

    /* Who has no examples computes some of zeros, which count nowhere. Where nobody has any, nothing that is measured matters, but
     * it should be a number. */
    @Override
    public void addUp(double[] own) {
        if (shard.measured() == 0) {
            return;
        }
        if (shard.size() == 0) {
            Arrays.fill(own, 0);
        }
        shard.statistics().allReduce(DoubleBuffer.wrap(own));
    }
}
