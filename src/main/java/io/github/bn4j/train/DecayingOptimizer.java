package io.github.bn4j.train;

/** An optimiser that lets weights decay in its own way, by as much as {@link Update#weightDecay} says. */
public interface DecayingOptimizer extends Optimizer {

    /**
     * The strength of weight decay, at least 0. Gamma, beta and biases are exempt, and {@link Trainer#decay} sets it for
     * parameters by name.
     */
    double weightDecay();
}
