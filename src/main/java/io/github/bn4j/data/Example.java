package io.github.bn4j.data;

import java.io.Serializable;
import java.util.Arrays;
import java.util.List;

/**
 * One example on its way into a batch.
 *
 * @param shape of the features, such as {@code [channels, height, width]}
 * @param features in row-major order. Not to be modified.
 * @param target class number, distribution or targets. Not to be modified.
 */
@SuppressWarnings("ArrayRecordComponent")
public record Example(List<Long> shape, float[] features, float[] target) implements Serializable {

    /** This example with {@code changed} as its features, of the same shape; the target stays. */
    public Example features(float... changed) {
        return new Example(shape, changed, target);
    }

    /** The mixture of this example and another, features and target alike: this one has the share {@code part}. */
    public Example mix(Example other, float part) {
        return new Example(shape, mix(features, other.features, part), mix(target, other.target, part));
    }

    /** This example with a mixture of both targets, of which its own has the share {@code part}; the features stay. */
    public Example mixTarget(Example other, float part) {
        return new Example(shape, features, mix(target, other.target, part));
    }

    private static float[] mix(float[] first, float[] second, float part) {
        float[] mixed = new float[first.length];
        for (int i = 0; i < mixed.length; i++) {
            mixed[i] = part * first[i] + (1 - part) * second[i];
        }
        return mixed;
    }

    /** The channels of the image, the length of the first axis. */
    public int channels() {
        return Math.toIntExact(shape.get(0));
    }

    /** The height of the image in pixels, the length of the second axis. */
    public int height() {
        return Math.toIntExact(shape.get(1));
    }

    /** The width of the image in pixels, the length of the third axis. */
    public int width() {
        return Math.toIntExact(shape.get(2));
    }

    @Override
    public String toString() {
        return "Example[features " + shape + ", target " + Arrays.toString(target) + "]";
    }
}
