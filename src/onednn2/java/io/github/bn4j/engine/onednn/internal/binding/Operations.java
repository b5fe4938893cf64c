package io.github.bn4j.engine.onednn.internal.binding;

import static io.github.bn4j.engine.onednn.internal.binding.Native.check;
import static org.bytedeco.dnnl.global.dnnl.*;

import io.github.bn4j.engine.onednn.internal.binding.ConvolutionPass.Choice;
import io.github.bn4j.engine.onednn.internal.binding.ConvolutionPass.Geometry;
import io.github.bn4j.engine.onednn.internal.binding.Normalization.Affine;
import java.util.List;
import org.bytedeco.dnnl.const_dnnl_op_desc_t;
import org.bytedeco.dnnl.dnnl_batch_normalization_desc_t;
import org.bytedeco.dnnl.dnnl_binary_desc_t;
import org.bytedeco.dnnl.dnnl_convolution_desc_t;
import org.bytedeco.dnnl.dnnl_eltwise_desc_t;
import org.bytedeco.dnnl.dnnl_matmul_desc_t;
import org.bytedeco.dnnl.dnnl_memory_desc_t;
import org.bytedeco.dnnl.dnnl_pooling_desc_t;
import org.bytedeco.dnnl.dnnl_post_ops;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.bytedeco.dnnl.dnnl_softmax_desc_t;
import org.bytedeco.javacpp.Pointer;
import org.jspecify.annotations.Nullable;

/**
 * The operations of oneDNN 2, each as a primitive. All of oneDNN that differs between versions is here and in
 * {@link Descriptor}. Each throws {@link UnsupportedByOneDnnException} if there is no implementation of what is asked.
 */
public final class Operations {

    /** A class of JavaCPP's that no other version of oneDNN has. */
    public static final String ONLY_IN_THIS_VERSION = "org.bytedeco.dnnl.dnnl_memory_desc_t";

    /** The arguments that are scale and shift, of both directions. */
    public static final List<Affine> SCALE_AND_SHIFT = List.of(new Affine(DNNL_ARG_SCALE_SHIFT, 0, 2));

    /** Those of the backward direction. */
    public static final List<Affine> SCALE_AND_SHIFT_BACKWARD = SCALE_AND_SHIFT;

    /** The results that are gradients by scale and shift. */
    public static final List<Affine> SCALE_AND_SHIFT_GRADIENTS = List.of(new Affine(DNNL_ARG_DIFF_SCALE_SHIFT, 0, 2));

    private Operations() {}

    /** Initialises an operation's descriptor, and returns oneDNN's status. */
    private interface Initializer<T extends Pointer> {
        int initialize(T descriptor);
    }

    private static <T extends Pointer> Primitive of(
            Resources resources,
            String name,
            T descriptor,
            Initializer<T> initializer,
            @Nullable Primitive forward,
            Attributes attributes) {
        try (Resources own = new Resources()) {
            own.own(descriptor);
            check(initializer.initialize(descriptor), name);
            const_dnnl_op_desc_t what = new const_dnnl_op_desc_t(descriptor);
            dnnl_primitive_desc hint = forward == null ? null : forward.description();
            return Primitive.of(resources, () -> {
                dnnl_primitive_desc description = new dnnl_primitive_desc();
                check(dnnl_primitive_desc_create(description, what, attributes.pointer, Native.ENGINE, hint), name);
                return description;
            });
        }
    }

    /** Makes a description one of the next implementation, if there is another: in this version it stays what it is. */
    static boolean describeNext(dnnl_primitive_desc description) {
        return false;
    }

    private static dnnl_memory_desc_t pointer(Layout layout) {
        return layout.descriptor().pointer;
    }

    private static int forward(boolean training) {
        return training ? dnnl_forward_training : dnnl_forward_inference;
    }

    /** Appends a ReLU and returns oneDNN's status. */
    static int appendRelu(dnnl_post_ops operations) {
        return dnnl_post_ops_append_eltwise(operations, 1, dnnl_eltwise_relu, 0, 0);
    }

    /** A copy of a tensor from one layout to another. */
    public static Primitive reorder(Resources resources, Layout from, Layout to) {
        return Primitive.of(resources, () -> {
            dnnl_primitive_desc description = new dnnl_primitive_desc();
            check(
                    dnnl_reorder_primitive_desc_create(
                            description,
                            pointer(from),
                            Native.ENGINE,
                            pointer(to),
                            Native.ENGINE,
                            Attributes.NONE.pointer),
                    "reorder");
            return description;
        });
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
                new dnnl_binary_desc_t(),
                d -> dnnl_binary_desc_init(d, algorithm, pointer(a), pointer(b), pointer(y)),
                null,
                attributes);
    }

    /** The products of matrices, plus a row. */
    public static Primitive matrixProduct(
            Resources resources, Layout a, Layout b, @Nullable Layout bias, Layout y, Attributes attributes) {
        return of(
                resources,
                "matrix product",
                new dnnl_matmul_desc_t(),
                d -> dnnl_matmul_desc_init(d, pointer(a), pointer(b), bias == null ? null : pointer(bias), pointer(y)),
                null,
                attributes);
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
                new dnnl_eltwise_desc_t(),
                d -> dnnl_eltwise_forward_desc_init(d, dnnl_forward_training, algorithm, pointer(x), alpha, beta),
                null,
                Attributes.NONE);
    }

    /** The gradient of such a function, by its argument or its result, as the algorithm says. */
    public static Primitive eltwiseBackward(
            Resources resources, int algorithm, float alpha, float beta, Layout x, Primitive forward) {
        return of(
                resources,
                "activation",
                new dnnl_eltwise_desc_t(),
                d -> dnnl_eltwise_backward_desc_init(d, algorithm, pointer(x), pointer(x), alpha, beta),
                forward,
                Attributes.NONE);
    }

    /** Softmax along an axis, or its logarithm. */
    public static Primitive softmax(Resources resources, boolean logarithm, Layout x, int axis) {
        return of(
                resources,
                "softmax",
                new dnnl_softmax_desc_t(),
                d -> logarithm
                        ? dnnl_logsoftmax_forward_desc_init(d, dnnl_forward_training, pointer(x), axis)
                        : dnnl_softmax_forward_desc_init(d, dnnl_forward_training, pointer(x), axis),
                null,
                Attributes.NONE);
    }

    /** The gradient of such a softmax, by its result. */
    public static Primitive softmaxBackward(
            Resources resources, boolean logarithm, Layout x, int axis, Primitive forward) {
        return of(
                resources,
                "softmax",
                new dnnl_softmax_desc_t(),
                d -> logarithm
                        ? dnnl_logsoftmax_backward_desc_init(d, pointer(x), pointer(x), axis)
                        : dnnl_softmax_backward_desc_init(d, pointer(x), pointer(x), axis),
                forward,
                Attributes.NONE);
    }

    /** The largest or mean elements of windows. */
    public static Primitive pooling(Resources resources, boolean training, PoolingWindow w, Layout x, Layout y) {
        return of(
                resources,
                "pooling",
                new dnnl_pooling_desc_t(),
                d -> dnnl_pooling_forward_desc_init(
                        d,
                        forward(training),
                        w.algorithm(),
                        pointer(x),
                        pointer(y),
                        w.strides(),
                        w.kernel(),
                        w.before(),
                        w.after()),
                null,
                Attributes.NONE);
    }

    /** The gradient of such a pooling. */
    public static Primitive poolingBackward(
            Resources resources, PoolingWindow w, Layout x, Layout y, Primitive forward) {
        return of(
                resources,
                "pooling",
                new dnnl_pooling_desc_t(),
                d -> dnnl_pooling_backward_desc_init(
                        d, w.algorithm(), pointer(x), pointer(y), w.strides(), w.kernel(), w.before(), w.after()),
                forward,
                Attributes.NONE);
    }

    private static int flags(Normalization how) {
        return (how.given() ? dnnl_use_global_stats : 0)
                | (how.affine() ? dnnl_use_scaleshift : 0)
                | (how.relu() ? dnnl_fuse_norm_relu : 0);
    }

    /** Batch normalisation. */
    public static Primitive normalization(Resources resources, Normalization how, Layout x) {
        return of(
                resources,
                "batch normalisation",
                new dnnl_batch_normalization_desc_t(),
                d -> dnnl_batch_normalization_forward_desc_init(
                        d, forward(how.training()), pointer(x), how.epsilon(), flags(how)),
                null,
                Attributes.NONE);
    }

    /** The gradient of such a normalisation, also by scale and shift if it has them. */
    public static Primitive normalizationBackward(Resources resources, Normalization how, Layout x, Primitive forward) {
        return of(
                resources,
                "batch normalisation",
                new dnnl_batch_normalization_desc_t(),
                d -> dnnl_batch_normalization_backward_desc_init(
                        d,
                        how.affine() ? dnnl_backward : dnnl_backward_data,
                        pointer(x),
                        pointer(x),
                        how.epsilon(),
                        flags(how)),
                forward,
                Attributes.NONE);
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
            dnnl_memory_desc_t x = pointer(Layout.images(layouts, g.type(), choice.images(), g.in()));
            dnnl_memory_desc_t w = pointer(g.weights(layouts, pass, choice.weights()));
            dnnl_memory_desc_t y = pointer(Layout.images(layouts, g.type(), choice.images(), g.out()));
            dnnl_memory_desc_t b = g.biased() ? pointer(Layout.plain(layouts, g.out()[1])) : null;
            return of(
                    resources,
                    "convolution",
                    new dnnl_convolution_desc_t(),
                    d -> g.transposed() ? transposed(d, pass, g, x, w, b, y) : direct(d, pass, g, choice, x, w, b, y),
                    forward,
                    attributes);
        }
    }

    private static int direct(
            dnnl_convolution_desc_t d,
            ConvolutionPass pass,
            Geometry g,
            Choice choice,
            dnnl_memory_desc_t x,
            dnnl_memory_desc_t w,
            @Nullable dnnl_memory_desc_t b,
            dnnl_memory_desc_t y) {
        int how =
                switch (choice.algorithm()) {
                    case DIRECT -> dnnl_convolution_direct;
                    case WINOGRAD -> dnnl_convolution_winograd;
                };
        return switch (pass) {
            case TRAINING, PREDICTION ->
                dnnl_dilated_convolution_forward_desc_init(
                        d,
                        forward(pass == ConvolutionPass.TRAINING),
                        how,
                        x,
                        w,
                        b,
                        y,
                        g.strides(),
                        g.dilations(),
                        g.before(),
                        g.after());
            case DATA_GRADIENT ->
                dnnl_dilated_convolution_backward_data_desc_init(
                        d, how, x, w, y, g.strides(), g.dilations(), g.before(), g.after());
            case WEIGHTS_GRADIENT ->
                dnnl_dilated_convolution_backward_weights_desc_init(
                        d, how, x, w, b, y, g.strides(), g.dilations(), g.before(), g.after());
        };
    }

    private static int transposed(
            dnnl_convolution_desc_t d,
            ConvolutionPass pass,
            Geometry g,
            dnnl_memory_desc_t x,
            dnnl_memory_desc_t w,
            @Nullable dnnl_memory_desc_t b,
            dnnl_memory_desc_t y) {
        int how = dnnl_deconvolution_direct;
        return switch (pass) {
            case TRAINING, PREDICTION ->
                dnnl_dilated_deconvolution_forward_desc_init(
                        d,
                        forward(pass == ConvolutionPass.TRAINING),
                        how,
                        x,
                        w,
                        b,
                        y,
                        g.strides(),
                        g.dilations(),
                        g.before(),
                        g.after());
            case DATA_GRADIENT ->
                dnnl_dilated_deconvolution_backward_data_desc_init(
                        d, how, x, w, y, g.strides(), g.dilations(), g.before(), g.after());
            case WEIGHTS_GRADIENT ->
                dnnl_dilated_deconvolution_backward_weights_desc_init(
                        d, how, x, w, b, y, g.strides(), g.dilations(), g.before(), g.after());
        };
    }
}
