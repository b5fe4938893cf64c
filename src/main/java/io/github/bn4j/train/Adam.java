package io.github.bn4j.train;

import static io.github.bn4j.internal.Checks.checkArgument;

import org.nd4j.linalg.api.ndarray.INDArray;

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
        implements Optimizer {

    public Adam {
        checkArgument(
                learningRate > 0 && Double.isFinite(learningRate),
                "Adam expects a learning rate above 0 but got %s",
                learningRate);
        checkArgument(
                beta1 >= 0 && beta1 < 1 && beta2 >= 0 && beta2 < 1,
                "Adam expects betas from 0 to below 1 but got %s and %s",
                beta1,
                beta2);
        checkArgument(epsilon > 0 && Double.isFinite(epsilon), "Adam expects epsilon above 0 but got %s", epsilon);
        checkArgument(
                weightDecay >= 0 && Double.isFinite(weightDecay),
                "Adam expects weight decay of at least 0 but got %s",
                weightDecay);
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
    public Adam scaled(double factor) {
        return new Adam(learningRate * factor, beta1, beta2, epsilon, weightDecay);
    }

    @Override
    public int slots() {
        return 2;
    }

    @Override
    public void step(long step, INDArray parameters, INDArray gradients, INDArray[] slots, boolean decays) {
        new AdamStep(step, learningRate, beta1, beta2, epsilon)
                .apply(parameters, gradients, slots, decays ? weightDecay : 0);
    }

    @Override
    public double largestAfter(double gradient, double parameter) {
        return parameter
                + new AdamStep(1, learningRate, beta1, beta2, epsilon)
                        .largestChange(gradient + weightDecay * parameter);
    }
}
