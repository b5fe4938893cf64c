package io.github.bn4j.engine.internal.reference;

import io.github.bn4j.engine.Shard;
import io.github.bn4j.internal.Floats;
import java.nio.DoubleBuffer;
import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

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

    @Override
    public long firstExample() {
        return shard.first();
    }

    /* Who has no examples computes one of zeros, which counts nowhere. Where nobody has any, nothing that is measured matters, but
     * should be a number. */
    @Override
    public INDArray sum(INDArray own) {
        if (shard.measured() == 0) {
            return own;
        }
        double[] sums = Floats.values(own);
        if (shard.size() == 0) {
            Arrays.fill(sums, 0);
        }
        shard.statistics().allReduce(DoubleBuffer.wrap(sums));
        return Nd4j.createFromArray(sums).castTo(own.dataType()).reshape('c', own.shape());
    }
}
