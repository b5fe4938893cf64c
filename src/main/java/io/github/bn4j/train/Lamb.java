package io.github.bn4j.train;

import static io.github.bn4j.train.OptimizerChecks.checkAdam;

import java.util.List;

/**
 * Adam with decoupled weight decay whose step on each parameter is as long as the parameter itself, times the learning rate, for
 * very large batches (You et al. 2020, Large batch optimization for deep learning, algorithm 2), as in optax: decay belongs to the
 * step that is measured, and where one of both has no length the step is taken as it is. Keras leaves decay out.
 *
 * @param learningRate share of a parameter's length that a step has
 * @param beta1 share of the old first moment that is kept
 * @param beta2 share of the old second moment that is kept
 * @param epsilon added to the root of the second moment
 * @param weightDecay share of the weights that joins the step; gamma, beta and biases are exempt
 * @param scaleAll whether steps of gamma, beta and biases are measured too, which are else Adam's
 */
public record Lamb(
        double learningRate, double beta1, double beta2, double epsilon, double weightDecay, boolean scaleAll)
        implements DecayingOptimizer {

    public Lamb {
        checkAdam("Lamb", learningRate, beta1, beta2, epsilon, weightDecay);
    }

    /** Betas 0.9 and 0.999, epsilon 1e-6, no weight decay; gamma, beta and biases take Adam's steps. */
    public static Lamb of(double learningRate) {
        return new Lamb(learningRate, 0.9, 0.999, 1e-6, 0, false);
    }

    /** Sets the shares of the old first and second moment that each step keeps, from 0 to below 1; by default 0.9 and 0.999. */
    public Lamb betas(double first, double second) {
        return new Lamb(learningRate, first, second, epsilon, weightDecay, scaleAll);
    }

    /** Sets what is added to the root of the second moment, above 0; by default 1e-6. */
    public Lamb epsilon(double epsilon) {
        return new Lamb(learningRate, beta1, beta2, epsilon, weightDecay, scaleAll);
    }

    /** Adds {@code weightDecay w} to the step of each weight, at least 0 (default); gamma, beta and biases are exempt. */
    public Lamb weightDecay(double weightDecay) {
        return new Lamb(learningRate, beta1, beta2, epsilon, weightDecay, scaleAll);
    }

    /** Says whether steps of gamma, beta and biases are as long as these too; by default they are not. */
    public Lamb scaleAll(boolean scaleAll) {
        return new Lamb(learningRate, beta1, beta2, epsilon, weightDecay, scaleAll);
    }

    @Override
    public List<String> slots() {
        return AdamStep.SLOTS;
    }

    @Override
    public boolean oneByOne() {
        return true;
    }

    @Override
    public void step(Update update) {
        double decay = update.weightDecay();
        double firstCorrection = 1 - Math.pow(beta1, (double) update.step());
        double secondCorrection = 1 - Math.pow(beta2, (double) update.step());
        double[] squares = new double[2];
        update.elements((w, g, slots, count) -> {
            double[] m = slots[0];
            double[] v = slots[1];
            for (int i = 0; i < count; i++) {
                m[i] = beta1 * m[i] + (1 - beta1) * g[i];
                v[i] = beta2 * v[i] + (1 - beta2) * g[i] * g[i];
                double u = m[i] / firstCorrection / (Math.sqrt(v[i] / secondCorrection) + epsilon) + decay * w[i];
                squares[0] += w[i] * w[i];
                squares[1] += u * u;
            }
        });
        boolean measured = scaleAll || update.parameter().decays();
        double rate = update.rate() * (measured ? ratio(squares) : 1);
        update.elements((w, g, slots, count) -> {
            for (int i = 0; i < count; i++) {
                double u = slots[0][i] / firstCorrection / (Math.sqrt(slots[1][i] / secondCorrection) + epsilon);
                w[i] -= rate * (u + decay * w[i]);
            }
        });
    }

    /** Length of the parameter over that of its step, 1 if one of them has none. */
    static double ratio(double[] squares) {
        return squares[0] > 0 && squares[1] > 0 ? Math.sqrt(squares[0]) / Math.sqrt(squares[1]) : 1;
    }
}
