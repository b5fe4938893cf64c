package io.github.bn4j.layer;

/** Which variance of a batch of n values per channel the running variance averages. */
public enum RunningVariance {
    /** Divided by n − 1, like PyTorch. */
    UNBIASED,
    /** Divided by n, like Keras and ONNX. */
    BIASED
}
