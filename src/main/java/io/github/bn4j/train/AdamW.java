package io.github.bn4j.train;

import static io.github.bn4j.internal.Checks.checkArgument;

import org.nd4j.linalg.api.ndarray.INDArray;

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
        implements Optimizer {

    public AdamW {
        checkArgument(
                learningRate > 0 && Double.isFinite(learningRate),
                "AdamW expects a learning rate above 0 but got %s",
                learningRate);
        checkArgument(
                beta1 >= 0 && beta1 < 1 && beta2 >= 0 && beta2 < 1,
                "AdamW expects betas from 0 to below 1 but got %s and %s",
                beta1,
                beta2);
        checkArgument(epsilon > 0 && Double.isFinite(epsilon), "AdamW expects epsilon above 0 but got %s", epsilon);
        checkArgument(
                weightDecay >= 0 && Double.isFinite(weightDecay),
                "AdamW expects weight decay of at least 0 but got %s",
                weightDecay);
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
    public AdamW scaled(double factor) {
        return new AdamW(learningRate * factor, beta1, beta2, epsilon, weightDecay);
    }

    @Override
    public int slots() {
        return 2;
    }

    @Override
    public void step(long step, INDArray parameters, INDArray gradients, INDArray[] slots, boolean decays) {
        if (decays && weightDecay > 0) {
            parameters.muli(1 - learningRate * weightDecay);
        }
        new AdamStep(step, learningRate, beta1, beta2, epsilon).apply(parameters, gradients, slots, 0);
    }

    @Override
    public double largestAfter(double gradient, double parameter) {
        return Math.abs(1 - learningRate * weightDecay) * parameter
                + new AdamStep(1, learningRate, beta1, beta2, epsilon).largestChange(gradient);
    }
}
