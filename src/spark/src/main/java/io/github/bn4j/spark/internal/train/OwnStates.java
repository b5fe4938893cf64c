package io.github.bn4j.spark.internal.train;

/** Which state in a folder is of the training that goes on, so that its next {@code fit} may write there. Changed by each fit. */
public final class OwnStates {

    private int newest;

    synchronized int newest() {
        return newest;
    }

    synchronized void newest(int number) {
        newest = number;
    }
}
