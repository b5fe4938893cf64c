package io.github.bn4j.data.internal.augmentation;

import io.github.bn4j.data.Augmentation;
import io.github.bn4j.data.Example;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * The augmentation of {@link Augmentation#erase}.
 *
 * @param probability share of images that it changes
 */
public record Erase(double probability) implements Augmentation {

    private static final double LEAST_AREA = 0.02;
    private static final double MOST_AREA = 0.33;
    private static final double LEAST_RATIO = 0.3;
    private static final double MOST_RATIO = 3.3;

    @Override
    public Example apply(Example example, Others others, RandomGenerator random) {
        if (random.nextDouble() >= probability) {
            return example;
        }
        int height = example.height();
        int width = example.width();
        double area = height * width * random.nextDouble(LEAST_AREA, MOST_AREA);
        double ratio = random.nextDouble(LEAST_RATIO, MOST_RATIO);
        int rows = Math.min(height, (int) Math.max(1, Math.round(Math.sqrt(area * ratio))));
        int columns = Math.min(width, (int) Math.max(1, Math.round(Math.sqrt(area / ratio))));
        int top = random.nextInt(height - rows + 1);
        int left = random.nextInt(width - columns + 1);
        float[] to = example.features();
        for (int row = 0; row < example.channels() * height; row++) {
            int y = row % height;
            if (y >= top && y < top + rows) {
                Arrays.fill(to, row * width + left, row * width + left + columns, 0);
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
        return "erase()";
    }
}
