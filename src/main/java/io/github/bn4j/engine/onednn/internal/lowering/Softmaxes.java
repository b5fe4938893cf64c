package io.github.bn4j.engine.onednn.internal.lowering;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;

import io.github.bn4j.engine.onednn.internal.binding.Operations;
import io.github.bn4j.engine.onednn.internal.binding.Primitive;
import io.github.bn4j.engine.onednn.internal.binding.Resources;
import io.github.bn4j.engine.onednn.internal.plan.Buffer;
import io.github.bn4j.engine.onednn.internal.plan.Plan;

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
        Primitive forward = Operations.softmax(resources, logarithm, x.layout, CHANNELS);
        Buffer y = compiler.plan().buffer(x.layout);
        compiler.plan().run(forward, new Plan.Argument(DNNL_ARG_SRC, x), new Plan.Argument(DNNL_ARG_DST, y));
        compiler.define(call.output(), y);
        return dy -> {
            Primitive backward = Operations.softmaxBackward(resources, logarithm, x.layout, CHANNELS, forward);
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
}
