package io.github.bn4j.train;

import static io.github.bn4j.train.OptimizerChecks.checkNotNegative;
import static io.github.bn4j.train.OptimizerChecks.checkPositive;
import static io.github.bn4j.train.OptimizerChecks.checkRate;
import static io.github.bn4j.train.OptimizerChecks.checkShare;

import java.util.ArrayList;
import java.util.List;

/**
 * Divides each gradient by the root of its mean square (Hinton 2012, Neural networks for machine learning, lecture 6e), as in
 * PyTorch: epsilon stands outside the root, and the learning rate outside the momentum.
 *
 * @param learningRate size of the steps
 * @param decay share of the old mean square that is kept
 * @param epsilon added to the root
 * @param momentum share of the last velocity that is kept, 0 for none
 * @param centred whether the square of the mean gradient is taken off the mean square, which leaves a variance
 * @param weightDecay strength of an L2 penalty, which joins the gradient; gamma, beta and biases are exempt
 */
public record RmsProp(
        double learningRate, double decay, double epsilon, double momentum, boolean centred, double weightDecay)
        implements DecayingOptimizer {

    public RmsProp {
        checkRate("RmsProp", learningRate);
        checkShare("RmsProp", "decay of the mean square", decay);
        checkPositive("RmsProp", "epsilon", epsilon);
        checkShare("RmsProp", "momentum", momentum);
        checkNotNegative("RmsProp", "weight decay", weightDecay);
    }

    /** Decay 0.99, epsilon 1e-8, neither momentum nor weight decay, not centred. */
    public static RmsProp of(double learningRate) {
        return new RmsProp(learningRate, 0.99, 1e-8, 0, false, 0);
    }

    /** Sets the share of the old mean square that each step keeps, from 0 to below 1; by default 0.99. */
    public RmsProp decay(double decay) {
        return new RmsProp(learningRate, decay, epsilon, momentum, centred, weightDecay);
    }

    /** Sets what is added to the root of the mean square, above 0; by default 1e-8. */
    public RmsProp epsilon(double epsilon) {
        return new RmsProp(learningRate, decay, epsilon, momentum, centred, weightDecay);
    }

    /** Keeps the share {@code momentum} of the last velocity in each step, from 0 (default) to below 1. */
    public RmsProp momentum(double momentum) {
        return new RmsProp(learningRate, decay, epsilon, momentum, centred, weightDecay);
    }

    /** Divides by the standard deviation of each gradient, or by the root of its mean square (default). */
    public RmsProp centred(boolean centred) {
        return new RmsProp(learningRate, decay, epsilon, momentum, centred, weightDecay);
    }

    /** Adds {@code weightDecay w} to the gradient of each weight, at least 0 (default); gamma, beta and biases are exempt. */
    public RmsProp weightDecay(double weightDecay) {
        return new RmsProp(learningRate, decay, epsilon, momentum, centred, weightDecay);
    }

    @Override
    public List<String> slots() {
        List<String> slots = new ArrayList<>(List.of("meanSquare"));
        if (centred) {
            slots.add("mean");
        }
        if (momentum > 0) {
            slots.add("velocity");
        }
        return slots;
    }

    @Override
    public void step(Update update) {
        double rate = update.rate();
        double penalty = update.weightDecay();
        update.elements((w, g, slots, count) -> {
            double[] square = slots[0];
            for (int i = 0; i < count; i++) {
                double gradient = g[i] + penalty * w[i];
                square[i] = decay * square[i] + (1 - decay) * gradient * gradient;
                double variance = square[i];
                if (centred) {
                    double[] mean = slots[1];
                    mean[i] = decay * mean[i] + (1 - decay) * gradient;
                    // Rounding can make it negative where a gradient never changes.
                    variance = Math.max(0, variance - mean[i] * mean[i]);
                }
                double direction = gradient / (Math.sqrt(variance) + epsilon);
                if (momentum > 0) {
                    double[] velocity = slots[slots.length - 1];
                    velocity[i] = momentum * velocity[i] + direction;
                    direction = velocity[i];
                }
                w[i] -= rate * direction;
            }
        });
    }

    /* A variance, unlike a mean square, can be 0 whatever the gradient. */
    @Override
    public double largestStep(double gradient) {
        return !centred && gradient * gradient < Float.MAX_VALUE / 2
                ? (1 / Math.sqrt(1 - decay) + AdamStep.UNSQUARED / epsilon) / (1 - momentum)
                : Double.POSITIVE_INFINITY;
    }
}
