package io.github.bn4j.engine.onednn.internal.binding;

import static org.bytedeco.dnnl.global.dnnl.*;

/** Where the channels of images or sequences, and those of the weights that go with them, are among the axes in memory. */
public enum ChannelOrder {
    /** Left to the primitive. */
    ANY,
    /** Row-major: a plane for each channel. */
    FIRST,
    /** All channels of a place side by side. */
    LAST,
    /** As the first, but by eights, of which a place has all side by side. */
    IN_EIGHTS,
    /** As the first, but by sixteens. */
    IN_SIXTEENS;

    /** oneDNN's number for tensors [batch, channels, places…]. */
    int tagOfImages(int rank) {
        boolean sequence = rank == 3;
        return switch (this) {
            case ANY -> dnnl_format_tag_any;
            case FIRST -> sequence ? dnnl_ncw : dnnl_nchw;
            case LAST -> sequence ? dnnl_nwc : dnnl_nhwc;
            case IN_EIGHTS -> sequence ? dnnl_nCw8c : dnnl_nChw8c;
            case IN_SIXTEENS -> sequence ? dnnl_nCw16c : dnnl_nChw16c;
        };
    }

    /** oneDNN's number for the weights, [groups, outputs, inputs, rows, columns], without the first if there is one group. */
    int tagOfWeights(boolean grouped) {
        return switch (this) {
            case ANY -> dnnl_format_tag_any;
            case FIRST -> grouped ? dnnl_goihw : dnnl_oihw;
            case LAST -> grouped ? dnnl_hwigo : dnnl_hwio;
            case IN_EIGHTS, IN_SIXTEENS ->
                throw new IllegalArgumentException(
                        "weights expect channels first, last or in any order but got " + this + "; name one of those");
        };
    }
}
