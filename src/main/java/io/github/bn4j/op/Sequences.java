package io.github.bn4j.op;

import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.ShapeException;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Sequences {@code [channels, length]} as images of one row, so that what works on images works on them. Their weights have one axis less
 * as well.
 */
final class Sequences {

    private Sequences() {}

    /**
     * The shape of an image, or that of a sequence with one row.
     *
     * @param rows how a window moves down the image; over a sequence, it does not
     */
    static Shape image(Shape x, Sliding rows) {
        boolean takesSequences = rows.equals(Sliding.BY_ONE);
        if (x.rank() == 3) {
            return x;
        }
        if (x.rank() == 2 && takesSequences) {
            return withRow(x);
        }
        throw ShapeException.expected(
                "input [channels, height, width]" + (takesSequences ? " or [channels, length]" : ""), x);
    }

    /** The shape of a sequence, or of a weight for sequences, with one row. */
    static Shape withRow(Shape shape) {
        int last = shape.rank() - 1;
        long[] dims = new long[last + 2];
        System.arraycopy(shape.dims(), 0, dims, 0, last);
        dims[last] = 1;
        dims[last + 1] = shape.dim(last);
        return Shape.of(dims);
    }

    /** The shape of an image as that of a sequence, if {@code x} is one. */
    static Shape like(Shape x, Shape image) {
        return x.rank() == image.rank() ? image : Shape.of(image.dim(0), image.dim(2));
    }

    /** A batch of images, sequences as such of one row; or a weight. Not modified. */
    static INDArray images(INDArray x) {
        return x.rank() == 3 ? x.reshape('c', x.size(0), x.size(1), 1, x.size(2)) : x;
    }

    /** A batch of images as one of sequences, if {@code x} is one; or a weight. */
    static INDArray like(INDArray x, INDArray images) {
        return x.rank() == images.rank() ? images : images.reshape('c', images.size(0), images.size(1), images.size(3));
    }
}
