package io.github.bn4j.train;

import io.github.bn4j.graph.Parameters;

/** Watches the epochs of one {@code fit}, for {@link EarlyStopping}. */
final class Stopping {

    private final EarlyStopping how;
    private final Watched watched;
    private final TrainingState.Best best;
    private int without;

    /**
     * A watch.
     *
     * @param best of the training so far. Modified.
     */
    Stopping(EarlyStopping how, Watched watched, TrainingState.Best best) {
        this.how = how;
        this.watched = watched;
        this.best = best;
    }

    /** Sees an epoch and what it was judged by. */
    void offer(Epoch epoch, Parameters judged) {
        double value = watched.of(epoch);
        if (watched.isGain(value, best.lastGain, how.leastGain())) {
            best.lastGain = value;
            without = 0;
        } else {
            without++;
        }
        Epoch before = best.epoch;
        if (!Double.isNaN(value) && (before == null || watched.isBetter(epoch, before))) {
            best.epoch = epoch;
            if (how.restoreBest()) {
                best.keep(judged);
            }
        }
    }

    /** Whether patience is at its end. */
    boolean ends() {
        return without >= how.patience();
    }

    /** Puts what was the best into the parameters, if anything was. */
    void restore(Parameters parameters) {
        Parameters kept = best.parameters;
        if (how.restoreBest() && kept != null) {
            parameters.step(() -> {
                parameters.trainable().assign(kept.trainable());
                parameters.state().assign(kept.state());
            });
        }
    }
}
