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
        return example.mix(others.example(random.nextInt(others.size())), part);
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
