package io.github.bn4j.data.internal.augmentation;

import io.github.bn4j.data.Augmentation;
import io.github.bn4j.data.Example;
import java.util.random.RandomGenerator;

/**
 * The augmentation of {@link Augmentation#mixup}.
 *
 * @param alpha parameter of the Beta distribution
 */
public record Mixup(double alpha) implements Augmentation {

    public Mixup {
        BetaDistribution.require("mixup", alpha);
    }

    @Override
    public Example apply(Example example, Others others, RandomGenerator random) {
        float part = (float) BetaDistribution.next(alpha, random);
        Example other = others.example(random.nextInt(others.size()));
        Mixture.mix(example.features(), other.features(), part);
        Mixture.mix(example.target(), other.target(), part);
        return example;
    }

    @Override
    public boolean mixesTargets() {
        return true;
    }

    @Override
    public String toString() {
        return "mixup(" + alpha + ")";
    }
}
