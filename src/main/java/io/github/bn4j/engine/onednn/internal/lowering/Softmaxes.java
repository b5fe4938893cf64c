package io.github.bn4j.engine.onednn.internal.lowering;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;

import io.github.bn4j.engine.onednn.internal.binding.ElementType;
import io.github.bn4j.engine.onednn.internal.binding.Layout;
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
        Resources resources = compiler.resources();
        Layout given = channelsLast(compiler, compiler.dims(call.input(0)));
        long channels = given.dims()[CHANNELS];
        Layout rows = Layout.plain(resources, given.elements() / channels, channels);
        Buffer x = compiler.value(call.input(0), given).view(rows);
        Primitive forward = Operations.softmax(resources, logarithm, rows, CHANNELS);
        Buffer y = compiler.plan().buffer(rows);
        compiler.plan().run(forward, new Plan.Argument(DNNL_ARG_SRC, x), new Plan.Argument(DNNL_ARG_DST, y));
        compiler.define(call.output(), y.view(given));
        return dy -> {
            Primitive backward = Operations.softmaxBackward(resources, logarithm, rows, CHANNELS, forward);
            Buffer dx = compiler.plan().buffer(rows);
            compiler.plan()
                    .run(
                            backward,
                            new Plan.Argument(DNNL_ARG_DST, y),
                            new Plan.Argument(
                                    DNNL_ARG_DIFF_DST, compiler.in(dy, given).view(rows)),
                            new Plan.Argument(DNNL_ARG_DIFF_SRC, dx));
            compiler.gradient(call.input(0), dx.view(given));
        };
    }

    /* So what is summed over lies side by side, in a row for each place: otherwise oneDNN has loops a hundred times slower. */
    private static Layout channelsLast(Compiler compiler, long... dims) {
        long[] strides = Layout.denseStrides(dims);
        for (int axis = CHANNELS + 1; axis < dims.length; axis++) {
            strides[axis] *= dims[CHANNELS];
        }
        strides[CHANNELS] = 1;
        return Layout.strided(compiler.resources(), ElementType.FLOAT32, dims, strides);
    }
}
