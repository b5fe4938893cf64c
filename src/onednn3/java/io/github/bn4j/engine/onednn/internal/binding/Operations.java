package io.github.bn4j.engine.onednn.internal.binding;

import static io.github.bn4j.engine.onednn.internal.binding.Native.ENGINE;
import static io.github.bn4j.engine.onednn.internal.binding.Native.check;
import static org.bytedeco.dnnl.global.dnnl.*;

import io.github.bn4j.engine.onednn.internal.binding.ConvolutionPass.Choice;
import io.github.bn4j.engine.onednn.internal.binding.ConvolutionPass.Geometry;
import io.github.bn4j.engine.onednn.internal.binding.Normalization.Affine;
import java.util.List;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_post_ops;
import org.bytedeco.dnnl.dnnl_primitive_attr;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.jspecify.annotations.Nullable;

/**
 * The operations of oneDNN 3, each as a primitive. All of oneDNN that differs between versions is here and in
 * {@link Descriptor}. Each throws {@link UnsupportedByOneDnnException} if there is no implementation of what is asked.
 */
public final class Operations {

    /** A class of JavaCPP's that no other version of oneDNN has. */
    public static final String ONLY_IN_THIS_VERSION = "org.bytedeco.dnnl.dnnl_memory_desc";

    /** The arguments that are scale and shift, of the forward direction. */
    public static final List<Affine> SCALE_AND_SHIFT =
            List.of(new Affine(DNNL_ARG_SCALE, 0, 1), new Affine(DNNL_ARG_SHIFT, 1, 1));

    /** Those of the backward direction. */
    public static final List<Affine> SCALE_AND_SHIFT_BACKWARD = List.of(new Affine(DNNL_ARG_SCALE, 0, 1));

    /** The results that are gradients by scale and shift. */
    public static final List<Affine> SCALE_AND_SHIFT_GRADIENTS =
            List.of(new Affine(DNNL_ARG_DIFF_SCALE, 0, 1), new Affine(DNNL_ARG_DIFF_SHIFT, 1, 1));

    private static final dnnl_primitive_attr NONE = Attributes.NONE.pointer;

    /** Loops over more axes leave most elements of a batch normalisation out. */
    private static final int MOST_AXES_OF_NORMALIZATION = 5;

    private Operations() {}

    /** Describes an operation and returns oneDNN's status. */
    private interface Creator {
        int create(dnnl_primitive_desc description);
    }

    private static Primitive of(Resources resources, String name, Creator creator) {
        return Primitive.of(resources, () -> {
            dnnl_primitive_desc description = new dnnl_primitive_desc();
            check(creator.create(description), name);
            return description;
        });
    }

    /** Makes a description one of the next implementation, if there is another. */
    static boolean describeNext(dnnl_primitive_desc description) {
        return dnnl_primitive_desc_next_impl(description) == dnnl_success;
    }

    private static @Nullable dnnl_memory_desc pointer(Layout layout) {
        return layout.descriptor().pointer;
    }

    private static int forward(boolean training) {
        return training ? dnnl_forward_training : dnnl_forward_inference;
    }

    /** Appends a ReLU and returns oneDNN's status. */
    static int appendRelu(dnnl_post_ops operations) {
        return dnnl_post_ops_append_eltwise(operations, dnnl_eltwise_relu, 0, 0);
    }

    /** A copy of a tensor from one layout to another. */
    public static Primitive reorder(Resources resources, Layout from, Layout to) {
        return of(
                resources,
                "reorder",
                d -> dnnl_reorder_primitive_desc_create(d, pointer(from), ENGINE, pointer(to), ENGINE, NONE));
    }

    /**
     * A function of two tensors, element by element.
     *
     * @param algorithm oneDNN's number of the function
     */
    public static Primitive binary(
            Resources resources, int algorithm, Layout a, Layout b, Layout y, Attributes attributes) {
        return of(
                resources,
                "arithmetic",
                d -> dnnl_binary_primitive_desc_create(
                        d, ENGINE, algorithm, pointer(a), pointer(b), pointer(y), attributes.pointer));
    }

    /** The products of matrices, plus a row. */
    public static Primitive matrixProduct(
            Resources resources, Layout a, Layout b, @Nullable Layout bias, Layout y, Attributes attributes) {
        return of(
                resources,
                "matrix product",
                d -> dnnl_matmul_primitive_desc_create(
                        d,
                        ENGINE,
                        pointer(a),
                        pointer(b),
                        bias == null ? null : pointer(bias),
                        pointer(y),
                        attributes.pointer));
    }

    /**
     * A function of each element.
     *
     * @param algorithm oneDNN's number of the function
     * @param alpha its first setting
     * @param beta its second setting
     */
    public static Primitive eltwise(Resources resources, int algorithm, float alpha, float beta, Layout x) {
        return of(
                resources,
                "activation",
                d -> dnnl_eltwise_forward_primitive_desc_create(
                        d, ENGINE, dnnl_forward_training, algorithm, pointer(x), pointer(x), alpha, beta, NONE));
    }

    /** The gradient of such a function, by its argument or its result, as the algorithm says. */
    public static Primitive eltwiseBackward(
            Resources resources, int algorithm, float alpha, float beta, Layout x, Primitive forward) {
        return of(
                resources,
                "activation",
                d -> dnnl_eltwise_backward_primitive_desc_create(
                        d,
                        ENGINE,
                        algorithm,
                        pointer(x),
                        pointer(x),
                        pointer(x),
                        alpha,
                        beta,
                        forward.description(),
                        NONE));
    }

    private static int softmax(boolean logarithm) {
        return logarithm ? dnnl_softmax_log : dnnl_softmax_accurate;
    }

    /** Softmax along an axis, or its logarithm. */
    public static Primitive softmax(Resources resources, boolean logarithm, Layout x, int axis) {
        return of(
                resources,
                "softmax",
                d -> dnnl_softmax_forward_primitive_desc_create(
                        d, ENGINE, dnnl_forward_training, softmax(logarithm), pointer(x), pointer(x), axis, NONE));
    }

    /** The gradient of such a softmax, by its result. */
    public static Primitive softmaxBackward(
            Resources resources, boolean logarithm, Layout x, int axis, Primitive forward) {
        return of(
                resources,
                "softmax",
                d -> dnnl_softmax_backward_primitive_desc_create(
                        d,
                        ENGINE,
                        softmax(logarithm),
                        pointer(x),
                        pointer(x),
                        pointer(x),
                        axis,
                        forward.description(),
                        NONE));
    }

    /** The largest or mean elements of windows. */
    public static Primitive pooling(Resources resources, boolean training, PoolingWindow w, Layout x, Layout y) {
        return of(
                resources,
                "pooling",
                d -> dnnl_pooling_forward_primitive_desc_create(
                        d,
                        ENGINE,
                        forward(training),
                        w.algorithm(),
                        pointer(x),
                        pointer(y),
                        w.strides(),
                        w.kernel(),
                        new long[w.kernel().length],
                        w.before(),
                        w.after(),
                        NONE));
    }

    /** The gradient of such a pooling. */
    public static Primitive poolingBackward(
            Resources resources, PoolingWindow w, Layout x, Layout y, Primitive forward) {
        return of(
                resources,
                "pooling",
                d -> dnnl_pooling_backward_primitive_desc_create(
                        d,
                        ENGINE,
                        w.algorithm(),
                        pointer(x),
                        pointer(y),
                        w.strides(),
                        w.kernel(),
                        new long[w.kernel().length],
                        w.before(),
                        w.after(),
                        forward.description(),
                        NONE));
    }

    private static int flags(Normalization how) {
        return (how.given() ? dnnl_use_global_stats : 0)
                | (how.affine() ? dnnl_use_scale | dnnl_use_shift : 0)
                | (how.relu() ? dnnl_fuse_norm_relu : 0);
    }

    /** Batch normalisation. */
    public static Primitive normalization(Resources resources, Normalization how, Layout x) {
        if (x.dims().length > MOST_AXES_OF_NORMALIZATION) {
            throw new UnsupportedByOneDnnException("batch normalisation along so many axes");
        }
        return of(
                resources,
                "batch normalisation",
                d -> dnnl_batch_normalization_forward_primitive_desc_create(
                        d, ENGINE, forward(how.training()), pointer(x), pointer(x), how.epsilon(), flags(how), NONE));
    }

    /** The gradient of such a normalisation, also by scale and shift if it has them. */
    public static Primitive normalizationBackward(Resources resources, Normalization how, Layout x, Primitive forward) {
        return of(
                resources,
                "batch normalisation",
                d -> dnnl_batch_normalization_backward_primitive_desc_create(
                        d,
                        ENGINE,
                        how.affine() ? dnnl_backward : dnnl_backward_data,
                        pointer(x),
                        pointer(x),
                        pointer(x),
                        how.epsilon(),
                        flags(how),
                        forward.description(),
                        NONE));
    }

    /**
     * A pass of a convolution or transposed convolution.
     *
     * @param forward the compiled forward pass; null if this is one
     */
    public static Primitive convolution(
            Resources resources,
            ConvolutionPass pass,
            Geometry g,
            Choice choice,
            @Nullable Primitive forward,
            Attributes attributes) {
        try (Resources layouts = new Resources()) {
            dnnl_memory_desc x = pointer(Layout.images(layouts, g.type(), choice.images(), g.in()));
            dnnl_memory_desc w = pointer(g.weights(layouts, pass, choice.weights()));
            dnnl_memory_desc y = pointer(Layout.images(layouts, g.type(), choice.images(), g.out()));
            dnnl_memory_desc b = g.biased() ? pointer(Layout.plain(layouts, g.out()[1])) : null;
            dnnl_primitive_desc hint = forward == null ? null : forward.description();
            return of(
                    resources,
                    "convolution",
                    d -> g.transposed()
                            ? transposed(d, pass, g, x, w, b, y, hint, attributes.pointer)
                            : direct(d, pass, g, choice, x, w, b, y, hint, attributes.pointer));
        }
    }

    private static int direct(
            dnnl_primitive_desc d,
            ConvolutionPass pass,
            Geometry g,
            Choice choice,
            @Nullable dnnl_memory_desc x,
            @Nullable dnnl_memory_desc w,
            @Nullable dnnl_memory_desc b,
            @Nullable dnnl_memory_desc y,
            @Nullable dnnl_primitive_desc hint,
            dnnl_primitive_attr attributes) {
        int how =
                switch (choice.algorithm()) {
                    case DIRECT -> dnnl_convolution_direct;
                    case WINOGRAD -> dnnl_convolution_winograd;
                };
        long[] s = g.strides();
        return switch (pass) {
            case TRAINING, PREDICTION ->
                dnnl_convolution_forward_primitive_desc_create(
                        d,
                        ENGINE,
                        forward(pass == ConvolutionPass.TRAINING),
                        how,
                        x,
                        w,
                        b,
                        y,
                        s,
                        g.dilations(),
                        g.before(),
                        g.after(),
                        attributes);
            case DATA_GRADIENT ->
                dnnl_convolution_backward_data_primitive_desc_create(
                        d, ENGINE, how, x, w, y, s, g.dilations(), g.before(), g.after(), hint, attributes);
            case WEIGHTS_GRADIENT ->
                dnnl_convolution_backward_weights_primitive_desc_create(
                        d, ENGINE, how, x, w, b, y, s, g.dilations(), g.before(), g.after(), hint, attributes);
        };
    }

    private static int transposed(
            dnnl_primitive_desc d,
            ConvolutionPass pass,
            Geometry g,
            @Nullable dnnl_memory_desc x,
            @Nullable dnnl_memory_desc w,
            @Nullable dnnl_memory_desc b,
            @Nullable dnnl_memory_desc y,
            @Nullable dnnl_primitive_desc hint,
            dnnl_primitive_attr attributes) {
        int how = dnnl_deconvolution_direct;
        long[] s = g.strides();
        return switch (pass) {
            case TRAINING, PREDICTION ->
                dnnl_deconvolution_forward_primitive_desc_create(
                        d,
                        ENGINE,
                        forward(pass == ConvolutionPass.TRAINING),
                        how,
                        x,
                        w,
                        b,
                        y,
                        s,
                        g.dilations(),
                        g.before(),
                        g.after(),
                        attributes);
            case DATA_GRADIENT ->
                dnnl_deconvolution_backward_data_primitive_desc_create(
                        d, ENGINE, how, x, w, y, s, g.dilations(), g.before(), g.after(), hint, attributes);
            case WEIGHTS_GRADIENT ->
                dnnl_deconvolution_backward_weights_primitive_desc_create(
                        d, ENGINE, how, x, w, b, y, s, g.dilations(), g.before(), g.after(), hint, attributes);
        };
    }
}
