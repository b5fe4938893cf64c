package io.github.bn4j.engine.onednn.internal.lowering;

import io.github.bn4j.engine.onednn.internal.binding.Layout;
import io.github.bn4j.engine.onednn.internal.plan.Buffer;

/** Sequences [batch, channels, length] seen as images of one row, for which oneDNN has more than for sequences: the same memory. */
final class OneRow {

    private OneRow() {}

    /** The axes of a batch of images, or of sequences seen as such. */
    static long[] dims(long... ofValue) {
        return ofValue.length == 3 ? new long[] {ofValue[0], ofValue[1], 1, ofValue[2]} : ofValue;
    }

    /** Images, or sequences seen as such. */
    static Buffer images(Compiler compiler, Buffer values) {
        Layout layout = images(compiler, values.layout);
        return layout == values.layout ? values : values.view(layout);
    }

    static Layout images(Compiler compiler, Layout ofValues) {
        return withDims(compiler, ofValues, dims(ofValues.dims()));
    }

    /**
     * Images, seen with the axes that a value has.
     *
     * @param dims those axes
     */
    static Buffer values(Compiler compiler, Buffer images, long... dims) {
        Layout layout = values(compiler, images.layout, dims);
        return layout == images.layout ? images : images.view(layout);
    }

    static Layout values(Compiler compiler, Layout ofImages, long... dims) {
        return withDims(compiler, ofImages, dims);
    }

    private static Layout withDims(Compiler compiler, Layout layout, long... dims) {
        return layout.dims().length == dims.length ? layout : layout.withDims(compiler.resources(), dims);
    }
}
