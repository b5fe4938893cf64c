package io.github.bn4j.engine.onednn.internal.lowering;

import static org.bytedeco.dnnl.global.dnnl.*;

import io.github.bn4j.engine.onednn.internal.binding.Layout;
import io.github.bn4j.engine.onednn.internal.binding.Primitive;
import io.github.bn4j.engine.onednn.internal.choice.ConvolutionChoice;
import io.github.bn4j.engine.onednn.internal.choice.ConvolutionPass;
import io.github.bn4j.engine.onednn.internal.choice.ConvolutionPass.Geometry;
import io.github.bn4j.engine.onednn.internal.plan.Buffer;
import io.github.bn4j.engine.onednn.internal.plan.Plan;
import io.github.bn4j.graph.Parameter;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.op.Convolution;
import io.github.bn4j.op.TransposedConvolution;
import java.util.ArrayList;
import java.util.List;
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
        long outputs = weight.dim(0) / op.groups();
        long[] dims = op.groups() == 1
                ? weight.dims()
                : new long[] {op.groups(), outputs, weight.dim(1), weight.dim(2), weight.dim(3)};
        Layout layout = Layout.plain(compiler.resources(), dims);
        Geometry geometry = new Geometry(
                false,
                op.groups(),
                compiler.dims(call.input(0)),
                dims,
                compiler.dims(call.output()),
                call.bias() != null,
                new long[] {op.rows().stride(), op.columns().stride()},
                new long[] {op.rows().dilation() - 1L, op.columns().dilation() - 1L},
                new long[] {op.rows().before(), op.columns().before()},
                new long[] {op.rows().after(), op.columns().after()});
        return ConvolutionInRows.emit(call, compiler, geometry, layout)
                ? Lowering.Backward.NONE
                : new Convolutions(call, compiler, geometry, layout);
    }

    static Lowering.Backward transposed(FusedCall call, Compiler compiler) {
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
                compiler.dims(call.input(0)),
                dims,
                compiler.dims(call.output()),
                call.bias() != null,
                new long[] {op.rows().stride(), op.columns().stride()},
                new long[] {op.rows().dilation() - 1L, op.columns().dilation() - 1L},
                new long[] {op.rows().before(), op.columns().before()},
                new long[] {
                    (long) op.rows().after() - op.outputPaddingHeight(),
                    (long) op.columns().after() - op.outputPaddingWidth()
                });
        return new Convolutions(call, compiler, geometry, layout);
    }

    private Convolutions(FusedCall call, Compiler compiler, Geometry geometry, Layout weightLayout) {
        this.call = call;
        this.compiler = compiler;
        this.weightLayout = weightLayout;
        ConvolutionChoice choice = new ConvolutionChoice(
                compiler.resources(), geometry, PostOperations.of(call, compiler.resources()), compiler.tuning());
        Layout given = compiler.value(call.input(0)).layout;
        forward = choice.forward(compiler.training() ? ConvolutionPass.TRAINING : ConvolutionPass.PREDICTION, given);
        backwardData =
                compiler.wantsGradient(call.input(0)) ? choice.backward(ConvolutionPass.DATA_GRADIENT, forward) : null;
        Parameter bias = call.biasParameter();
        boolean wantsBias = bias != null && bias.trainable();
        boolean wantsWeights = compiler.training() && (call.parameter(0).trainable() || wantsBias);
        backwardWeights = wantsWeights ? choice.backward(ConvolutionPass.WEIGHTS_GRADIENT, forward) : null;
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
