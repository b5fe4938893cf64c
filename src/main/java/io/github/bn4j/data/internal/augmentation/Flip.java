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
        float[] pixels = example.features();
        int width = example.width();
        for (int row = 0; row < pixels.length; row += width) {
            for (int left = row, right = row + width - 1; left < right; left++, right--) {
                float pixel = pixels[left];
                pixels[left] = pixels[right];
                pixels[right] = pixel;
            }
        }
        return example;
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
