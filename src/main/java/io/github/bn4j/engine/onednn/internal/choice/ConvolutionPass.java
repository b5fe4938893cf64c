package io.github.bn4j.engine.onednn.internal.choice;

import static io.github.bn4j.engine.onednn.internal.binding.Native.check;
import static org.bytedeco.dnnl.global.dnnl.*;

import io.github.bn4j.engine.onednn.internal.binding.Layout;
import io.github.bn4j.engine.onednn.internal.binding.Primitive;
import io.github.bn4j.engine.onednn.internal.binding.Resources;
import org.bytedeco.dnnl.dnnl_convolution_desc_t;
import org.bytedeco.dnnl.dnnl_memory_desc_t;
import org.jspecify.annotations.Nullable;

/** The passes of a convolution or transposed convolution, which oneDNN compiles one by one. */
public enum ConvolutionPass {
    TRAINING,
    PREDICTION,
    DATA_GRADIENT,
    WEIGHTS_GRADIENT;

    /**
     * The numbers of one call as oneDNN counts them: dilation 0 is dense. Sequences have one axis less than images.
     *
     * @param weights with an axis for the groups in front, if there are several
     */
    @SuppressWarnings("ArrayRecordComponent")
    public record Geometry(
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

    /**
     * One way to compute a pass.
     *
     * @param algorithm oneDNN's number of it
     * @param image layout of the images
     * @param weights layout of the weights
     * @param rank how many implementations that oneDNN likes better are passed over
     */
    public record Choice(int algorithm, int image, int weights, int rank) {}

    /** Describes this pass, computed in one of several ways. */
    public dnnl_convolution_desc_t describe(Resources resources, Geometry g, Choice choice) {
        dnnl_convolution_desc_t d = resources.own(new dnnl_convolution_desc_t());
        dnnl_memory_desc_t x = Layout.tagged(resources, choice.image(), g.in()).descriptor();
        dnnl_memory_desc_t w =
                Layout.tagged(resources, choice.weights(), g.weights()).descriptor();
        dnnl_memory_desc_t y = Layout.tagged(resources, choice.image(), g.out()).descriptor();
        dnnl_memory_desc_t b = g.biased() ? Layout.plain(resources, g.out()[1]).descriptor() : null;
        check(initialise(d, g, choice.algorithm(), x, w, b, y), "convolution");
        return d;
    }

    private int initialise(
            dnnl_convolution_desc_t d,
            Geometry g,
            int how,
            dnnl_memory_desc_t x,
            dnnl_memory_desc_t w,
            @Nullable dnnl_memory_desc_t b,
            dnnl_memory_desc_t y) {
        long[] s = g.strides();
        long[] dilations = g.dilations();
        long[] before = g.before();
        long[] after = g.after();
        boolean transposed = g.transposed();
        return switch (this) {
            case TRAINING, PREDICTION ->
                transposed
                        ? dnnl_dilated_deconvolution_forward_desc_init(
                                d, mode(), how, x, w, b, y, s, dilations, before, after)
                        : dnnl_dilated_convolution_forward_desc_init(
                                d, mode(), how, x, w, b, y, s, dilations, before, after);
            case DATA_GRADIENT ->
                transposed
                        ? dnnl_dilated_deconvolution_backward_data_desc_init(
                                d, how, x, w, y, s, dilations, before, after)
                        : dnnl_dilated_convolution_backward_data_desc_init(
                                d, how, x, w, y, s, dilations, before, after);
            case WEIGHTS_GRADIENT ->
                transposed
                        ? dnnl_dilated_deconvolution_backward_weights_desc_init(
                                d, how, x, w, b, y, s, dilations, before, after)
                        : dnnl_dilated_convolution_backward_weights_desc_init(
                                d, how, x, w, b, y, s, dilations, before, after);
        };
    }

    private int mode() {
        return this == PREDICTION ? dnnl_forward_inference : dnnl_forward_training;
    }

    /** The arguments of a compiled pass that are images or weights, and where they lie. */
    Layout[] layouts(Primitive primitive) {
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
    int[] arguments() {
        return switch (this) {
            case TRAINING, PREDICTION -> new int[] {DNNL_ARG_SRC, DNNL_ARG_WEIGHTS, DNNL_ARG_DST};
            case DATA_GRADIENT -> new int[] {DNNL_ARG_DIFF_SRC, DNNL_ARG_WEIGHTS, DNNL_ARG_DIFF_DST};
            case WEIGHTS_GRADIENT -> new int[] {DNNL_ARG_SRC, DNNL_ARG_DIFF_WEIGHTS, DNNL_ARG_DIFF_DST};
        };
    }

    /** The argument for the bias or its gradient. */
    int biasArgument() {
        return this == WEIGHTS_GRADIENT ? DNNL_ARG_DIFF_BIAS : DNNL_ARG_BIAS;
    }
}
