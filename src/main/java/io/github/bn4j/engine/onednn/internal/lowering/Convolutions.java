package io.github.bn4j.engine.onednn.internal.lowering;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_BIAS;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_BIAS;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_WEIGHTS;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_WEIGHTS;

import io.github.bn4j.engine.onednn.internal.binding.ConvolutionPass;
import io.github.bn4j.engine.onednn.internal.binding.ConvolutionPass.Geometry;
import io.github.bn4j.engine.onednn.internal.binding.ElementType;
import io.github.bn4j.engine.onednn.internal.binding.Layout;
import io.github.bn4j.engine.onednn.internal.binding.Primitive;
import io.github.bn4j.engine.onednn.internal.choice.ConvolutionChoice;
import io.github.bn4j.engine.onednn.internal.plan.Buffer;
import io.github.bn4j.engine.onednn.internal.plan.Plan;
import io.github.bn4j.graph.Parameter;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.Value;
import io.github.bn4j.op.Convolution;
import io.github.bn4j.op.TransposedConvolution;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * Convolutions and transposed convolutions, with the bias behind them. Layouts are the choice of the
 * implementation; a {@link ConvolutionChoice} says which.
 */
final class Convolutions implements Lowering.Backward {

    private final FusedCall call;
    private final Compiler compiler;
    private final Layout weightLayout;
    private final Passes passes;
    private final Buffer source;
    private @Nullable DepthwiseGradients loops;

    static Lowering.Backward lower(FusedCall call, Compiler compiler) {
        Convolution op = (Convolution) call.op();
        Shape weight = call.parameter(0).shape();
        long[] dims = grouped(op.groups(), weight.dim(0) / op.groups(), weight.dim(1), kernel(weight));
        Layout layout = Layout.plain(compiler.resources(), dims);
        Geometry geometry = new Geometry(
                ElementType.FLOAT32,
                false,
                op.groups(),
                OneRow.dims(compiler.dims(call.input(0))),
                dims,
                OneRow.dims(compiler.dims(call.output())),
                call.bias() != null,
                new long[] {op.rows().stride(), op.columns().stride()},
                new long[] {op.rows().dilation() - 1L, op.columns().dilation() - 1L},
                new long[] {op.rows().before(), op.columns().before()},
                new long[] {op.rows().after(), op.columns().after()});
        return lower(call, compiler, geometry, layout);
    }

    static Lowering.Backward transposed(FusedCall call, Compiler compiler) {
        TransposedConvolution op = (TransposedConvolution) call.op();
        Shape weight = call.parameter(0).shape();
        long inputs = weight.dim(0) / op.groups();
        long outputs = weight.dim(1);
        long[] dims = grouped(op.groups(), outputs, inputs, kernel(weight));
        // The weights are those of a convolution with outputs and inputs the other way round.
        long[] strides = Layout.denseStrides(dims);
        int axis = op.groups() == 1 ? 0 : 1;
        strides[axis] = strides[axis + 1];
        strides[axis + 1] = outputs * strides[axis];
        Layout layout = Layout.strided(compiler.resources(), ElementType.FLOAT32, dims, strides);
        Geometry geometry = new Geometry(
                ElementType.FLOAT32,
                true,
                op.groups(),
                OneRow.dims(compiler.dims(call.input(0))),
                dims,
                OneRow.dims(compiler.dims(call.output())),
                call.bias() != null,
                new long[] {op.rows().stride(), op.columns().stride()},
                new long[] {op.rows().dilation() - 1L, op.columns().dilation() - 1L},
                new long[] {op.rows().before(), op.columns().before()},
                new long[] {
                    (long) op.rows().after() - op.outputPaddingHeight(),
                    (long) op.columns().after() - op.outputPaddingWidth()
                });
        return lower(call, compiler, geometry, layout);
    }

    private static Lowering.Backward lower(FusedCall call, Compiler compiler, Geometry float32, Layout weightLayout) {
        ElementType wanted = compiler.type(call);
        if (!float32.transposed() && ConvolutionInRows.emit(call, compiler, float32.of(wanted), weightLayout)) {
            return Lowering.Backward.NONE;
        }
        Passes passes = MixedCompilation.inType(
                wanted,
                type -> Passes.of(call, compiler, float32.of(type)),
                made -> MixedCompilation.haveLoops(made.forward, made.data, made.weights));
        return new Convolutions(call, compiler, passes, weightLayout);
    }

    /**
     * The compiled passes.
     *
     * @param data that for the gradient by the image; null if nobody needs it
     * @param weights that for the gradient by the weights; null likewise
     */
    private record Passes(Geometry geometry, Primitive forward, @Nullable Primitive data, @Nullable Primitive weights) {

        static Passes of(FusedCall call, Compiler compiler, Geometry geometry) {
            ConvolutionChoice choice = new ConvolutionChoice(
                    compiler.resources(), geometry, PostOperations.of(call, compiler.resources()), compiler.tuning());
            Layout given = OneRow.images(compiler, compiler.value(call.input(0)).layout);
            Primitive forward =
                    choice.forward(compiler.training() ? ConvolutionPass.TRAINING : ConvolutionPass.PREDICTION, given);
            Parameter bias = call.biasParameter();
            boolean wantsBias = bias != null && bias.trainable();
            boolean wantsWeights = compiler.training() && (call.parameter(0).trainable() || wantsBias);
            return new Passes(
                    geometry,
                    forward,
                    compiler.wantsGradient(call.input(0))
                            ? choice.backward(ConvolutionPass.DATA_GRADIENT, forward)
                            : null,
                    wantsWeights ? choice.backward(ConvolutionPass.WEIGHTS_GRADIENT, forward) : null);
        }
    }

    /* Of one row for sequences. */
    private static long[] kernel(Shape weight) {
        return weight.rank() == 3 ? new long[] {1, weight.dim(2)} : new long[] {weight.dim(2), weight.dim(3)};
    }

    /* With an axis for the groups in front, if there are several. */
    private static long[] grouped(int groups, long outputs, long inputs, long... kernel) {
        LongStream channels = groups == 1 ? LongStream.of(outputs, inputs) : LongStream.of(groups, outputs, inputs);
        return LongStream.concat(channels, LongStream.of(kernel)).toArray();
    }

    private Convolutions(FusedCall call, Compiler compiler, Passes passes, Layout weightLayout) {
        this.call = call;
        this.compiler = compiler;
        this.weightLayout = weightLayout;
        this.passes = passes;
        source = image(passes.forward().source());
        emitForward();
    }

    private void emitForward() {
        Primitive forward = passes.forward();
        Buffer output = compiler.plan().buffer(forward.destination());
        List<Plan.Argument> arguments = new ArrayList<>();
        arguments.add(new Plan.Argument(DNNL_ARG_SRC, source));
        arguments.add(new Plan.Argument(DNNL_ARG_WEIGHTS, weights(forward.weights())));
        Parameter bias = call.biasParameter();
        if (bias != null) {
            arguments.add(new Plan.Argument(DNNL_ARG_BIAS, compiler.parameter(bias)));
        }
        arguments.add(new Plan.Argument(DNNL_ARG_DST, output));
        compiler.plan().run(forward, arguments.toArray(Plan.Argument[]::new));
        compiler.define(call.output(), OneRow.values(compiler, output, compiler.dims(call.output())));
    }

    private Buffer image(Layout layout) {
        Value image = call.input(0);
        Layout ofValue = OneRow.values(compiler, layout, compiler.dims(image));
        return compiler.value(image, ofValue).view(layout);
    }

    private Buffer weights(Layout layout) {
        return compiler.parameter(call.parameter(0), weightLayout, layout);
    }

    @Override
    public void lower(Buffer gradient) {
        Buffer dy = OneRow.images(compiler, gradient);
        if (passes.data() != null) {
            Buffer dx = byImage(passes.data(), dy);
            compiler.gradient(call.input(0), OneRow.values(compiler, dx, compiler.dims(call.input(0))));
        }
        if (passes.weights() != null) {
            lowerWeights(passes.weights(), dy);
        }
    }

    private Buffer byImage(Primitive primitive, Buffer dy) {
        if (DepthwiseGradients.replace(primitive, passes.geometry())) {
            return loops().byImage(dy, compiler.parameter(call.parameter(0)));
        }
        Buffer dx = compiler.plan().buffer(primitive.sourceGradient());
        compiler.plan()
                .run(
                        primitive,
                        new Plan.Argument(DNNL_ARG_DIFF_DST, compiler.in(dy, primitive.destinationGradient())),
                        new Plan.Argument(DNNL_ARG_WEIGHTS, weights(primitive.weights())),
                        new Plan.Argument(DNNL_ARG_DIFF_SRC, dx));
        return dx;
    }

    private void lowerWeights(Primitive primitive, Buffer dy) {
        Parameter weight = call.parameter(0);
        Parameter bias = call.biasParameter();
        Buffer db = bias == null ? null : compiler.plan().plain(bias.shape().dims());
        Buffer dw = byWeights(primitive, dy, db);
        if (weight.trainable()) {
            compiler.parameterGradient(weight, dw, weightLayout);
        }
        if (bias != null && db != null && bias.trainable()) {
            compiler.parameterGradient(bias, db, db.layout);
        }
    }

    private Buffer byWeights(Primitive primitive, Buffer dy, @Nullable Buffer db) {
        if (DepthwiseGradients.replace(primitive, passes.geometry())) {
            return loops().byWeights(image(loops().images), dy, weightLayout, db);
        }
        Buffer x = image(primitive.source());
        Buffer dw = compiler.plan().buffer(primitive.weightsGradient());
        List<Plan.Argument> arguments = new ArrayList<>();
        arguments.add(new Plan.Argument(DNNL_ARG_SRC, x));
        arguments.add(new Plan.Argument(DNNL_ARG_DIFF_DST, compiler.in(dy, primitive.destinationGradient())));
        arguments.add(new Plan.Argument(DNNL_ARG_DIFF_WEIGHTS, dw));
        if (db != null) {
            arguments.add(new Plan.Argument(DNNL_ARG_DIFF_BIAS, db));
        }
        compiler.plan().run(primitive, arguments.toArray(Plan.Argument[]::new));
        return dw;
    }

    private DepthwiseGradients loops() {
        if (loops == null) {
            loops = new DepthwiseGradients(compiler, passes.geometry());
        }
        return loops;
    }
}
