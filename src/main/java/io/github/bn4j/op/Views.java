package io.github.bn4j.op;

import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.INDArrayIndex;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Parts of arrays. */
final class Views {

    /* At some offsets ND4J returns an empty array for a part of a view that does not begin at the start of its buffer. So
     * parts to write to are taken of arrays that the op made, and parts to read are taken of a copy of such a view. */

    private Views() {}

    /** What shares memory with elements {@code from} up to but without {@code to} along an axis of an op's own array. */
    static INDArray interval(INDArray array, int axis, long from, long to) {
        if (from == 0 && to == array.size(axis)) {
            return array;
        }
        INDArrayIndex[] indices = new INDArrayIndex[array.rank()];
        Arrays.fill(indices, NDArrayIndex.all());
        indices[axis] = NDArrayIndex.interval(from, to);
        return array.get(indices);
    }

    /** What shares memory with a window of all images of an op's own array. */
    static INDArray window(INDArray images, long top, long height, long left, long width) {
        if (height == images.size(2) && width == images.size(3)) {
            return images;
        }
        return images.get(
                NDArrayIndex.all(),
                NDArrayIndex.all(),
                NDArrayIndex.interval(top, top + height),
                NDArrayIndex.interval(left, left + width));
    }

    /** A copy of images with a border around them. */
    static INDArray padded(INDArray images, Sliding rows, Sliding columns, double value) {
        INDArray padded = Nd4j.valueArrayOf(
                new long[] {
                    images.size(0),
                    images.size(1),
                    Math.addExact(images.size(2), (long) rows.before() + rows.after()),
                    Math.addExact(images.size(3), (long) columns.before() + columns.after())
                },
                value,
                images.dataType());
        window(padded, rows.before(), images.size(2), columns.before(), images.size(3))
                .assign(images);
        return padded;
    }

    /** A copy of an op's own images without the border around them. */
    static INDArray unpadded(INDArray padded, Sliding rows, Sliding columns) {
        long height = padded.size(2) - rows.before() - rows.after();
        long width = padded.size(3) - columns.before() - columns.after();
        return window(padded, rows.before(), height, columns.before(), width).dup('c');
    }

    /** The same numbers in an array that parts can be read of. Not modified. */
    static INDArray readable(INDArray array) {
        return array.offset() == 0 && !array.isView() ? array : array.dup('c');
    }
}
