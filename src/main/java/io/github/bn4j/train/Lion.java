package io.github.bn4j.train;

import static io.github.bn4j.train.OptimizerChecks.checkBetas;
import static io.github.bn4j.train.OptimizerChecks.checkNotNegative;
import static io.github.bn4j.train.OptimizerChecks.checkRate;

import java.util.List;

/**
 * Steps of one size in the direction of the sign of {@code β₁ m + (1 − β₁) g}, then {@code m ← β₂ m + (1 − β₂) g}, with decoupled
 * weight decay (Chen et al. 2023, Symbolic discovery of optimization algorithms, program 1). Its learning rate is a tenth to a
 * third of Adam's, its weight decay so much larger.
 *
 * @param learningRate size of the steps
 * @param beta1 share of the momentum in the direction
 * @param beta2 share of the old momentum that is kept
 * @param weightDecay share of the weights, times the learning rate, that each step takes away; gamma, beta and biases are exempt
 */
public record Lion(double learningRate, double beta1, double beta2, double weightDecay) implements DecayingOptimizer {

    public Lion {
        checkRate("Lion", learningRate);
        checkBetas("Lion", beta1, beta2);
        checkNotNegative("Lion", "weight decay", weightDecay);
    }

    /** Betas 0.9 and 0.99, no weight decay. */
    public static Lion of(double learningRate) {
        return new Lion(learningRate, 0.9, 0.99, 0);
    }

    /** Sets the share of the momentum in the direction, and that of the old momentum that is kept; by default 0.9 and 0.99. */
    public Lion betas(double first, double second) {
        return new Lion(learningRate, first, second, weightDecay);
    }

    /**
     * Takes the share {@code learningRate · weightDecay} off each weight in each step, at least 0 (default); gamma, beta and
     * biases are exempt.
     */
    public Lion weightDecay(double weightDecay) {
        return new Lion(learningRate, beta1, beta2, weightDecay);
    }

    @Override
    public List<String> slots() {
        return List.of("momentum");
    }

    @Override
    public void step(Update update) {
        double rate = update.rate();
        double decay = update.weightDecay();
        update.elements((w, g, slots, count) -> {
            double[] m = slots[0];
            for (int i = 0; i < count; i++) {
                w[i] -= rate * (Math.signum(beta1 * m[i] + (1 - beta1) * g[i]) + decay * w[i]);
                m[i] = beta2 * m[i] + (1 - beta2) * g[i];
            }
        });
    }

    @Override
    public double largestStep(double gradient) {
        return 1;
    }
}
