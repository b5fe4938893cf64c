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
import io.github.bn4j.op.Convolution;
import io.github.bn4j.op.TransposedConvolution;
import java.util.ArrayList;
import java.util.Arrays;
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
    private final Primitive forward;
    private final @Nullable Primitive backwardData;
    private final @Nullable Primitive backwardWeights;
    private final Buffer source;

    static Lowering.Backward lower(FusedCall call, Compiler compiler) {
        Convolution op = (Convolution) call.op();
        Shape weight = call.parameter(0).shape();
        long[] dims = grouped(op.groups(), weight.dim(0) / op.groups(), weight.dim(1), kernel(weight));
        Layout layout = Layout.plain(compiler.resources(), dims);
        Geometry geometry = new Geometry(
                ElementType.FLOAT32,
                false,
                op.groups(),
                compiler.dims(call.input(0)),
                dims,
                compiler.dims(call.output()),
                call.bias() != null,
                along(call, op.rows().stride(), op.columns().stride()),
                along(call, op.rows().dilation() - 1L, op.columns().dilation() - 1L),
                along(call, op.rows().before(), op.columns().before()),
                along(call, op.rows().after(), op.columns().after()));
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
                compiler.dims(call.input(0)),
                dims,
                compiler.dims(call.output()),
                call.bias() != null,
                along(call, op.rows().stride(), op.columns().stride()),
                along(call, op.rows().dilation() - 1L, op.columns().dilation() - 1L),
                along(call, op.rows().before(), op.columns().before()),
                along(
                        call,
                        (long) op.rows().after() - op.outputPaddingHeight(),
                        (long) op.columns().after() - op.outputPaddingWidth()));
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
    private record Passes(Primitive forward, @Nullable Primitive data, @Nullable Primitive weights) {

        static Passes of(FusedCall call, Compiler compiler, Geometry geometry) {
            ConvolutionChoice choice = new ConvolutionChoice(
                    compiler.resources(), geometry, PostOperations.of(call, compiler.resources()), compiler.tuning());
            Layout given = compiler.value(call.input(0)).layout;
            Primitive forward =
                    choice.forward(compiler.training() ? ConvolutionPass.TRAINING : ConvolutionPass.PREDICTION, given);
            Parameter bias = call.biasParameter();
            boolean wantsBias = bias != null && bias.trainable();
            boolean wantsWeights = compiler.training() && (call.parameter(0).trainable() || wantsBias);
            return new Passes(
                    forward,
                    compiler.wantsGradient(call.input(0))
                            ? choice.backward(ConvolutionPass.DATA_GRADIENT, forward)
                            : null,
                    wantsWeights ? choice.backward(ConvolutionPass.WEIGHTS_GRADIENT, forward) : null);
        }
    }

    private static long[] kernel(Shape weight) {
        return Arrays.copyOfRange(weight.dims(), 2, weight.rank());
    }

    /* With an axis for the groups in front, if there are several. */
    private static long[] grouped(int groups, long outputs, long inputs, long... kernel) {
        LongStream channels = groups == 1 ? LongStream.of(outputs, inputs) : LongStream.of(groups, outputs, inputs);
        return LongStream.concat(channels, LongStream.of(kernel)).toArray();
    }

    /* A number for each axis along which the kernel moves. */
    private static long[] along(FusedCall call, long rows, long columns) {
        return call.input(0).shape().rank() == 2 ? new long[] {columns} : new long[] {rows, columns};
    }

    private Convolutions(FusedCall call, Compiler compiler, Passes passes, Layout weightLayout) {
        this.call = call;
        this.compiler = compiler;
        this.weightLayout = weightLayout;
        forward = passes.forward();
        backwardData = passes.data();
        backwardWeights = passes.weights();
        source = compiler.value(call.input(0), forward.source());
        emitForward();
    }

    private void emitForward() {
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
        Parameter bias = call.biasParameter();
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
