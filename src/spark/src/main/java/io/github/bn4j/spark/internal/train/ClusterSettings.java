package io.github.bn4j.spark.internal.train;

import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What is said of the cluster that a training runs on. Whoever has one leaves it alone, and changes {@linkplain #with copies}. */
public final class ClusterSettings {

    /** How many workers take part. */
    public int workers = 1;

    /** How many neighbouring workers share the statistics of batch normalisations; 0 for all. */
    public int members;

    /** How many steps workers take apart before they average; 0 if they take each step together. */
    public int averageEvery;

    /** The URI of the folder for states; null for none. */
    public @Nullable String checkpoints;

    /** How often a job is tried. */
    public int attempts = 4;

    /** The most steps of a job. */
    public int stepsPerJob = Integer.MAX_VALUE;

    /** How long a worker waits for another. */
    public Duration timeout = Duration.ofSeconds(60);

    /** How long the driver waits for slots. */
    public Duration waitForSlots = Duration.ofMinutes(2);

    /** The first port for workers; 0 for any. */
    public int port;

    /** The column with weights; null for none. */
    public @Nullable String weights;

    /** A changed copy. */
    public ClusterSettings with(Consumer<ClusterSettings> change) {
        ClusterSettings copy = new ClusterSettings();
        copy.workers = workers;
        copy.members = members;
        copy.averageEvery = averageEvery;
        copy.checkpoints = checkpoints;
        copy.attempts = attempts;
        copy.stepsPerJob = stepsPerJob;
        copy.timeout = timeout;
        copy.waitForSlots = waitForSlots;
        copy.port = port;
        copy.weights = weights;
        change.accept(copy);
        return copy;
    }

    @Override
    public String toString() {
        return workers + (workers == 1 ? " worker" : " workers")
                + (members == 0 ? "" : ", synchronized within " + members)
                + (averageEvery == 0
                        ? ""
                        : ", averaged every " + averageEvery + (averageEvery == 1 ? " step" : " steps"))
                + (checkpoints == null ? "" : ", checkpoints \"" + checkpoints + "\"")
                + ", attempts " + attempts
                + (stepsPerJob == Integer.MAX_VALUE ? "" : ", steps per job " + stepsPerJob);
    }
}
