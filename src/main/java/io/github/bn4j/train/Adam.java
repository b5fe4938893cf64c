package io.github.bn4j.train;

import static io.github.bn4j.train.OptimizerChecks.checkAdam;

import java.util.List;

/**
 * Adam (Kingma and Ba 2015, algorithm 1), with the bias corrections and epsilon outside the root.
 *
 * @param learningRate size of the steps
 * @param beta1 share of the old first moment that is kept
 * @param beta2 share of the old second moment that is kept
 * @param epsilon added to the root of the second moment
 * @param weightDecay strength of an L2 penalty, which joins the gradient; gamma, beta and biases are exempt
 */
public record Adam(double learningRate, double beta1, double beta2, double epsilon, double weightDecay)
        implements DecayingOptimizer {

    public Adam {
        checkAdam("Adam", learningRate, beta1, beta2, epsilon, weightDecay);
    }

    /** Betas 0.9 and 0.999, epsilon 1e-8, no weight decay. */
    public static Adam of(double learningRate) {
        return new Adam(learningRate, 0.9, 0.999, 1e-8, 0);
    }

    /** Sets the shares of the old first and second moment that each step keeps, from 0 to below 1; by default 0.9 and 0.999. */
    public Adam betas(double first, double second) {
        return new Adam(learningRate, first, second, epsilon, weightDecay);
    }

    /** Sets what is added to the root of the second moment, above 0; by default 1e-8. */
    public Adam epsilon(double epsilon) {
        return new Adam(learningRate, beta1, beta2, epsilon, weightDecay);
    }

    /** Adds {@code weightDecay w} to the gradient of each weight, at least 0 (default); gamma, beta and biases are exempt. */
    public Adam weightDecay(double weightDecay) {
        return new Adam(learningRate, beta1, beta2, epsilon, weightDecay);
    }

    @Override
    public List<String> slots() {
        return AdamStep.SLOTS;
    }

    @Override
    public void step(Update update) {
        new AdamStep(update, beta1, beta2, epsilon).apply(update, update.weightDecay(), 1);
    }

    @Override
    public double largestStep(double gradient) {
        return AdamStep.largestStep(gradient, beta1, beta2, epsilon);
    }
}
