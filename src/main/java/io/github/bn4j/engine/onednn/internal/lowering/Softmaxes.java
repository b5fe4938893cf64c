package io.github.bn4j.engine.onednn.internal.lowering;

import static io.github.bn4j.engine.onednn.internal.binding.Native.check;
import static org.bytedeco.dnnl.global.dnnl.*;

import io.github.bn4j.engine.onednn.internal.binding.Layout;
import io.github.bn4j.engine.onednn.internal.binding.Primitive;
import io.github.bn4j.engine.onednn.internal.binding.Resources;
import io.github.bn4j.engine.onednn.internal.plan.Buffer;
import io.github.bn4j.engine.onednn.internal.plan.Plan;
import org.bytedeco.dnnl.dnnl_softmax_desc_t;

/** Softmax and its logarithm over the channels. */
final class Softmaxes {

    private static final int CHANNELS = 1;

    private Softmaxes() {}

    static Lowering.Backward softmax(FusedCall call, Compiler compiler) {
        return lower(call, compiler, false);
    }

    static Lowering.Backward logarithm(FusedCall call, Compiler compiler) {
        return lower(call, compiler, true);
    }

    private static Lowering.Backward lower(FusedCall call, Compiler compiler, boolean logarithm) {
        Buffer x = compiler.plain(call.input(0));
        Resources resources = compiler.resources();
        dnnl_softmax_desc_t descriptor = resources.own(new dnnl_softmax_desc_t());
        check(
                logarithm
                        ? dnnl_logsoftmax_forward_desc_init(
                                descriptor, dnnl_forward_training, x.layout.descriptor(), CHANNELS)
                        : dnnl_softmax_forward_desc_init(
                                descriptor, dnnl_forward_training, x.layout.descriptor(), CHANNELS),
                "softmax");
        Primitive forward = Primitive.of(resources, descriptor, null);
        Buffer y = compiler.plan().buffer(x.layout);
        compiler.plan().run(forward, new Plan.Argument(DNNL_ARG_SRC, x), new Plan.Argument(DNNL_ARG_DST, y));
        compiler.define(call.output(), y);
        return dy -> {
            Primitive backward = backward(resources, forward, x.layout, logarithm);
            Buffer dx = compiler.plan().buffer(x.layout);
            compiler.plan()
                    .run(
                            backward,
                            new Plan.Argument(DNNL_ARG_DST, y),
                            new Plan.Argument(DNNL_ARG_DIFF_DST, compiler.plain(dy)),
                            new Plan.Argument(DNNL_ARG_DIFF_SRC, dx));
            compiler.gradient(call.input(0), dx);
        };
    }

    private static Primitive backward(Resources resources, Primitive forward, Layout layout, boolean logarithm) {
        dnnl_softmax_desc_t descriptor = resources.own(new dnnl_softmax_desc_t());
        check(
                logarithm
                        ? dnnl_logsoftmax_backward_desc_init(
                                descriptor, layout.descriptor(), layout.descriptor(), CHANNELS)
                        : dnnl_softmax_backward_desc_init(
                                descriptor, layout.descriptor(), layout.descriptor(), CHANNELS),
                "softmax");
        return Primitive.of(resources, descriptor, forward);
    }
}
