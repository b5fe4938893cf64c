package io.github.bn4j.layer;

import io.github.bn4j.op.Resizing;

/** Where the pixels of a larger or smaller image come from. */
public enum Interpolation {
    /** The nearest pixel, {@code ⌊i m / n⌋} for pixel {@code i} of {@code n} from {@code m}. */
    NEAREST(Resizing.Mode.NEAREST),
    /** Linear along rows and columns, where pixels are squares: PyTorch's {@code bilinear}. */
    BILINEAR(Resizing.Mode.BILINEAR),
    /** Linear along rows and columns, where the corners stay: PyTorch's {@code bilinear} with {@code align_corners}. */
    BILINEAR_ALIGNED(Resizing.Mode.BILINEAR_ALIGNED);

    private final Resizing.Mode mode;

    Interpolation(Resizing.Mode mode) {
        this.mode = mode;
    }

    /** What ops call it. */
    Resizing.Mode mode() {
        return mode;
    }
}
