package io.github.bn4j.data.internal.augmentation;

import io.github.bn4j.data.Augmentation;
import io.github.bn4j.data.Example;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * The augmentation of {@link Augmentation#cutmix}.
 *
 * @param alpha parameter of the Beta distribution
 */
public record Cutmix(double alpha) implements Augmentation {

    public Cutmix {
        BetaDistribution.require("cutmix", alpha);
    }

    @Override
    public Example apply(Example example, Others others, RandomGenerator random) {
        double side = Math.sqrt(1 - BetaDistribution.next(alpha, random));
        Example other = others.example(random.nextInt(others.size()));
        int height = example.height();
        int width = example.width();
        // The middle is anywhere, so the edge may cut the rectangle.
        int middleY = random.nextInt(height);
        int middleX = random.nextInt(width);
        int top = Math.max(0, middleY - (int) (height * side) / 2);
        int bottom = Math.min(height, middleY + (int) (height * side) / 2);
        int left = Math.max(0, middleX - (int) (width * side) / 2);
        int right = Math.min(width, middleX + (int) (width * side) / 2);
        float[] to = example.features();
        for (int row = 0; row < example.channels() * height; row++) {
            int y = row % height;
            if (y >= top && y < bottom) {
                System.arraycopy(other.features(), row * width + left, to, row * width + left, right - left);
            }
        }
        float part = 1 - (float) ((bottom - top) * (right - left)) / (height * width);
        Mixture.mix(example.target(), other.target(), part);
        return example;
    }

    @Override
    public boolean mixesTargets() {
        return true;
    }

    @Override
    public void requireShape(List<Long> shape) {
        ImageShape.require(this, shape);
    }

    @Override
    public String toString() {
        return "cutmix(" + alpha + ")";
    }
}
