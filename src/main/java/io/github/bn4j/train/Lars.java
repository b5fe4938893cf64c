package io.github.bn4j.train;

import static io.github.bn4j.train.OptimizerChecks.checkNotNegative;
import static io.github.bn4j.train.OptimizerChecks.checkPositive;
import static io.github.bn4j.train.OptimizerChecks.checkRate;
import static io.github.bn4j.train.OptimizerChecks.checkShare;

import java.util.List;

/**
 * Gradient descent with momentum whose step on each parameter is a small share of the parameter's length, for very large batches
 * (You, Gitman and Ginsburg 2017, Large batch training of convolutional networks, algorithm 1), as in optax: the learning rate
 * goes into the velocity, weight decay into the step that is measured, and where one of both has no length the gradient is taken
 * as it is.
 *
 * @param learningRate size of the steps
 * @param momentum share of the last velocity that is kept, 0 for none
 * @param trust share of a parameter's length that a step has, before the learning rate
 * @param weightDecay share of the weights that joins the gradient; gamma, beta and biases are exempt
 * @param scaleAll whether steps of gamma, beta and biases are measured too, which are else those of gradient descent. A bias that
 *     starts as zeros then takes one long step and only tiny ones after it
 */
public record Lars(double learningRate, double momentum, double trust, double weightDecay, boolean scaleAll)
        implements DecayingOptimizer {

    public Lars {
        checkRate("Lars", learningRate);
        checkShare("Lars", "momentum", momentum);
        checkPositive("Lars", "trust", trust);
        checkNotNegative("Lars", "weight decay", weightDecay);
    }

    /** Momentum 0.9, trust 0.001, no weight decay; gamma, beta and biases take steps of gradient descent. */
    public static Lars of(double learningRate) {
        return new Lars(learningRate, 0.9, 0.001, 0, false);
    }

    /** Keeps the share {@code momentum} of the last velocity in each step, from 0 to below 1; by default 0.9. */
    public Lars momentum(double momentum) {
        return new Lars(learningRate, momentum, trust, weightDecay, scaleAll);
    }

    /** Sets the share of a parameter's length that a step has, before the learning rate; above 0, by default 0.001. */
    public Lars trust(double trust) {
        return new Lars(learningRate, momentum, trust, weightDecay, scaleAll);
    }

    /** Adds {@code weightDecay w} to the gradient of each weight, at least 0 (default); gamma, beta and biases are exempt. */
    public Lars weightDecay(double weightDecay) {
        return new Lars(learningRate, momentum, trust, weightDecay, scaleAll);
    }

    /** Says whether steps of gamma, beta and biases are measured too; by default they are not. */
    public Lars scaleAll(boolean scaleAll) {
        return new Lars(learningRate, momentum, trust, weightDecay, scaleAll);
    }

    @Override
    public List<String> slots() {
        return List.of("velocity");
    }

    @Override
    public boolean oneByOne() {
        return true;
    }

    @Override
    public void step(Update update) {
        double decay = update.weightDecay();
        double[] squares = new double[2];
        update.elements((w, g, slots, count) -> {
            for (int i = 0; i < count; i++) {
                double u = g[i] + decay * w[i];
                squares[0] += w[i] * w[i];
                squares[1] += u * u;
            }
        });
        boolean measured = (scaleAll || update.parameter().decays()) && squares[0] > 0 && squares[1] > 0;
        double rate = update.rate() * (measured ? trust * Lamb.ratio(squares) : 1);
        update.elements((w, g, slots, count) -> {
            double[] velocity = slots[0];
            for (int i = 0; i < count; i++) {
                velocity[i] = momentum * velocity[i] + rate * (g[i] + decay * w[i]);
                w[i] -= velocity[i];
            }
        });
    }
}
