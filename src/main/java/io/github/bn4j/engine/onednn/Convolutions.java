package io.github.bn4j.engine.onednn;

import static io.github.bn4j.engine.onednn.Native.check;
import static org.bytedeco.dnnl.global.dnnl.*;

import io.github.bn4j.graph.Node;
import io.github.bn4j.graph.Parameter;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.op.Convolution;
import io.github.bn4j.op.TransposedConvolution;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.dnnl.dnnl_convolution_desc_t;
import org.bytedeco.dnnl.dnnl_memory_desc_t;
import org.jspecify.annotations.Nullable;

/**
 * Convolutions and transposed convolutions, with the bias behind them. Layouts are oneDNN's choice; where its choice would be a
 * reference loop, row-major images go through matrix multiplication instead.
 */
final class Convolutions implements Lowering.Backward {

    /** The numbers of one call as oneDNN counts them: dilation 0 is dense. */
    @SuppressWarnings("ArrayRecordComponent")
    private record Geometry(
            boolean transposed, int groups, long[] strides, long[] dilations, long[] before, long[] after) {}

    private final Call call;
    private final Compiler compiler;
    private final Resources resources;
    private final Geometry geometry;
    private final long[] weightDims;
    private final Layout weightLayout;
    private final Primitive forward;
    private final @Nullable Primitive backwardData;
    private final @Nullable Primitive backwardWeights;
    private final Buffer source;

    static Lowering.Backward lower(Call call, Compiler compiler) {
        Convolution op = (Convolution) call.op();
        Shape weight = call.parameter(0).shape();
        long outputs = weight.dim(0) / op.groups();
        long[] dims = op.groups() == 1
                ? weight.dims()
                : new long[] {op.groups(), outputs, weight.dim(1), weight.dim(2), weight.dim(3)};
        Layout layout = Layout.plain(compiler.resources(), dims);
        Geometry geometry = new Geometry(
                false,
                op.groups(),
                new long[] {op.strideHeight(), op.strideWidth()},
                new long[] {op.dilationHeight() - 1L, op.dilationWidth() - 1L},
                new long[] {op.top(), op.left()},
                new long[] {op.bottom(), op.right()});
        return new Convolutions(call, compiler, geometry, dims, layout);
    }

    static Lowering.Backward transposed(Call call, Compiler compiler) {
        TransposedConvolution op = (TransposedConvolution) call.op();
        Shape weight = call.parameter(0).shape();
        long inputs = weight.dim(0) / op.groups();
        long outputs = weight.dim(1);
        long height = weight.dim(2);
        long width = weight.dim(3);
        long[] dims = op.groups() == 1
                ? new long[] {outputs, inputs, height, width}
                : new long[] {op.groups(), outputs, inputs, height, width};
        long kernel = height * width;
        long[] strides = op.groups() == 1
                ? new long[] {kernel, outputs * kernel, width, 1}
                : new long[] {inputs * outputs * kernel, kernel, outputs * kernel, width, 1};
        Layout layout = Layout.strided(compiler.resources(), dims, strides);
        Geometry geometry = new Geometry(
                true,
                op.groups(),
                new long[] {op.strideHeight(), op.strideWidth()},
                new long[] {op.dilationHeight() - 1L, op.dilationWidth() - 1L},
                new long[] {op.paddingHeight(), op.paddingWidth()},
                new long[] {
                    (long) op.paddingHeight() - op.outputPaddingHeight(),
                    (long) op.paddingWidth() - op.outputPaddingWidth()
                });
        return new Convolutions(call, compiler, geometry, dims, layout);
    }

    private Convolutions(Call call, Compiler compiler, Geometry geometry, long[] weightDims, Layout weightLayout) {
        this.call = call;
        this.compiler = compiler;
        this.resources = compiler.resources();
        this.geometry = geometry;
        this.weightDims = weightDims;
        this.weightLayout = weightLayout;
        int mode = compiler.training() ? dnnl_forward_training : dnnl_forward_inference;
        forward = best(layouts -> desc -> initForward(desc, mode, layouts));
        boolean wantsData = compiler.wantsGradient(call.input(0));
        backwardData = wantsData ? best(layouts -> desc -> initBackwardData(desc, layouts)) : null;
        Parameter bias = biasParameter();
        boolean wantsBias = bias != null && bias.trainable();
        boolean wantsWeights = compiler.training() && (call.parameter(0).trainable() || wantsBias);
        backwardWeights = wantsWeights ? best(layouts -> desc -> initBackwardWeights(desc, layouts)) : null;
        source = compiler.value(call.input(0), forward.source());
        emitForward();
    }

    private @Nullable Parameter biasParameter() {
        Node bias = call.bias();
        return bias == null ? null : bias.parameters().get(0);
    }

    /** Initialises a descriptor and returns oneDNN's status. */
    private interface Init {
        int init(dnnl_convolution_desc_t descriptor);
    }

    /** Makes descriptors for given tags of image and weights. */
    private interface Candidates {
        Init with(Tags tags);
    }

    private record Tags(int image, int weights) {}

    private Primitive best(Candidates candidates) {
        int weights = geometry.groups() == 1 ? dnnl_oihw : dnnl_goihw;
        List<Tags> order = new ArrayList<>();
        order.add(new Tags(dnnl_format_tag_any, dnnl_format_tag_any));
        order.add(new Tags(dnnl_nchw, weights));
        order.add(new Tags(dnnl_nhwc, geometry.groups() == 1 ? dnnl_hwio : dnnl_hwigo));
        Primitive reference = null;
        UnsupportedByOneDnnException failure = null;
        for (Tags tags : order) {
            try {
                dnnl_convolution_desc_t descriptor = resources.own(new dnnl_convolution_desc_t());
                check(candidates.with(tags).init(descriptor), "convolution");
                Primitive primitive = Primitive.of(resources, descriptor, forwardOrNull(), attributes());
                if (!primitive.isReference()) {
                    return primitive;
                }
                reference = reference == null ? primitive : reference;
            } catch (UnsupportedByOneDnnException unsupported) {
                failure = unsupported;
            }
        }
        if (reference != null) {
            return reference;
        }
        throw failure == null ? new UnsupportedByOneDnnException("convolution") : failure;
    }

    @SuppressWarnings("NullAway") // Read while the field is being made.
    private @Nullable Primitive forwardOrNull() {
        return forward;
    }

    private org.bytedeco.dnnl.dnnl_primitive_attr attributes() {
        return forwardOrNull() == null && call.activation() != null
                ? PostOperations.relu(resources)
                : Native.ATTRIBUTES;
    }

    private dnnl_memory_desc_t image(Tags tags, long... dims) {
        return Layout.tagged(resources, tags.image(), dims).descriptor();
    }

    private dnnl_memory_desc_t weights(Tags tags) {
        return Layout.tagged(resources, tags.weights(), weightDims).descriptor();
    }

    private @Nullable dnnl_memory_desc_t bias() {
        return call.bias() == null
                ? null
                : Layout.plain(resources, call.output().shape().dim(0)).descriptor();
    }

    private long[] in() {
        return compiler.dims(call.input(0));
    }

    private long[] out() {
        return compiler.dims(call.output());
    }

    private int algorithm() {
        return geometry.transposed() ? dnnl_deconvolution_direct : dnnl_convolution_auto;
    }

    private int initForward(dnnl_convolution_desc_t d, int mode, Tags tags) {
        Geometry g = geometry;
        return g.transposed()
                ? dnnl_dilated_deconvolution_forward_desc_init(
                        d,
                        mode,
                        algorithm(),
                        image(tags, in()),
                        weights(tags),
                        bias(),
                        image(tags, out()),
                        g.strides(),
                        g.dilations(),
                        g.before(),
                        g.after())
                : dnnl_dilated_convolution_forward_desc_init(
                        d,
                        mode,
                        algorithm(),
                        image(tags, in()),
                        weights(tags),
                        bias(),
                        image(tags, out()),
                        g.strides(),
                        g.dilations(),
                        g.before(),
                        g.after());
    }

    private int initBackwardData(dnnl_convolution_desc_t d, Tags tags) {
        Geometry g = geometry;
        return g.transposed()
                ? dnnl_dilated_deconvolution_backward_data_desc_init(
                        d,
                        algorithm(),
                        image(tags, in()),
                        weights(tags),
                        image(tags, out()),
                        g.strides(),
                        g.dilations(),
                        g.before(),
                        g.after())
                : dnnl_dilated_convolution_backward_data_desc_init(
                        d,
                        algorithm(),
                        image(tags, in()),
                        weights(tags),
                        image(tags, out()),
                        g.strides(),
                        g.dilations(),
                        g.before(),
                        g.after());
    }

    private int initBackwardWeights(dnnl_convolution_desc_t d, Tags tags) {
        Geometry g = geometry;
        return g.transposed()
                ? dnnl_dilated_deconvolution_backward_weights_desc_init(
                        d,
                        algorithm(),
                        image(tags, in()),
                        weights(tags),
                        bias(),
                        image(tags, out()),
                        g.strides(),
                        g.dilations(),
                        g.before(),
                        g.after())
                : dnnl_dilated_convolution_backward_weights_desc_init(
                        d,
                        algorithm(),
                        image(tags, in()),
                        weights(tags),
                        bias(),
                        image(tags, out()),
                        g.strides(),
                        g.dilations(),
                        g.before(),
                        g.after());
    }

    private void emitForward() {
        Buffer output = compiler.plan().buffer(forward.destination());
        List<Plan.Argument> arguments = new ArrayList<>();
        arguments.add(new Plan.Argument(DNNL_ARG_SRC, source));
        arguments.add(new Plan.Argument(DNNL_ARG_WEIGHTS, weights(forward.weights())));
        Parameter bias = biasParameter();
        if (bias != null) {
            arguments.add(new Plan.Argument(DNNL_ARG_BIAS, compiler.parameter(bias)));
        }
        arguments.add(new Plan.Argument(DNNL_ARG_DST, output));
        compiler.plan().run(forward, arguments.toArray(Plan.Argument[]::new));
        compiler.define(call.output(), output);
    }

    private Buffer weights(Layout layout) {
        return compiler.parameter(call.parameter(0), weightLayout, layout);
    }

    @Override
    public void lower(Buffer dy) {
        if (backwardData != null) {
            Buffer dx = compiler.plan().buffer(backwardData.sourceGradient());
            compiler.plan()
                    .run(
                            backwardData,
                            new Plan.Argument(DNNL_ARG_DIFF_DST, compiler.in(dy, backwardData.destinationGradient())),
                            new Plan.Argument(DNNL_ARG_WEIGHTS, weights(backwardData.weights())),
                            new Plan.Argument(DNNL_ARG_DIFF_SRC, dx));
            compiler.gradient(call.input(0), dx);
        }
        if (backwardWeights != null) {
            lowerWeights(backwardWeights, dy);
        }
    }

    private void lowerWeights(Primitive primitive, Buffer dy) {
        Parameter weight = call.parameter(0);
        Buffer x = compiler.value(call.input(0), primitive.source());
        Buffer dw = compiler.plan().buffer(primitive.weightsGradient());
        List<Plan.Argument> arguments = new ArrayList<>();
        arguments.add(new Plan.Argument(DNNL_ARG_SRC, x));
        arguments.add(new Plan.Argument(DNNL_ARG_DIFF_DST, compiler.in(dy, primitive.destinationGradient())));
        arguments.add(new Plan.Argument(DNNL_ARG_DIFF_WEIGHTS, dw));
        Parameter bias = biasParameter();
        Buffer db = null;
        if (bias != null) {
            db = compiler.plan().plain(bias.shape().dims());
            arguments.add(new Plan.Argument(DNNL_ARG_DIFF_BIAS, db));
        }
        compiler.plan().run(primitive, arguments.toArray(Plan.Argument[]::new));
        if (weight.trainable()) {
            compiler.parameterGradient(weight, dw, weightLayout);
        }
        if (bias != null && db != null && bias.trainable()) {
            compiler.parameterGradient(bias, db, db.layout);
        }
    }
}
