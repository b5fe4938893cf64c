package io.github.bn4j.onnx;

import static io.github.bn4j.internal.Checks.checkArgument;

/**
 * How a network is written as ONNX.
 *
 * @param opset version of ONNX's operators, from 13 to 21
 * @param training whether batch norms and dropout are written for training, with the running averages as they are to begin with
 * @param externalData whether the parameters lie in a file of their own, {@code NAME.data} beside the model
 */
public record OnnxOptions(int opset, boolean training, boolean externalData) {

    private static final int OLDEST = 13;
    private static final int NEWEST = 21;

    /** Refuses operators of other versions. */
    public OnnxOptions {
        checkArgument(
                opset >= OLDEST && opset <= NEWEST,
                "OnnxOptions expects an opset from %s to %s but got %s",
                OLDEST,
                NEWEST,
                opset);
    }

    /** Operators of version 17, for predictions, all in one file below 1 GB. */
    public static OnnxOptions defaults() {
        return new OnnxOptions(17, false, false);
    }

    /** Sets the version of ONNX's operators, from 13 to 21, by default 17: what a runtime has to know at least. */
    public OnnxOptions opset(int opset) {
        return new OnnxOptions(opset, training, externalData);
    }

    /** Says whether batch norms and dropout are written for training; by default for predictions. */
    public OnnxOptions training(boolean training) {
        return new OnnxOptions(opset, training, externalData);
    }

    /** Says whether the parameters lie in a file of their own; by default only those of 1 GB or more do. */
    public OnnxOptions externalData(boolean externalData) {
        return new OnnxOptions(opset, training, externalData);
    }

    /** The version of the format that this version of the operators needs at least. */
    int irVersion() {
        return opset <= 14 ? 7 : opset <= 18 ? 8 : opset <= 20 ? 9 : 10;
    }
}
