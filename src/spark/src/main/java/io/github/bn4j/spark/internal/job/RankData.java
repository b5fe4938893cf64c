package io.github.bn4j.spark.internal.job;

import java.util.function.Consumer;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.broadcast.Broadcast;

/** Some data of a job, of which each rank gets its own. */
public interface RankData<E> {

    /**
     * A partition for each rank with its examples, in its order.
     *
     * @param sent is told of what has to be destroyed after the job
     */
    JavaRDD<E> byRank(RankJob job, Consumer<Broadcast<?>> sent);
}
