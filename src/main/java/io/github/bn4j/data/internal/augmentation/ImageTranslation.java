package io.github.bn4j.data.internal.augmentation;

import static io.github.bn4j.internal.Checks.checkArgument;

import io.github.bn4j.data.Augmentation;
import io.github.bn4j.data.Example;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * The augmentation of {@link Augmentation#shift} and {@link Augmentation#crop}.
 *
 * @param pixels how far at most
 * @param repeatsEdge whether the pixels at the edge fill the gap, or zeros
 */
public record ImageTranslation(int pixels, boolean repeatsEdge) implements Augmentation {

    public ImageTranslation {
        checkArgument(pixels >= 1, "%s expects at least 1 pixel but got %s", repeatsEdge ? "shift" : "crop", pixels);
    }

    @Override
    public Example apply(Example example, Others others, RandomGenerator random) {
        int down = random.nextInt(-pixels, pixels + 1);
        int right = random.nextInt(-pixels, pixels + 1);
        int height = example.height();
        int width = example.width();
        float[] from = example.features();
        float[] to = new float[from.length];
        for (int i = 0; i < to.length; i++) {
            int channel = i / (height * width);
            int y = i / width % height - down;
            int x = i % width - right;
            boolean inside = y >= 0 && y < height && x >= 0 && x < width;
            if (inside || repeatsEdge) {
                int nearestY = Math.max(0, Math.min(height - 1, y));
                int nearestX = Math.max(0, Math.min(width - 1, x));
                to[i] = from[(channel * height + nearestY) * width + nearestX];
            }
        }
        return example.features(to);
    }

    @Override
    public void requireShape(List<Long> shape) {
        ImageShape.require(this, shape, pixels);
    }

    @Override
    public String toString() {
        return (repeatsEdge ? "shift(" : "crop(") + pixels + ")";
    }
}
