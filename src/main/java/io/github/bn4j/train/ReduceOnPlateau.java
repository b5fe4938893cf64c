package io.github.bn4j.train;

import static io.github.bn4j.internal.Checks.checkArgument;
import static io.github.bn4j.internal.Checks.checkGiven;
import static io.github.bn4j.train.OptimizerChecks.checkNotNegative;

import java.util.Optional;

/**
 * A schedule that makes the learning rate smaller when validation has not got better for some epochs. It looks at all epochs of
 * the training so far, so it goes on in the next {@code fit}. A gain is measured from the best epoch and absolute, where PyTorch's is
 * relative, which goes wrong for negative numbers; NaN is none.
 *
 * @param factor what the learning rate is multiplied by each time
 * @param patience how many epochs without gain it takes, as in Keras; PyTorch's number is one less
 * @param leastGain what a gain has to exceed
 * @param cooldown how many epochs after that do not count
 * @param lowest the smallest factor of the optimiser's own learning rate
 * @param metric the name of what is watched: {@code loss}, {@code accuracy}, or that of a metric of {@link Trainer#metrics}
 */
public record ReduceOnPlateau(double factor, int patience, double leastGain, int cooldown, double lowest, String metric)
        implements Schedule {

    public ReduceOnPlateau {
        checkArgument(factor > 0 && factor < 1, "plateau expects a factor between 0 and 1 but got %s", factor);
        checkArgument(patience >= 1, "plateau expects patience of at least 1 epoch but got %s", patience);
        checkNotNegative("plateau", "a least gain", leastGain);
        checkArgument(cooldown >= 0, "plateau expects cooldown of at least 0 epochs but got %s", cooldown);
        checkArgument(
                lowest >= 0 && lowest < 1, "plateau expects a lowest factor from 0 to below 1 but got %s", lowest);
        checkGiven(metric, "plateau", "the name of a metric");
    }

    /** Multiplies the learning rate by {@code factor} each time, between 0 and 1, by default 0.1. */
    public ReduceOnPlateau factor(double factor) {
        return new ReduceOnPlateau(factor, patience, leastGain, cooldown, lowest, metric);
    }

    /** Waits for {@code patience} epochs without gain, at least 1, by default 10. */
    public ReduceOnPlateau patience(int patience) {
        return new ReduceOnPlateau(factor, patience, leastGain, cooldown, lowest, metric);
    }

    /** Takes for a gain only what exceeds {@code leastGain}, at least 0 (default). */
    public ReduceOnPlateau leastGain(double leastGain) {
        return new ReduceOnPlateau(factor, patience, leastGain, cooldown, lowest, metric);
    }

    /** Does not count {@code cooldown} epochs after the learning rate got smaller, at least 0 (default). */
    public ReduceOnPlateau cooldown(int cooldown) {
        return new ReduceOnPlateau(factor, patience, leastGain, cooldown, lowest, metric);
    }

    /** Never multiplies the optimiser's own learning rate by less than {@code lowest}, from 0 (default) to below 1. */
    public ReduceOnPlateau lowest(double lowest) {
        return new ReduceOnPlateau(factor, patience, leastGain, cooldown, lowest, metric);
    }

    /**
     * Watches a metric, by default the validation loss. It knows whether larger is better.
     *
     * @param metric its name, such as {@code accuracy}, or {@code f1} after {@code trainer.metrics(Metric.f1())}
     */
    public ReduceOnPlateau on(String metric) {
        return new ReduceOnPlateau(factor, patience, leastGain, cooldown, lowest, metric);
    }

    @Override
    public Optional<String> watches() {
        return Optional.of(metric);
    }

    @Override
    public double factor(TrainingProgress at) {
        double rate = 1;
        double best = Double.NaN;
        int bad = 0;
        int cooling = 0;
        Watched watched = Watched.of("plateau", metric, at.finished().metrics());
        for (Epoch epoch : at.finished().epochs()) {
            double value = watched.of(epoch);
            boolean gain = watched.isGain(value, best, leastGain);
            best = gain ? value : best;
            bad = gain || cooling > 0 ? 0 : bad + 1;
            cooling = Math.max(0, cooling - 1);
            if (bad == patience) {
                rate = Math.max(lowest, rate * factor);
                bad = 0;
                cooling = cooldown;
            }
        }
        return rate;
    }

    @Override
    public String toString() {
        return "plateau().factor(" + factor + ").patience(" + patience + ")"
                + (leastGain > 0 ? ".leastGain(" + leastGain + ")" : "")
                + (cooldown > 0 ? ".cooldown(" + cooldown + ")" : "")
                + (lowest > 0 ? ".lowest(" + lowest + ")" : "")
                + (metric.equals(Watched.LOSS) ? "" : ".on(\"" + metric + "\")");
    }
}
