package io.github.bn4j.spark.internal.job;

import java.time.Duration;
import org.apache.spark.SimpleFutureAction;
import org.apache.spark.SparkJobInfo;
import org.apache.spark.SparkStageInfo;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.JavaSparkStatusTracker;
import scala.jdk.javaapi.CollectionConverters;

/** Sees to it that a job does not wait without end for slots that others have. */
final class Starting {

    private static final long GLANCE_NANOS = Duration.ofSeconds(1).toNanos();

    private final JavaSparkContext spark;
    private final SimpleFutureAction<?> action;
    private final Duration timeout;
    private long active = System.nanoTime();
    private long looked = active;

    Starting(JavaSparkContext spark, SimpleFutureAction<?> action, Duration timeout) {
        this.spark = spark;
        this.action = action;
        this.timeout = timeout;
    }

    /** Whether no task of it has been running for too long. */
    boolean takesTooLong() {
        long now = System.nanoTime();
        if (now - looked < GLANCE_NANOS) {
            return false;
        }
        looked = now;
        if (hasActiveTasks()) {
            active = now;
        }
        return now - active > timeout.toNanos();
    }

    private boolean hasActiveTasks() {
        JavaSparkStatusTracker tracker = spark.statusTracker();
        for (Object job : CollectionConverters.asJava(action.jobIds())) {
            SparkJobInfo info = tracker.getJobInfo((Integer) job);
            for (int stage : info == null ? new int[0] : info.stageIds()) {
                SparkStageInfo stageInfo = tracker.getStageInfo(stage);
                if (stageInfo != null && stageInfo.numActiveTasks() > 0) {
                    return true;
                }
            }
        }
        return false;
    }
}
