package io.github.bn4j.model;

import static io.github.bn4j.internal.Checks.checkArgument;

import io.github.bn4j.graph.Shape;

/**
 * What a reference network is to be used for: images of one size, told apart into classes.
 *
 * @param classes how many scores it yields, for an image or for each pixel, at least 1
 * @param channels of the images, at least 1
 * @param height rows of the images, at least 1
 * @param width columns of the images, at least 1
 */
public record ImageTask(int classes, int channels, int height, int width) {

    public ImageTask {
        checkArgument(classes >= 1, "reference network expects at least 1 class but got %s", classes);
        checkArgument(
                channels >= 1 && height >= 1 && width >= 1,
                "reference network expects images [channels, height, width] of at least [1, 1, 1] but got [%s, %s, %s]",
                channels,
                height,
                width);
    }

    /** Images of three channels, as large as this on both sides, for the 1000 classes of ImageNet. */
    static ImageTask imageNet(int size) {
        return new ImageTask(1000, 3, size, size);
    }

    /** Sets the number of classes. */
    public ImageTask classes(int classes) {
        return new ImageTask(classes, channels, height, width);
    }

    /** Sets the size of the images. */
    public ImageTask input(int channels, int height, int width) {
        return new ImageTask(classes, channels, height, width);
    }

    /** The shape of one image. */
    Shape image() {
        return Shape.of(channels, height, width);
    }
}
