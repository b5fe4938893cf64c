package io.github.bn4j.train;

import static io.github.bn4j.train.OptimizerChecks.checkAdam;

import java.util.List;

/**
 * Adam with decoupled weight decay (Loshchilov and Hutter 2019, algorithm 2).
 *
 * @param learningRate size of the steps
 * @param beta1 share of the old first moment that is kept
 * @param beta2 share of the old second moment that is kept
 * @param epsilon added to the root of the second moment
 * @param weightDecay share of the weights, times the learning rate, that each step takes away; gamma, beta and biases are exempt
 */
public record AdamW(double learningRate, double beta1, double beta2, double epsilon, double weightDecay)
        implements DecayingOptimizer {

    public AdamW {
        checkAdam("AdamW", learningRate, beta1, beta2, epsilon, weightDecay);
    }

    /** Betas 0.9 and 0.999, epsilon 1e-8, weight decay 0.01. */
    public static AdamW of(double learningRate) {
        return new AdamW(learningRate, 0.9, 0.999, 1e-8, 0.01);
    }

    /** Sets the shares of the old first and second moment that each step keeps, from 0 to below 1; by default 0.9 and 0.999. */
    public AdamW betas(double first, double second) {
        return new AdamW(learningRate, first, second, epsilon, weightDecay);
    }

    /** Sets what is added to the root of the second moment, above 0; by default 1e-8. */
    public AdamW epsilon(double epsilon) {
        return new AdamW(learningRate, beta1, beta2, epsilon, weightDecay);
    }

    /**
     * Takes the share {@code learningRate · weightDecay} off each weight in each step, at least 0, by default 0.01; gamma,
     * beta and biases are exempt.
     */
    public AdamW weightDecay(double weightDecay) {
        return new AdamW(learningRate, beta1, beta2, epsilon, weightDecay);
    }

    @Override
    public List<String> slots() {
        return AdamStep.SLOTS;
    }

    @Override
    public void step(Update update) {
        new AdamStep(update, beta1, beta2, epsilon).apply(update, 0, 1 - update.rate() * update.weightDecay());
    }

    @Override
    public double largestStep(double gradient) {
        return AdamStep.largestStep(gradient, beta1, beta2, epsilon);
    }
}
