package io.github.bn4j.spark.internal.job;

import java.time.Duration;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * The tasks that a cluster runs at the same time.
 *
 * @param wanted how many there have to be
 * @param timeout how long to wait for executors, as they come one after another and lost ones are replaced
 */
public record Slots(JavaSparkContext spark, int wanted, Duration timeout) {

    private static final int GLANCE_MILLIS = 100;

    /** How many there are now. */
    int now() {
        SparkContext context = spark.sc();
        // What Spark itself asks before it runs a barrier stage.
        return context.maxNumConcurrentTasks(context.resourceProfileManager().defaultResourceProfile());
    }

    /**
     * Waits until there are enough.
     *
     * @throws IllegalStateException if that takes too long
     */
    public void await() {
        long since = System.nanoTime();
        int found = now();
        while (found < wanted) {
            if (System.nanoTime() - since > timeout.toNanos()) {
                throw new IllegalStateException(
                        ("SparkTrainer expects %d task slots for its %d workers but got %d within %d s; start executors with"
                                        + " %d cores or more (spark.executor.instances times spark.executor.cores divided by"
                                        + " spark.task.cpus, which is %s; in local mode local[%d]), or set fewer workers")
                                .formatted(
                                        wanted,
                                        wanted,
                                        found,
                                        timeout.toSeconds(),
                                        wanted * cpus(),
                                        cpus(),
                                        wanted * cpus()));
            }
            try {
                Thread.sleep(GLANCE_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new java.util.concurrent.CancellationException(
                        "fit expects a thread that goes on but got an interrupt");
            }
            found = now();
        }
    }

    private int cpus() {
        return spark.getConf().getInt("spark.task.cpus", 1);
    }
}
