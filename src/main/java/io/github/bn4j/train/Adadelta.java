package io.github.bn4j.train;

import static io.github.bn4j.train.OptimizerChecks.checkNotNegative;
import static io.github.bn4j.train.OptimizerChecks.checkPositive;
import static io.github.bn4j.train.OptimizerChecks.checkRate;
import static io.github.bn4j.train.OptimizerChecks.checkShare;

import java.util.List;

/**
 * Scales each gradient by the root mean square of past changes over that of past gradients (Zeiler 2012, ADADELTA, algorithm 1),
 * with epsilon inside both roots, as in PyTorch and optax. Its learning rate is 1 by nature.
 *
 * @param learningRate what the change is multiplied by
 * @param decay share of the old mean squares that is kept
 * @param epsilon added under both roots
 * @param weightDecay strength of an L2 penalty, which joins the gradient; gamma, beta and biases are exempt
 */
public record Adadelta(double learningRate, double decay, double epsilon, double weightDecay)
        implements DecayingOptimizer {

    public Adadelta {
        checkRate("Adadelta", learningRate);
        checkShare("Adadelta", "decay of the mean squares", decay);
        checkPositive("Adadelta", "epsilon", epsilon);
        checkNotNegative("Adadelta", "weight decay", weightDecay);
    }

    /** Learning rate 1, decay 0.9, epsilon 1e-6, no weight decay. */
    public static Adadelta of() {
        return of(1);
    }

    /** Decay 0.9, epsilon 1e-6, no weight decay. */
    public static Adadelta of(double learningRate) {
        return new Adadelta(learningRate, 0.9, 1e-6, 0);
    }

    /** Sets the share of the old mean squares that each step keeps, from 0 to below 1; by default 0.9. */
    public Adadelta decay(double decay) {
        return new Adadelta(learningRate, decay, epsilon, weightDecay);
    }

    /** Sets what is added under both roots, above 0; by default 1e-6. */
    public Adadelta epsilon(double epsilon) {
        return new Adadelta(learningRate, decay, epsilon, weightDecay);
    }

    /** Adds {@code weightDecay w} to the gradient of each weight, at least 0 (default); gamma, beta and biases are exempt. */
    public Adadelta weightDecay(double weightDecay) {
        return new Adadelta(learningRate, decay, epsilon, weightDecay);
    }

    @Override
    public List<String> slots() {
        return List.of("meanSquareGradient", "meanSquareChange");
    }

    @Override
    public void step(Update update) {
        double rate = update.rate();
        double penalty = update.weightDecay();
        update.elements((w, g, slots, count) -> {
            double[] gradients = slots[0];
            double[] changes = slots[1];
            for (int i = 0; i < count; i++) {
                double gradient = g[i] + penalty * w[i];
                gradients[i] = decay * gradients[i] + (1 - decay) * gradient * gradient;
                double change = Math.sqrt(changes[i] + epsilon) / Math.sqrt(gradients[i] + epsilon) * gradient;
                changes[i] = decay * changes[i] + (1 - decay) * change * change;
                w[i] -= rate * change;
            }
        });
    }
}
