package io.github.bn4j.spark.internal.frame;

import io.github.bn4j.data.DataException;
import java.util.concurrent.Callable;

/** What a job of Spark failed of, without the words of Spark around it. */
public final class TaskFailure {

    private TaskFailure() {}

    /**
     * Runs a job.
     *
     * @throws DataException if a task has found data that cannot be used; with Spark's exception as a suppressed one
     */
    public static <T> T unwrapped(Callable<T> job) {
        try {
            return job.call();
        } catch (RuntimeException failure) {
            throw cause(failure) instanceof DataException known ? known : failure;
        } catch (Exception failure) {
            // Scala does not declare what it throws.
            throw cause(failure) instanceof DataException known ? known : TaskFailure.<RuntimeException>same(failure);
        }
    }

    private static Throwable cause(Throwable failure) {
        Throwable cause = failure;
        while (!(cause instanceof DataException) && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <E extends Exception> E same(Exception failure) throws E {
        throw (E) failure;
    }
}
