package io.github.bn4j.train;

import static io.github.bn4j.train.OptimizerChecks.checkAdam;

import java.util.List;

/**
 * Adam that divides by the root of the largest second moment so far (Reddi, Kale and Kumar 2018, On the convergence of Adam and
 * beyond, algorithm 2), as in PyTorch: the maximum is taken of raw moments, then corrected.
 *
 * @param learningRate size of the steps
 * @param beta1 share of the old first moment that is kept
 * @param beta2 share of the old second moment that is kept
 * @param epsilon added to the root of the second moment
 * @param weightDecay strength of an L2 penalty, which joins the gradient; gamma, beta and biases are exempt
 */
public record AmsGrad(double learningRate, double beta1, double beta2, double epsilon, double weightDecay)
        implements DecayingOptimizer {

    public AmsGrad {
        checkAdam("AmsGrad", learningRate, beta1, beta2, epsilon, weightDecay);
    }

    /** Betas 0.9 and 0.999, epsilon 1e-8, no weight decay. */
    public static AmsGrad of(double learningRate) {
        return new AmsGrad(learningRate, 0.9, 0.999, 1e-8, 0);
    }

    /** Sets the shares of the old first and second moment that each step keeps, from 0 to below 1; by default 0.9 and 0.999. */
    public AmsGrad betas(double first, double second) {
        return new AmsGrad(learningRate, first, second, epsilon, weightDecay);
    }

    /** Sets what is added to the root of the second moment, above 0; by default 1e-8. */
    public AmsGrad epsilon(double epsilon) {
        return new AmsGrad(learningRate, beta1, beta2, epsilon, weightDecay);
    }

    /** Adds {@code weightDecay w} to the gradient of each weight, at least 0 (default); gamma, beta and biases are exempt. */
    public AmsGrad weightDecay(double weightDecay) {
        return new AmsGrad(learningRate, beta1, beta2, epsilon, weightDecay);
    }

    @Override
    public List<String> slots() {
        return List.of("firstMoment", "secondMoment", "largestSecondMoment");
    }

    @Override
    public void step(Update update) {
        double decay = update.weightDecay();
        double rate = update.rate() / (1 - Math.pow(beta1, (double) update.step()));
        double correction = 1 - Math.pow(beta2, (double) update.step());
        update.elements((w, g, slots, count) -> {
            double[] m = slots[0];
            double[] v = slots[1];
            double[] largest = slots[2];
            for (int i = 0; i < count; i++) {
                double gradient = g[i] + decay * w[i];
                m[i] = beta1 * m[i] + (1 - beta1) * gradient;
                v[i] = beta2 * v[i] + (1 - beta2) * gradient * gradient;
                largest[i] = Math.max(largest[i], v[i]);
                w[i] -= rate * m[i] / (Math.sqrt(largest[i] / correction) + epsilon);
            }
        });
    }

    @Override
    public double largestStep(double gradient) {
        return AdamStep.largestStep(gradient, beta1, beta2, epsilon);
    }
}
