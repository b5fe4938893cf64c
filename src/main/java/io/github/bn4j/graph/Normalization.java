package io.github.bn4j.graph;

/**
 * How an op normalises each channel of its first input {@code [channels, …]}: in a prediction by running averages, which are
 * its state, in training by {@link Statistics}. Further inputs weigh the values, and predictions do not look at them.
 *
 * @param epsilon added to the variance
 * @param statistics what training normalises with
 * @param averages how the running averages follow
 * @param trainAffine whether scale and shift are trained
 */
public record Normalization(double epsilon, Statistics statistics, RunningAverages averages, boolean trainAffine) {

    /** Normalises with other statistics in training. */
    public Normalization statistics(Statistics changed) {
        return new Normalization(epsilon, changed, averages, trainAffine);
    }

    /** Lets training move the running averages, or not. */
    public Normalization updateRunning(boolean update) {
        return new Normalization(epsilon, statistics, averages.update(update), trainAffine);
    }

    /** Trains scale and shift, or leaves them; the roles of the parameters have to follow. */
    public Normalization trainAffine(boolean train) {
        return new Normalization(epsilon, statistics, averages, train);
    }

    /** Takes the running averages in training too, and does not move them. */
    public Normalization frozen() {
        Statistics changed = statistics instanceof Statistics.Unfrozen own
                ? new Statistics.Frozen(own, averages.update())
                : statistics;
        return statistics(changed).updateRunning(false);
    }

    /** Does what it did before it was frozen. */
    public Normalization unfrozen() {
        return statistics instanceof Statistics.Frozen was
                ? statistics(was.before()).updateRunning(was.updated())
                : this;
    }

    /** Whether a training step measures the batch: to normalise with it, or for the running averages. */
    public boolean measures() {
        return !statistics.areRunning() || averages.update();
    }
}
