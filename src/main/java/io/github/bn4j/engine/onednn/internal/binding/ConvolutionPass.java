package io.github.bn4j.engine.onednn.internal.binding;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_BIAS;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_BIAS;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_WEIGHTS;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_WEIGHTS;

/** The passes of a convolution or transposed convolution, which oneDNN compiles one by one. */
public enum ConvolutionPass {
    TRAINING,
    PREDICTION,
    DATA_GRADIENT,
    WEIGHTS_GRADIENT;

    /**
     * The numbers of one call as oneDNN counts them: dilation 0 is dense. Sequences are images of one row.
     *
     * @param type what images, weights and gradients by images are; biases and gradients by parameters are float32
     * @param weights with an axis for the groups in front, if there are several
     */
    @SuppressWarnings("ArrayRecordComponent")
    public record Geometry(
            ElementType type,
            boolean transposed,
            int groups,
            long[] in,
            long[] weights,
            long[] out,
            boolean biased,
            long[] strides,
            long[] dilations,
            long[] before,
            long[] after) {

        Layout weights(Resources resources, ConvolutionPass pass, ChannelOrder order) {
            ElementType own = pass == WEIGHTS_GRADIENT ? ElementType.FLOAT32 : type;
            return Layout.tagged(resources, own, order.tagOfWeights(groups > 1), weights);
        }

        /** This convolution of images and weights of another type. */
        public Geometry of(ElementType other) {
            return new Geometry(other, transposed, groups, in, weights, out, biased, strides, dilations, before, after);
        }

        /** How often numbers are multiplied. */
        public long products() {
            long products = 1;
            for (int axis = 0; axis < out.length; axis++) {
                products *= axis == 1 ? 1 : out[axis];
            }
            for (long length : weights) {
                products *= length;
            }
            return products;
        }

        /** How often a weight of the kernel meets a number of the image along an axis, counted over its outputs, and not the padding. */
        public long tapsInside(int axis) {
            long kernel = weights[weights.length - strides.length + axis];
            long inside = 0;
            for (long output = 0; output < out[axis + 2]; output++) {
                for (long tap = 0; tap < kernel; tap++) {
                    long at = place(axis, output, tap);
                    inside += at >= 0 && at < in[axis + 2] ? 1 : 0;
                }
            }
            return inside;
        }

        /** Where along an axis of the image a number of the kernel meets it for an output, which is outside in the padding. */
        public long place(int axis, long output, long tap) {
            return output * strides[axis] + tap * (dilations[axis] + 1) - before[axis];
        }

        /** The first of the rows of an input that are behind the rows of an output from number {@code first} on. */
        public long firstRow(long first) {
            return Math.max(0, first * strides[0] - before[0]);
        }

        /** The same convolution for the rows from number {@code first} up to {@code end} of an output alone. */
        public Geometry rows(long first, long end) {
            long kernel = (weights[weights.length - 2] - 1) * (dilations[0] + 1) + 1;
            long from = first * strides[0] - before[0];
            long to = (end - 1) * strides[0] - before[0] + kernel;
            long last = Math.min(in[2], to);
            return new Geometry(
                    type,
                    transposed,
                    groups,
                    new long[] {in[0], in[1], last - firstRow(first), in[3]},
                    weights,
                    new long[] {out[0], out[1], end - first, out[3]},
                    biased,
                    strides,
                    dilations,
                    new long[] {firstRow(first) - from, before[1]},
                    new long[] {to - last, after[1]});
        }
    }

    /** How a convolution is computed; oneDNN has but one way for a transposed one. */
    public enum Algorithm {
        DIRECT,
        WINOGRAD
    }

    /**
     * One way to compute a pass.
     *
     * @param images where the channels of images are
     * @param weights where those of the weights are
     */
    public record Choice(Algorithm algorithm, ChannelOrder images, ChannelOrder weights) {

        /** One whose implementation says where the channels are. */
        public static Choice inAnyOrder(Algorithm algorithm) {
            return new Choice(algorithm, ChannelOrder.ANY, ChannelOrder.ANY);
        }
    }

    /** The arguments of a compiled pass that are images or weights, and where they lie. */
    public Layout[] layouts(Primitive primitive) {
        return switch (this) {
            case TRAINING, PREDICTION ->
                new Layout[] {primitive.source(), primitive.weights(), primitive.destination()};
            case DATA_GRADIENT ->
                new Layout[] {primitive.sourceGradient(), primitive.weights(), primitive.destinationGradient()};
            case WEIGHTS_GRADIENT ->
                new Layout[] {primitive.source(), primitive.weightsGradient(), primitive.destinationGradient()};
        };
    }

    /** oneDNN's numbers of the arguments that {@link #layouts} lists. */
    public int[] arguments() {
        return switch (this) {
            case TRAINING, PREDICTION -> new int[] {DNNL_ARG_SRC, DNNL_ARG_WEIGHTS, DNNL_ARG_DST};
            case DATA_GRADIENT -> new int[] {DNNL_ARG_DIFF_SRC, DNNL_ARG_WEIGHTS, DNNL_ARG_DIFF_DST};
            case WEIGHTS_GRADIENT -> new int[] {DNNL_ARG_SRC, DNNL_ARG_DIFF_WEIGHTS, DNNL_ARG_DIFF_DST};
        };
    }

    /** The argument for the bias or its gradient. */
    public int biasArgument() {
        return this == WEIGHTS_GRADIENT ? DNNL_ARG_DIFF_BIAS : DNNL_ARG_BIAS;
    }
}
