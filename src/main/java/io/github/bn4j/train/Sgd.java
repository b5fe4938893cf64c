package io.github.bn4j.train;

import static io.github.bn4j.internal.Checks.checkArgument;

import io.github.bn4j.internal.FloatBlocks;
import io.github.bn4j.internal.Floats;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Stochastic gradient descent, with momentum if asked for: {@code v ← momentum v + g}, {@code w ← w − learningRate v};
 * with Nesterov's look-ahead {@code w ← w − learningRate (g + momentum v)} (Sutskever et al. 2013, section 2). Weight decay
 * adds {@code weightDecay w} to the gradient.
 *
 * @param learningRate size of the steps
 * @param momentum share of the last velocity that is kept, 0 for none
 * @param nesterov whether to look ahead
 * @param weightDecay strength of the pull towards 0; gamma, beta and biases are exempt
 */
public record Sgd(double learningRate, double momentum, boolean nesterov, double weightDecay) implements Optimizer {

    public Sgd {
        checkArgument(
                learningRate > 0 && Double.isFinite(learningRate),
                "Sgd expects a learning rate above 0 but got %s",
                learningRate);
        checkArgument(momentum >= 0 && momentum < 1, "Sgd expects momentum from 0 to below 1 but got %s", momentum);
        checkArgument(
                weightDecay >= 0 && Double.isFinite(weightDecay),
                "Sgd expects weight decay of at least 0 but got %s",
                weightDecay);
    }

    /** Plain descent. */
    public static Sgd of(double learningRate) {
        return new Sgd(learningRate, 0, false, 0);
    }

    /** Keeps the share {@code momentum} of the last velocity in each step, from 0 (default) to below 1. */
    public Sgd momentum(double momentum) {
        return new Sgd(learningRate, momentum, nesterov, weightDecay);
    }

    /**
     * Keeps the share {@code momentum} of the last velocity, from 0 to below 1, and takes the gradient ahead of it, after
     * Nesterov.
     */
    public Sgd nesterov(double momentum) {
        return new Sgd(learningRate, momentum, true, weightDecay);
    }

    /** Adds {@code weightDecay w} to the gradient of each weight, at least 0 (default); gamma, beta and biases are exempt. */
    public Sgd weightDecay(double weightDecay) {
        return new Sgd(learningRate, momentum, nesterov, weightDecay);
    }

    @Override
    public Sgd scaled(double factor) {
        return new Sgd(learningRate * factor, momentum, nesterov, weightDecay);
    }

    @Override
    public int slots() {
        return momentum > 0 ? 1 : 0;
    }

    @Override
    public void step(long step, INDArray parameters, INDArray gradients, INDArray[] slots, boolean decays) {
        double decay = decays ? weightDecay : 0;
        if (Floats.areDense(parameters, gradients) && Floats.areDense(slots)) {
            inOnePass(parameters, gradients, slots, (float) decay);
            return;
        }
        INDArray g = decay > 0 ? gradients.add(parameters.mul(decay)) : gradients;
        if (momentum == 0) {
            parameters.subi(g.mul(learningRate));
            return;
        }
        INDArray velocity = slots[0];
        velocity.muli(momentum).addi(g);
        INDArray direction = nesterov ? velocity.mul(momentum).addi(g) : velocity;
        parameters.subi(direction.mul(learningRate));
    }

    /* A velocity is at most the sum of a geometric series of gradients. */
    @Override
    public double largestAfter(double gradient, double parameter) {
        double decayed = gradient + weightDecay * parameter;
        double velocity = decayed / (1 - Math.max(momentum, (float) momentum));
        return parameter + learningRate * (velocity + decayed);
    }

    private void inOnePass(INDArray parameters, INDArray gradients, INDArray[] slots, float decay) {
        float rate = (float) learningRate;
        if (momentum == 0) {
            FloatBlocks.forEach(1, (b, length) -> descend(b[0], b[1], length, rate, decay), parameters, gradients);
            return;
        }
        float kept = (float) momentum;
        float ahead = nesterov ? kept : 1;
        float own = nesterov ? 1 : 0;
        FloatBlocks.forEach(
                2,
                (b, length) -> descend(b[0], b[1], b[2], length, rate, decay, kept, ahead, own),
                parameters,
                slots[0],
                gradients);
    }

    private static void descend(float[] w, float[] g, int length, float rate, float decay) {
        for (int i = 0; i < length; i++) {
            w[i] -= rate * (g[i] + decay * w[i]);
        }
    }

    private static void descend(
            float[] w, float[] v, float[] g, int length, float rate, float decay, float kept, float ahead, float own) {
        for (int i = 0; i < length; i++) {
            float gradient = g[i] + decay * w[i];
            float moved = kept * v[i] + gradient;
            v[i] = moved;
            w[i] -= rate * (ahead * moved + own * gradient);
        }
    }
}
