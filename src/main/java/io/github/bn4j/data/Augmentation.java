package io.github.bn4j.data;

import static io.github.bn4j.internal.Checks.checkArgument;
import static io.github.bn4j.internal.Checks.checkEachGiven;

import io.github.bn4j.data.internal.augmentation.Chained;
import io.github.bn4j.data.internal.augmentation.Cutmix;
import io.github.bn4j.data.internal.augmentation.Erase;
import io.github.bn4j.data.internal.augmentation.Flip;
import io.github.bn4j.data.internal.augmentation.ImageTranslation;
import io.github.bn4j.data.internal.augmentation.Mixup;
import io.github.bn4j.data.internal.augmentation.Rotate;
import java.io.Serializable;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * A random change of training examples. What becomes of an example depends on the seed of the training, the number of the
 * epoch and the number of the example in the data, and on nothing else. Where examples are read on demand, several threads call it at
 * the same time.
 *
 * <p>{@code Augmentation.of(flip(), crop(2))} does one after another. Images are {@code [channels, height, width]}.
 */
@FunctionalInterface
public interface Augmentation extends Serializable {

    /** The other examples of the data, and the same random numbers that they get in this epoch. */
    interface Others {

        /** The number of examples in the data. */
        int size();

        /** The example of a row, as a copy. */
        Example example(int row);

        /** The random numbers for the example of a row, from their beginning. */
        RandomGenerator random(int row);
    }

    /**
     * Changes an example.
     *
     * @param example of this call alone: may be modified and returned, but not kept, as its arrays are used again
     * @param others to mix it with
     * @param random what all decisions are drawn from
     */
    Example apply(Example example, Others others, RandomGenerator random);

    /** Whether targets are mixed, so that class numbers become distributions. */
    default boolean mixesTargets() {
        return false;
    }

    /**
     * Checks that examples of a shape can be changed.
     *
     * @throws IllegalArgumentException if they cannot
     */
    default void requireShape(List<Long> shape) {}

    /** The given ones, one after another. */
    static Augmentation of(Augmentation... steps) {
        checkEachGiven(steps, "Augmentation.of", "augmentations");
        checkArgument(steps.length > 0, "Augmentation.of expects at least one augmentation but got none");
        return new Chained(List.of(steps));
    }

    /** Mirrors half of the images, left and right. */
    static Augmentation flip() {
        return new Flip();
    }

    /** Cuts an image of the same size out of one with {@code padding} zeros on every side. */
    static Augmentation crop(int padding) {
        return new ImageTranslation(padding, false);
    }

    /** Moves by up to so many {@code pixels} up or down and left or right, repeating the pixels at the edge. */
    static Augmentation shift(int pixels) {
        return new ImageTranslation(pixels, true);
    }

    /** Turns by up to so many {@code degrees} either way around the middle, bilinear, with zeros beyond the edge. */
    static Augmentation rotate(double degrees) {
        return new Rotate(degrees);
    }

    /**
     * Random erasing (Zhong et al. 2020, algorithm 1) of half of the images: a rectangle of 2 to 33 per cent of the area and
     * sides in a ratio from 0.3 to 3.3 becomes zeros.
     */
    static Augmentation erase() {
        return new Erase(0.5);
    }

    /**
     * Mixup (Zhang et al. 2018, section 2): {@code λ x + (1 − λ) x'} with another example of the data, targets likewise;
     * λ comes from a Beta(alpha, alpha) distribution, alpha 0.2 in the paper's ImageNet experiments. For features of any
     * shape.
     */
    static Augmentation mixup(double alpha) {
        return new Mixup(alpha);
    }

    /**
     * CutMix (Yun et al. 2019, section 3.1): a rectangle of the share {@code 1 − λ} of another example's area replaces this
     * one's, targets are mixed by area; λ comes from a Beta(alpha, alpha) distribution, alpha 1 in the paper.
     */
    static Augmentation cutmix(double alpha) {
        return new Cutmix(alpha);
    }
}
