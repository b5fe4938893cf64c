package io.github.bn4j.engine.replica;

import java.util.Arrays;
import java.util.List;

/** Where threads meet to add up what each of them has. The order of the sum is that of the threads' numbers. */
final class Rendezvous {

    /** Another thread cannot come any more. */
    static final class Broken extends RuntimeException {

        private static final long serialVersionUID = 1;

        Broken() {
            super("replica expects every other to ask for the same sums but got one that did not", null, false, false);
        }
    }

    private final double[][] given;
    private int arrived;
    private int round;
    private double[] sum = {};
    private boolean left;

    Rendezvous(int threads) {
        given = new double[threads][];
    }

    /**
     * Waits until all threads have come, and returns the sum of what they brought.
     *
     * @throws Broken if a thread has left, or brings another number of elements
     */
    synchronized double[] sum(int thread, double[] own) {
        int mine = round;
        given[thread] = own;
        arrived++;
        if (arrived == given.length) {
            sum = addedOrBroken();
            arrived = 0;
            round++;
            notifyAll();
            return sum;
        }
        try {
            while (round == mine && !left) {
                wait();
            }
        } catch (InterruptedException e) {
            leave();
            Thread.currentThread().interrupt();
        }
        if (round == mine) {
            throw new Broken();
        }
        return sum;
    }

    private double[] addedOrBroken() {
        try {
            return added(Arrays.asList(given));
        } catch (Broken mismatch) {
            leave();
            throw mismatch;
        }
    }

    /**
     * The sum of arrays, first to last.
     *
     * @throws Broken if they differ in length
     */
    static double[] added(List<double[]> arrays) {
        double[] total = arrays.get(0).clone();
        for (double[] more : arrays.subList(1, arrays.size())) {
            if (more.length != total.length) {
                throw new Broken();
            }
            for (int i = 0; i < total.length; i++) {
                total[i] += more[i];
            }
        }
        return total;
    }

    /** Says that the calling thread will not come again, so that nobody waits for it. */
    synchronized void leave() {
        left = true;
        notifyAll();
    }
}
