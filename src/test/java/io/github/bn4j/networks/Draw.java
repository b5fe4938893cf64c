package io.github.bn4j.networks;

import io.github.bn4j.graph.Layer;
import io.github.bn4j.graph.Statistics;
import io.github.bn4j.layer.BatchNorm1d;
import io.github.bn4j.layer.BatchNorm2d;
import io.github.bn4j.layer.Elu;
import io.github.bn4j.layer.Gelu;
import io.github.bn4j.layer.LeakyRelu;
import io.github.bn4j.layer.Relu;
import io.github.bn4j.layer.RunningAverage;
import io.github.bn4j.layer.RunningVariance;
import io.github.bn4j.layer.Sigmoid;
import io.github.bn4j.layer.Silu;
import io.github.bn4j.layer.Softplus;
import io.github.bn4j.layer.Tanh;
import java.util.Random;

/** Choices, as often as people make them. The same seed makes the same ones. */
final class Draw {

    private final Random random;

    Draw(long seed) {
        // Generators with neighbouring seeds start alike.
        random = new Random(seed * 0x9E3779B97F4A7C15L ^ seed >>> 7);
    }

    boolean chance(double probability) {
        return random.nextDouble() < probability;
    }

    int from(int least, int most) {
        return least + random.nextInt(Math.max(1, most - least + 1));
    }

    int oneOf(int... values) {
        return values[random.nextInt(values.length)];
    }

    double normal() {
        return random.nextGaussian();
    }

    /** A number of channels up to 80, every third time a multiple of 8. */
    int channels(int most) {
        int limit = Math.min(80, most);
        int least = chance(0.7) ? limit / 2 + 1 : 1;
        return limit >= 8 && chance(0.35) ? 8 * from((least + 7) / 8, limit / 8) : from(least, limit);
    }

    /** Mostly ReLU. */
    Layer activation() {
        return switch (random.nextInt(14)) {
            case 0 -> LeakyRelu.of().alpha(chance(0.5) ? 0.01 : 0.2);
            case 1 -> Elu.of();
            case 2 -> Gelu.of();
            case 3 -> Silu.of();
            case 4 -> Sigmoid.of();
            case 5 -> Tanh.of();
            case 6 -> Softplus.of();
            default -> Relu.of();
        };
    }

    /** Mostly the default. */
    BatchNorm2d batchNorm2d() {
        BatchNorm2d norm = BatchNorm2d.of();
        return switch (random.nextInt(24)) {
            case 0 -> norm.statistics(Statistics.ghost(from(2, 8)));
            case 1 -> norm.statistics(Statistics.renorm(3, 5));
            case 2 -> norm.statistics(Statistics.running());
            case 3 -> norm.statistics(Statistics.running()).updateRunning(false);
            case 4 -> norm.gamma(false);
            case 5 -> norm.beta(false);
            case 6 -> norm.gamma(false).beta(false);
            case 7 -> norm.trainAffine(false);
            case 8 -> norm.epsilon(1e-3).runningVariance(RunningVariance.BIASED);
            case 9 -> norm.runningAverage(RunningAverage.cumulative());
            default -> norm;
        };
    }

    /** Mostly the default. */
    BatchNorm1d batchNorm1d() {
        BatchNorm1d norm = BatchNorm1d.of();
        return switch (random.nextInt(16)) {
            case 0 -> norm.statistics(Statistics.ghost(8));
            case 1 -> norm.statistics(Statistics.renorm(3, 5));
            case 2 -> norm.statistics(Statistics.running()).updateRunning(false);
            case 3 -> norm.gamma(false);
            case 4 -> norm.beta(false);
            case 5 -> norm.epsilon(1e-3);
            default -> norm;
        };
    }
}
