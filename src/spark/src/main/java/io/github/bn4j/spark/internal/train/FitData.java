package io.github.bn4j.spark.internal.train;

import io.github.bn4j.train.Trainer;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.jspecify.annotations.Nullable;

/** What a {@code fit} is given to train on and to judge by. */
public interface FitData {

    /** The application whose executors train. */
    JavaSparkContext spark();

    /**
     * Refuses what the driver can refuse by itself.
     *
     * @return what all workers have to read as the driver does
     */
    List<TravellingData> prepare();

    /** The examples to train on. To be closed. */
    ClusterData training(Trainer trainer);

    /** Those to judge by, to be closed; null if there are none. */
    @Nullable
    ClusterData validation();
}
