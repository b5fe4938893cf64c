package io.github.bn4j.data.internal.augmentation;

import io.github.bn4j.data.Augmentation;
import io.github.bn4j.data.Example;
import java.util.List;
import java.util.random.RandomGenerator;

/** The augmentation of {@link Augmentation#flip}. */
public record Flip() implements Augmentation {

    @Override
    public Example apply(Example example, Others others, RandomGenerator random) {
        if (random.nextBoolean()) {
            return example;
        }
        float[] from = example.features();
        float[] to = new float[from.length];
        int width = example.width();
        for (int row = 0; row < from.length; row += width) {
            for (int x = 0; x < width; x++) {
                to[row + x] = from[row + width - 1 - x];
            }
        }
        return example.features(to);
    }

    @Override
    public void requireShape(List<Long> shape) {
        ImageShape.require(this, shape);
    }

    @Override
    public String toString() {
        return "flip()";
    }
}
