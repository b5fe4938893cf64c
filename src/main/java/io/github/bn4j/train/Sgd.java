package io.github.bn4j.train;

import static io.github.bn4j.internal.Checks.checkArgument;
import static io.github.bn4j.train.OptimizerChecks.checkNotNegative;
import static io.github.bn4j.train.OptimizerChecks.checkRate;
import static io.github.bn4j.train.OptimizerChecks.checkShare;

import io.github.bn4j.internal.FloatBlocks;
import io.github.bn4j.internal.Floats;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Stochastic gradient descent, with momentum if asked for: {@code v ← momentum v + (1 − dampening) g}, but {@code v ← g} in the
 * first step, and {@code w ← w − learningRate v}; with Nesterov's look-ahead {@code w ← w − learningRate (g + momentum v)}
 * (Sutskever et al. 2013, section 2), as in PyTorch. Weight decay adds {@code weightDecay w} to the gradient.
 *
 * @param learningRate size of the steps
 * @param momentum share of the last velocity that is kept, 0 for none
 * @param dampening share of each gradient that does not get into the velocity
 * @param nesterov whether to look ahead, which goes without dampening
 * @param weightDecay strength of the pull towards 0; gamma, beta and biases are exempt
 */
public record Sgd(double learningRate, double momentum, double dampening, boolean nesterov, double weightDecay)
        implements DecayingOptimizer {

    private static final String VELOCITY = "velocity";

    public Sgd {
        checkRate("Sgd", learningRate);
        checkShare("Sgd", "momentum", momentum);
        checkShare("Sgd", "dampening", dampening);
        checkArgument(
                !nesterov || dampening == 0,
                "Sgd expects no dampening with Nesterov's look-ahead but got %s; leave one of them out",
                dampening);
        checkNotNegative("Sgd", "weight decay", weightDecay);
    }

    /** Plain descent. */
    public static Sgd of(double learningRate) {
        return new Sgd(learningRate, 0, 0, false, 0);
    }

    /** Keeps the share {@code momentum} of the last velocity in each step, from 0 (default) to below 1. */
    public Sgd momentum(double momentum) {
        return new Sgd(learningRate, momentum, dampening, nesterov, weightDecay);
    }

    /** Lets only the share {@code 1 − dampening} of each gradient but the first into the velocity; from 0 (default) to below 1. */
    public Sgd dampening(double dampening) {
        return new Sgd(learningRate, momentum, dampening, nesterov, weightDecay);
    }

    /**
     * Keeps the share {@code momentum} of the last velocity, from 0 to below 1, and takes the gradient ahead of it, after
     * Nesterov.
     */
    public Sgd nesterov(double momentum) {
        return new Sgd(learningRate, momentum, dampening, true, weightDecay);
    }

    /** Adds {@code weightDecay w} to the gradient of each weight, at least 0 (default); gamma, beta and biases are exempt. */
    public Sgd weightDecay(double weightDecay) {
        return new Sgd(learningRate, momentum, dampening, nesterov, weightDecay);
    }

    @Override
    public List<String> slots() {
        return momentum > 0 ? List.of(VELOCITY) : List.of();
    }

    @Override
    public void step(Update update) {
        double rate = update.rate();
        double decay = update.weightDecay();
        double taken = update.step() == 1 ? 1 : 1 - dampening;
        double ahead = nesterov ? momentum : 1;
        double own = nesterov ? 1 : 0;
        if (Floats.areDense(update.parameters(), update.gradients())) {
            inOnePass(update, (float) rate, (float) decay, (float) taken, (float) ahead, (float) own);
        } else if (momentum == 0) {
            update.elements((w, g, slots, count) -> {
                for (int i = 0; i < count; i++) {
                    w[i] -= rate * (g[i] + decay * w[i]);
                }
            });
        } else {
            update.elements((w, g, slots, count) -> {
                double[] v = slots[0];
                for (int i = 0; i < count; i++) {
                    double gradient = g[i] + decay * w[i];
                    v[i] = momentum * v[i] + taken * gradient;
                    w[i] -= rate * (ahead * v[i] + own * gradient);
                }
            });
        }
    }

    /* A velocity is at most the sum of a geometric series of gradients. */
    @Override
    public double largestStep(double gradient) {
        return gradient + gradient / (1 - Math.max(momentum, (float) momentum));
    }

    private void inOnePass(Update update, float rate, float decay, float taken, float ahead, float own) {
        INDArray parameters = update.parameters();
        INDArray gradients = update.gradients();
        if (momentum == 0) {
            FloatBlocks.forEach(1, (b, length) -> descend(b[0], b[1], length, rate, decay), parameters, gradients);
            return;
        }
        float kept = (float) momentum;
        FloatBlocks.forEach(
                2,
                (b, length) -> descend(b[0], b[1], b[2], length, rate, decay, kept, taken, ahead, own),
                parameters,
                update.slot(VELOCITY),
                gradients);
    }

    private static void descend(float[] w, float[] g, int length, float rate, float decay) {
        for (int i = 0; i < length; i++) {
            w[i] -= rate * (g[i] + decay * w[i]);
        }
    }

    private static void descend(
            float[] w,
            float[] v,
            float[] g,
            int length,
            float rate,
            float decay,
            float kept,
            float taken,
            float ahead,
            float own) {
        for (int i = 0; i < length; i++) {
            float gradient = g[i] + decay * w[i];
            float moved = kept * v[i] + taken * gradient;
            v[i] = moved;
            w[i] -= rate * (ahead * moved + own * gradient);
        }
    }
}
