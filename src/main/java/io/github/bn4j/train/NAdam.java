package io.github.bn4j.train;

import static io.github.bn4j.train.OptimizerChecks.checkAdam;

import java.util.List;

/**
 * Adam with Nesterov's look-ahead (Dozat 2016, Incorporating Nesterov momentum into Adam), as in PyTorch: the share of the first
 * moment that is kept grows with the steps, {@code μₜ = β₁ (1 − ½ 0.96^(0.004 t))}, and moments are corrected by the product of all
 * shares so far. Keras takes t for 0.004 t, optax has no such schedule.
 *
 * @param learningRate size of the steps
 * @param beta1 share of the old first moment that is kept in the end
 * @param beta2 share of the old second moment that is kept
 * @param epsilon added to the root of the second moment
 * @param weightDecay strength of an L2 penalty, which joins the gradient; gamma, beta and biases are exempt
 */
public record NAdam(double learningRate, double beta1, double beta2, double epsilon, double weightDecay)
        implements DecayingOptimizer {

    /** A product of shares below this leaves 1 as it is. */
    private static final double NONE = 1e-20;

    public NAdam {
        checkAdam("NAdam", learningRate, beta1, beta2, epsilon, weightDecay);
    }

    /** Betas 0.9 and 0.999, epsilon 1e-8, no weight decay. */
    public static NAdam of(double learningRate) {
        return new NAdam(learningRate, 0.9, 0.999, 1e-8, 0);
    }

    /** Sets the shares of the old first and second moment that each step keeps, from 0 to below 1; by default 0.9 and 0.999. */
    public NAdam betas(double first, double second) {
        return new NAdam(learningRate, first, second, epsilon, weightDecay);
    }

    /** Sets what is added to the root of the second moment, above 0; by default 1e-8. */
    public NAdam epsilon(double epsilon) {
        return new NAdam(learningRate, beta1, beta2, epsilon, weightDecay);
    }

    /** Adds {@code weightDecay w} to the gradient of each weight, at least 0 (default); gamma, beta and biases are exempt. */
    public NAdam weightDecay(double weightDecay) {
        return new NAdam(learningRate, beta1, beta2, epsilon, weightDecay);
    }

    @Override
    public List<String> slots() {
        return AdamStep.SLOTS;
    }

    @Override
    public void step(Update update) {
        long step = update.step();
        double decay = update.weightDecay();
        double product = product(step);
        double next = share(step + 1);
        double byMoment = update.rate() * next / (1 - product * next);
        double byGradient = update.rate() * (1 - share(step)) / (1 - product);
        double correction = 1 - Math.pow(beta2, (double) step);
        update.elements((w, g, slots, count) -> {
            double[] m = slots[0];
            double[] v = slots[1];
            for (int i = 0; i < count; i++) {
                double gradient = g[i] + decay * w[i];
                m[i] = beta1 * m[i] + (1 - beta1) * gradient;
                v[i] = beta2 * v[i] + (1 - beta2) * gradient * gradient;
                w[i] -= (byMoment * m[i] + byGradient * gradient) / (Math.sqrt(v[i] / correction) + epsilon);
            }
        });
    }

    private double share(long step) {
        return beta1 * (1 - 0.5 * Math.pow(0.96, 0.004 * step));
    }

    /* Below NONE after some hundred steps, so that it need not be remembered. */
    private double product(long step) {
        double product = 1;
        for (long i = 1; i <= step && product > NONE; i++) {
            product *= share(i);
        }
        return product;
    }

    /* A gradient is one of those that make up a second moment, so it goes no further than a first moment could. */
    @Override
    public double largestStep(double gradient) {
        return 2 * AdamStep.largestStep(gradient, beta1, beta2, epsilon) + 1 / Math.sqrt(1 - beta2);
    }
}
