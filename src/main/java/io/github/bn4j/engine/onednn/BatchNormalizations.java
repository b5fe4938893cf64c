package io.github.bn4j.engine.onednn;

import static io.github.bn4j.engine.onednn.Native.check;
import static org.bytedeco.dnnl.global.dnnl.*;

import io.github.bn4j.engine.BatchStatistics;
import io.github.bn4j.graph.Parameter;
import io.github.bn4j.op.BatchNormalization;
import io.github.bn4j.op.BatchNormalization.Statistics;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.dnnl.dnnl_batch_normalization_desc_t;
import org.jspecify.annotations.Nullable;

/**
 * Batch normalisation with the ReLU behind it, by the statistics of the batch or the running ones. Ghost batches and renorm are
 * left to reference arithmetic.
 */
final class BatchNormalizations implements Lowering.Backward {

    private final Call call;
    private final Compiler compiler;
    private final BatchNormalization op;
    private final int channels;
    private final Buffer x;
    private final Buffer mean;
    private final Buffer variance;
    private final @Nullable Buffer scaleShift;
    private final @Nullable Primitive backward;
    private @Nullable Buffer workspace;

    static Lowering.Backward lower(Call call, Compiler compiler) {
        BatchNormalization op = (BatchNormalization) call.op();
        boolean running = !compiler.training() || op.statistics() == Statistics.RUNNING;
        if (!running && op.statistics() != Statistics.BATCH) {
            throw new UnsupportedByOneDnnException("statistics " + op.statistics());
        }
        return SmallBatchNormalization.takes(call, compiler)
                ? new SmallBatchNormalization(call, compiler)
                : new BatchNormalizations(call, compiler, op, running);
    }

    private BatchNormalizations(Call call, Compiler compiler, BatchNormalization op, boolean running) {
        this.call = call;
        this.compiler = compiler;
        this.op = op;
        Resources resources = compiler.resources();
        channels = (int) call.output().shape().dim(0);
        x = input();
        int flags = (running ? dnnl_use_global_stats : 0)
                | (op.scale() || op.shift() ? dnnl_use_scaleshift : 0)
                | (call.activation() == null ? 0 : dnnl_fuse_norm_relu);
        dnnl_batch_normalization_desc_t descriptor = resources.own(new dnnl_batch_normalization_desc_t());
        int mode = compiler.training() ? dnnl_forward_training : dnnl_forward_inference;
        check(
                dnnl_batch_normalization_forward_desc_init(
                        descriptor, mode, x.layout.descriptor(), (float) op.epsilon(), flags),
                "batch normalisation");
        Primitive forward = Primitive.of(resources, descriptor, null);
        boolean trains = call.node().parameters().stream().anyMatch(Parameter::trainable);
        backward = compiler.training() && (trains || compiler.wantsGradient(call.input(0)))
                ? backward(flags, forward)
                : null;
        if (running) {
            mean = compiler.parameter(call.parameter(op.runningMean()));
            variance = compiler.parameter(call.parameter(op.runningMean() + 1));
        } else {
            BatchStatistics measured = compiler.measure(call.node());
            mean = compiler.external(measured.mean());
            variance = compiler.external(measured.variance());
        }
        scaleShift = op.scale() || op.shift() ? scaleShift() : null;
        emitForward(forward);
    }

    /** As [batch, channels, positions], or with the two axes of an image. */
    private Buffer input() {
        return compiler.value(call.input(0));
    }

    private Primitive backward(int flags, Primitive forward) {
        dnnl_batch_normalization_desc_t descriptor = compiler.resources().own(new dnnl_batch_normalization_desc_t());
        int what = (flags & dnnl_use_scaleshift) != 0 ? dnnl_backward : dnnl_backward_data;
        check(
                dnnl_batch_normalization_backward_desc_init(
                        descriptor, what, x.layout.descriptor(), x.layout.descriptor(), (float) op.epsilon(), flags),
                "batch normalisation");
        return Primitive.of(compiler.resources(), descriptor, forward);
    }

    /** Gamma and beta one after the other, as oneDNN wants them; 1 and 0 where there is none. */
    private Buffer scaleShift() {
        Buffer both = compiler.plan().plain(2, channels);
        @Nullable Buffer gamma = op.scale() ? compiler.parameter(call.parameter(0)) : null;
        @Nullable Buffer beta = op.shift() ? compiler.parameter(call.parameter(op.shiftParameter())) : null;
        compiler.plan()
                .run(
                        () -> {
                            FloatBuffer target = both.floats();
                            for (int c = 0; c < channels; c++) {
                                target.put(c, gamma == null ? 1 : gamma.floats().get(c));
                                target.put(
                                        channels + c,
                                        beta == null ? 0 : beta.floats().get(c));
                            }
                        },
                        both);
        return both;
    }

    private void emitForward(Primitive forward) {
        Buffer y = compiler.plan().buffer(x.layout);
        List<Plan.Argument> arguments = new ArrayList<>();
        arguments.add(new Plan.Argument(DNNL_ARG_SRC, x));
        arguments.add(new Plan.Argument(DNNL_ARG_MEAN, mean));
        arguments.add(new Plan.Argument(DNNL_ARG_VARIANCE, variance));
        if (scaleShift != null) {
            arguments.add(new Plan.Argument(DNNL_ARG_SCALE_SHIFT, scaleShift));
        }
        if (forward.workspace().bytes() > 0) {
            workspace = compiler.plan().buffer(forward.workspace());
            arguments.add(new Plan.Argument(DNNL_ARG_WORKSPACE, workspace));
        }
        arguments.add(new Plan.Argument(DNNL_ARG_DST, y));
        compiler.plan().run(forward, arguments.toArray(Plan.Argument[]::new));
        compiler.define(call.output(), y);
    }

    @Override
    public void lower(Buffer gradient) {
        if (backward == null) {
            return;
        }
        Buffer dx = compiler.plan().buffer(x.layout);
        List<Plan.Argument> arguments = new ArrayList<>();
        arguments.add(new Plan.Argument(DNNL_ARG_SRC, x));
        arguments.add(new Plan.Argument(DNNL_ARG_MEAN, mean));
        arguments.add(new Plan.Argument(DNNL_ARG_VARIANCE, variance));
        arguments.add(new Plan.Argument(DNNL_ARG_DIFF_DST, compiler.in(gradient, x.layout)));
        arguments.add(new Plan.Argument(DNNL_ARG_DIFF_SRC, dx));
        if (workspace != null) {
            arguments.add(new Plan.Argument(DNNL_ARG_WORKSPACE, workspace));
        }
        Buffer gradients = null;
        if (scaleShift != null) {
            arguments.add(new Plan.Argument(DNNL_ARG_SCALE_SHIFT, scaleShift));
            gradients = compiler.plan().plain(2, channels);
            arguments.add(new Plan.Argument(DNNL_ARG_DIFF_SCALE_SHIFT, gradients));
        }
        compiler.plan().run(backward, arguments.toArray(Plan.Argument[]::new));
        compiler.gradient(call.input(0), dx);
        if (gradients != null) {
            if (op.scale()) {
                affineGradient(call.parameter(0), gradients, 0);
            }
            if (op.shift()) {
                affineGradient(call.parameter(op.shiftParameter()), gradients, 1);
            }
        }
    }

    private void affineGradient(Parameter parameter, Buffer both, int row) {
        if (!parameter.trainable()) {
            return;
        }
        Layout part = both.layout.part(compiler.resources(), new long[] {row, 0}, new long[] {1, channels});
        Buffer own = compiler.plan().plain(channels);
        compiler.plan()
                .reorder(
                        compiler.view(both, part), compiler.view(own, Layout.plain(compiler.resources(), 1, channels)));
        compiler.parameterGradient(parameter, own, own.layout);
    }
}
