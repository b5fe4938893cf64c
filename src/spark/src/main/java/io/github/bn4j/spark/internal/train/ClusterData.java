package io.github.bn4j.spark.internal.train;

import io.github.bn4j.Network;
import io.github.bn4j.norm.internal.MeasuredData;
import io.github.bn4j.spark.internal.job.RankData;
import io.github.bn4j.train.SharedData;
import io.github.bn4j.train.SharedExample;
import java.util.List;

/** The examples of a training on a cluster, of which the driver knows what it has to know. */
interface ClusterData extends AutoCloseable {

    /** What a training has to know of them. */
    SharedData shared();

    /**
     * The examples for a job.
     *
     * @param names of their arrays, in the order wanted
     * @param rows those of each rank, in its order
     */
    RankData<SharedExample> examples(List<String> names, List<int[]> rows);

    /**
     * All of them, for what measures what comes to the batch normalisations of a network.
     *
     * @param ops the classes of its ops
     */
    MeasuredData measured(Network network, List<Class<?>> ops);

    /** Lets the executors have their memory back. */
    @Override
    void close();
}
