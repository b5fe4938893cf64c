package io.github.bn4j.data.internal.augmentation;

import static io.github.bn4j.internal.Checks.checkArgument;

import io.github.bn4j.data.Augmentation;
import io.github.bn4j.data.Example;
import java.util.Arrays;
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
        for (int channel = 0; channel < example.channels(); channel++) {
            // A row is written after all that it goes to, so that none is lost.
            for (int i = 0; i < height; i++) {
                int y = down > 0 ? height - 1 - i : i;
                move(example.features(), (channel * height + y) * width, y - down, y, right, height, width);
            }
        }
        return example;
    }

    /** Writes the row that starts at {@code to}, of number {@code y}, from that of number {@code from}. */
    private void move(float[] pixels, int to, int from, int y, int right, int height, int width) {
        int nearest = Math.max(0, Math.min(height - 1, from));
        if (nearest != from && !repeatsEdge) {
            Arrays.fill(pixels, to, to + width, 0);
            return;
        }
        int start = to + (nearest - y) * width;
        float edge = repeatsEdge ? pixels[right > 0 ? start : start + width - 1] : 0;
        System.arraycopy(pixels, start + Math.max(0, -right), pixels, to + Math.max(0, right), width - Math.abs(right));
        if (right > 0) {
            Arrays.fill(pixels, to, to + right, edge);
        } else {
            Arrays.fill(pixels, to + width + right, to + width, edge);
        }
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
