package io.github.bn4j.layer;

/** How many zeros a convolution or pooling puts around its image. */
public enum Padding {
    /** None: the output shrinks by the size of the kernel. */
    VALID,
    /**
     * As many as keep {@code output = ⌈input / stride⌉}; an odd one goes to the bottom and the right, as in TensorFlow.
     */
    SAME;

    /** Zeros on both sides together, for one axis. */
    long total(long input, long kernel, long dilation, long stride) {
        if (this == VALID) {
            return 0;
        }
        long output = (input + stride - 1) / stride;
        return Math.max(0, (output - 1) * stride + dilation * (kernel - 1) + 1 - input);
    }
}
