package io.github.bn4j.data.internal.augmentation;

import static io.github.bn4j.internal.Checks.checkArgument;

import io.github.bn4j.data.Augmentation;
import java.util.List;

/** What all augmentations of images expect. */
final class ImageShape {

    private ImageShape() {}

    static void require(Augmentation who, List<Long> shape) {
        checkArgument(
                shape.size() == 3,
                "%s expects examples [channels, height, width] but got %s; reshape them",
                who,
                shape);
    }

    /** Also checks that a number of pixels is less than both sides. */
    static void require(Augmentation who, List<Long> shape, int pixels) {
        require(who, shape);
        checkArgument(
                pixels < shape.get(1) && pixels < shape.get(2),
                "%s expects images larger than %s pixels but got %s; move them by less",
                who,
                pixels,
                shape);
    }
}
