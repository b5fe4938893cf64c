package io.github.bn4j.spark.internal.train;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What is said of the cluster that a training runs on.
 *
 * @param workers how many take part
 * @param members how many of them batch normalisations take their statistics of; 0 for all
 * @param checkpoints the URI of the folder for states; null for none
 * @param attempts how often a job is tried
 * @param stepsPerJob the most steps of a job
 * @param timeout how long a worker waits for another
 * @param waitForSlots how long the driver waits for slots
 * @param port the first one for workers; 0 for any
 * @param weights the column with weights; null for none
 */
public record ClusterSettings(
        int workers,
        int members,
        @Nullable String checkpoints,
        int attempts,
        int stepsPerJob,
        Duration timeout,
        Duration waitForSlots,
        int port,
        @Nullable String weights) {

    /** One worker, a job for each epoch, and no checkpoints. */
    public static final ClusterSettings USUAL = new ClusterSettings(
            1, 0, null, 4, Integer.MAX_VALUE, Duration.ofSeconds(60), Duration.ofMinutes(2), 0, null);

    /** With so many workers. */
    public ClusterSettings workers(int count) {
        return new ClusterSettings(
                count, members, checkpoints, attempts, stepsPerJob, timeout, waitForSlots, port, weights);
    }

    /** With statistics of so many workers. */
    public ClusterSettings members(int count) {
        return new ClusterSettings(
                workers, count, checkpoints, attempts, stepsPerJob, timeout, waitForSlots, port, weights);
    }

    /** With this folder for states. */
    public ClusterSettings checkpoints(String uri) {
        return new ClusterSettings(workers, members, uri, attempts, stepsPerJob, timeout, waitForSlots, port, weights);
    }

    /** With so many attempts. */
    public ClusterSettings attempts(int count) {
        return new ClusterSettings(
                workers, members, checkpoints, count, stepsPerJob, timeout, waitForSlots, port, weights);
    }

    /** With so many steps in a job. */
    public ClusterSettings stepsPerJob(int steps) {
        return new ClusterSettings(
                workers, members, checkpoints, attempts, steps, timeout, waitForSlots, port, weights);
    }

    /** With this patience of workers. */
    public ClusterSettings timeout(Duration time) {
        return new ClusterSettings(
                workers, members, checkpoints, attempts, stepsPerJob, time, waitForSlots, port, weights);
    }

    /** With this patience of the driver. */
    public ClusterSettings waitForSlots(Duration time) {
        return new ClusterSettings(workers, members, checkpoints, attempts, stepsPerJob, timeout, time, port, weights);
    }

    /** With this port. */
    public ClusterSettings port(int first) {
        return new ClusterSettings(
                workers, members, checkpoints, attempts, stepsPerJob, timeout, waitForSlots, first, weights);
    }

    /** With this column of weights. */
    public ClusterSettings weights(String column) {
        return new ClusterSettings(
                workers, members, checkpoints, attempts, stepsPerJob, timeout, waitForSlots, port, column);
    }

    @Override
    public String toString() {
        return workers + (workers == 1 ? " worker" : " workers")
                + (members == 0 ? "" : ", synchronized within " + members)
                + (checkpoints == null ? "" : ", checkpoints \"" + checkpoints + "\"")
                + ", attempts " + attempts
                + (stepsPerJob == Integer.MAX_VALUE ? "" : ", steps per job " + stepsPerJob);
    }
}
