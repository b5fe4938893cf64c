package io.github.bn4j.spark.scaling;

/**
 * What the network between workers takes: the time that one message is on its way, the time that a worker spends on each message
 * that it sends and receives, and the bytes that it sends in a second.
 *
 * @param latency seconds from one worker to another, at least 0
 * @param overhead seconds of a worker for each message, at least 0
 * @param bandwidth bytes per second, above 0
 */
public record Link(double latency, double overhead, double bandwidth) {

    /** Refuses times below 0 and a bandwidth of 0. */
    public Link {
        if (!(latency >= 0 && overhead >= 0 && bandwidth > 0)) {
            throw new IllegalArgumentException(
                    "Link expects a latency and an overhead of at least 0 s and a bandwidth above 0"
                            + " bytes/s but got " + latency + ", " + overhead + " and " + bandwidth
                            + "; measure them with ClusterMeasurement, or ask who runs the cluster");
        }
    }

    /**
     * Seconds of a sum that every worker sends whole to every other one: one hop, and more bytes.
     *
     * @param workers at least 1
     * @param bytes of the sum
     */
    double direct(int workers, long bytes) {
        int others = workers - 1;
        return others == 0 ? 0 : latency + others * (overhead + (double) bytes / bandwidth);
    }

    /**
     * Seconds of a sum of which every worker adds up a part and sends it to all: two hops, and as few bytes as can be (Patarasuk
     * and Yuan 2009, Bandwidth optimal all-reduce algorithms for clusters of workstations).
     *
     * @param workers at least 1
     * @param bytes of the sum
     */
    double inParts(int workers, long bytes) {
        int others = workers - 1;
        return others == 0
                ? 0
                : 2 * (latency + others * overhead) + 2.0 * others / workers * (double) bytes / bandwidth;
    }

    /** Seconds of a sum in the better of the two ways. */
    double sum(int workers, long bytes) {
        return Math.min(direct(workers, bytes), inParts(workers, bytes));
    }
}
