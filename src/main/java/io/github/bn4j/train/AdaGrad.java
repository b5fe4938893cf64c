package io.github.bn4j.train;

import static io.github.bn4j.train.OptimizerChecks.checkNotNegative;
import static io.github.bn4j.train.OptimizerChecks.checkPositive;
import static io.github.bn4j.train.OptimizerChecks.checkRate;

import java.util.List;

/**
 * Divides each gradient by the root of the sum of its squares so far (Duchi, Hazan and Singer 2011), as in PyTorch: the sum starts
 * at 0, and epsilon stands outside the root.
 *
 * @param learningRate size of the steps
 * @param rateDecay the learning rate of step t is divided by {@code 1 + (t − 1) rateDecay}
 * @param initialSum what the sums start with
 * @param epsilon added to the root
 * @param weightDecay strength of an L2 penalty, which joins the gradient; gamma, beta and biases are exempt
 */
public record AdaGrad(double learningRate, double rateDecay, double initialSum, double epsilon, double weightDecay)
        implements DecayingOptimizer {

    public AdaGrad {
        checkRate("AdaGrad", learningRate);
        checkNotNegative("AdaGrad", "decay of the rate", rateDecay);
        checkNotNegative("AdaGrad", "an initial sum", initialSum);
        checkPositive("AdaGrad", "epsilon", epsilon);
        checkNotNegative("AdaGrad", "weight decay", weightDecay);
    }

    /** Sums start at 0, epsilon 1e-10, neither decay of the rate nor weight decay. */
    public static AdaGrad of(double learningRate) {
        return new AdaGrad(learningRate, 0, 0, 1e-10, 0);
    }

    /** Divides the learning rate of step t by {@code 1 + (t − 1) rateDecay}, at least 0 (default). */
    public AdaGrad rateDecay(double rateDecay) {
        return new AdaGrad(learningRate, rateDecay, initialSum, epsilon, weightDecay);
    }

    /** Sets what the sums of squares start with, at least 0 (default). */
    public AdaGrad initialSum(double initialSum) {
        return new AdaGrad(learningRate, rateDecay, initialSum, epsilon, weightDecay);
    }

    /** Sets what is added to the root of the sum, above 0; by default 1e-10. */
    public AdaGrad epsilon(double epsilon) {
        return new AdaGrad(learningRate, rateDecay, initialSum, epsilon, weightDecay);
    }

    /** Adds {@code weightDecay w} to the gradient of each weight, at least 0 (default); gamma, beta and biases are exempt. */
    public AdaGrad weightDecay(double weightDecay) {
        return new AdaGrad(learningRate, rateDecay, initialSum, epsilon, weightDecay);
    }

    @Override
    public List<String> slots() {
        return List.of("sumOfSquares");
    }

    @Override
    public void step(Update update) {
        double rate = update.rate() / (1 + (update.step() - 1) * rateDecay);
        double decay = update.weightDecay();
        update.elements((w, g, slots, count) -> {
            double[] sum = slots[0];
            for (int i = 0; i < count; i++) {
                double gradient = g[i] + decay * w[i];
                sum[i] += gradient * gradient;
                w[i] -= rate * gradient / (Math.sqrt(initialSum + sum[i]) + epsilon);
            }
        });
    }

    @Override
    public double largestStep(double gradient) {
        return gradient < 0x1p48 ? 1 + AdamStep.UNSQUARED / epsilon : Double.POSITIVE_INFINITY;
    }
}
