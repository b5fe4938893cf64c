package io.github.bn4j.layer;

import static io.github.bn4j.internal.Checks.checkArgument;
import static io.github.bn4j.internal.Checks.checkGiven;

import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.ShapeException;
import io.github.bn4j.graph.Value;

/** The check that all image layers share. */
final class Images {

    private Images() {}

    /** Refuses a size that no image has. */
    static void checkSize(String who, Size size) {
        checkGiven(size, who, "a Size");
        checkArgument(size.isAtLeast(1), "%s expects a size of at least 1×1 but got %s", who, size);
    }

    /** The shape of {@code x}, if it is an image. */
    static Shape require(Value x) {
        if (x.shape().rank() != 3) {
            throw ShapeException.expected(
                    "input [channels, height, width]", x.shape(), "use a Reshape or move it before the Flatten");
        }
        return x.shape();
    }

    /** The shape of {@code x}, if it is an image whose channels fall into {@code groups} blocks. */
    static Shape requireGroups(Value x, int groups) {
        return requireGroups(require(x), groups);
    }

    /** Refuses channels that {@code groups} does not divide. */
    static Shape requireGroups(Shape image, int groups) {
        if (image.dim(0) % groups != 0) {
            throw ShapeException.expected(
                    "channels that " + groups + " groups divide", image, "use another number of groups or channels");
        }
        return image;
    }
}
