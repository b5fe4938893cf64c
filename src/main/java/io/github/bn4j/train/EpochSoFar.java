package io.github.bn4j.train;

/**
 * An epoch that is under way, between two steps.
 *
 * @param number from 1
 * @param steps how many of its steps are over
 * @param lossSum the sum of their losses, each times what its step counts
 * @param counted the sum of what they count
 * @param seconds how long it took before it was stored the last time
 */
record EpochSoFar(int number, int steps, double lossSum, double counted, double seconds) {

    static EpochSoFar first(int number) {
        return new EpochSoFar(number, 0, 0, 0, 0);
    }

    /** With one step more. */
    EpochSoFar plus(double loss, double counts) {
        return new EpochSoFar(number, steps + 1, lossSum + loss * counts, counted + counts, seconds);
    }

    /** With other sums, of as many steps. */
    EpochSoFar counted(double losses, double counts) {
        return new EpochSoFar(number, steps, losses, counts, seconds);
    }

    EpochSoFar after(double moreSeconds) {
        return new EpochSoFar(number, steps, lossSum, counted, seconds + moreSeconds);
    }

    /** The mean loss; 0 where nothing counted. */
    double loss() {
        return counted == 0 ? 0 : lossSum / counted;
    }
}
