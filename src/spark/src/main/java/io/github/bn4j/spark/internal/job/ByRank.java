package io.github.bn4j.spark.internal.job;

import org.apache.spark.Partitioner;
import org.apache.spark.broadcast.Broadcast;

/** Sends positions to the partition of their rank. */
final class ByRank extends Partitioner {

    private static final long serialVersionUID = 1;

    private final int ranks;
    private final Broadcast<Routes> routes;

    ByRank(int ranks, Broadcast<Routes> routes) {
        this.ranks = ranks;
        this.routes = routes;
    }

    @Override
    public int numPartitions() {
        return ranks;
    }

    @Override
    public int getPartition(Object position) {
        return routes.value().rank((Integer) position);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ByRank that && ranks == that.ranks && routes.id() == that.routes.id();
    }

    @Override
    public int hashCode() {
        return Long.hashCode(routes.id());
    }
}
