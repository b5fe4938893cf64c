package io.github.bn4j.engine.onednn.internal.lowering;

import io.github.bn4j.engine.internal.reference.ReferenceCall;
import io.github.bn4j.engine.onednn.internal.plan.Buffer;
import io.github.bn4j.op.Masking;
import java.nio.FloatBuffer;

/** Dropout: the mask of {@link Masking}, drawn where it is applied and drawn again for the gradient. */
final class Masks {

    private Masks() {}

    static Lowering.Backward lower(FusedCall call, Compiler compiler) {
        if (!compiler.training()) {
            compiler.define(call.output(), compiler.value(call.input(0)));
            return Lowering.Backward.NONE;
        }
        Masking op = (Masking) call.op();
        int node = call.node().output().id();
        int run = op.elementsPerDraw(compiler.dims(call.output()));
        long first = compiler.part().firstExample() * (call.output().shape().size() / run);
        Buffer x = compiler.plain(call.input(0));
        Buffer y = compiler.plan().buffer(x.layout);
        compiler.plan()
                .run(
                        () -> apply(op, ReferenceCall.key(compiler.seed(), node), first, run, x.floats(), y.floats()),
                        x,
                        y);
        compiler.define(call.output(), y);
        return gradient -> {
            Buffer dy = compiler.plain(gradient);
            Buffer dx = compiler.plan().buffer(x.layout);
            compiler.plan()
                    .run(
                            () -> apply(
                                    op, ReferenceCall.key(compiler.seed(), node), first, run, dy.floats(), dx.floats()),
                            dy,
                            dx);
            compiler.gradient(call.input(0), dx);
        };
    }

    private static void apply(Masking op, long key, long first, int run, FloatBuffer from, FloatBuffer to) {
        float scale = (float) (1 / (1 - op.rate()));
        int draws = to.limit() / run;
        for (int draw = 0; draw < draws; draw++) {
            float factor = op.keeps(key, first + draw) ? scale : 0;
            for (int i = draw * run; i < (draw + 1) * run; i++) {
                to.put(i, from.get(i) * factor);
            }
        }
    }
}
