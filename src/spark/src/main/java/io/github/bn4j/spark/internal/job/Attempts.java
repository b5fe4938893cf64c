package io.github.bn4j.spark.internal.job;

/**
 * Runs jobs again that have lost workers.
 *
 * @param slots those that a job needs, which are waited for before the next attempt
 * @param most how many attempts a job has, at least 1
 */
public record Attempts(Slots slots, int most) {

    /** A job that gives the same each time. */
    @FunctionalInterface
    public interface Job<T> {

        /** Runs it. */
        T run() throws LostWorkerException;
    }

    /**
     * Runs a job until it comes to its end.
     *
     * @param what it is, for the message
     * @throws IllegalStateException if all attempts lose workers
     */
    public <T> T run(String what, Job<T> job) {
        for (int attempt = 1; ; attempt++) {
            slots.await();
            try {
                return job.run();
            } catch (LostWorkerException lost) {
                if (attempt >= most) {
                    throw new IllegalStateException(
                            "SparkTrainer expects workers that come to the end of %s but got %d failed attempts, the last one by: %s; see the logs of the executors, and set more attempts, or checkpoints to resume from"
                                    .formatted(what, most, lost.getMessage()),
                            lost);
                }
            }
        }
    }
}
