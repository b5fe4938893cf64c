package io.github.bn4j.engine.internal.reference;

import io.github.bn4j.engine.Shard;
import java.nio.DoubleBuffer;
import java.util.Arrays;

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
