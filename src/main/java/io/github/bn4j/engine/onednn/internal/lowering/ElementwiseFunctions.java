package io.github.bn4j.engine.onednn.internal.lowering;

import io.github.bn4j.engine.onednn.internal.binding.Primitive;
import io.github.bn4j.engine.onednn.internal.binding.UnsupportedByOneDnnException;
import io.github.bn4j.engine.onednn.internal.plan.Buffer;
import io.github.bn4j.op.Elementwise;

/** Functions of each element. */
final class ElementwiseFunctions {

    private ElementwiseFunctions() {}

    static Lowering.Backward lower(FusedCall call, Compiler compiler) {
        Eltwise function = Eltwise.of(((Elementwise) call.op()).function())
                .orElseThrow(() -> new UnsupportedByOneDnnException(
                        "the function " + call.op().label()));
        boolean gradient = compiler.wantsGradient(call.input(0));
        Buffer x = source(call, compiler, function, gradient);
        Buffer y = Eltwise.run(compiler, function.forward(compiler, x.layout), x);
        compiler.define(call.output(), y);
        if (!gradient) {
            return Lowering.Backward.NONE;
        }
        Primitive backward = function.backward(compiler, x.layout);
        return dy -> compiler.gradient(call.input(0), function.run(compiler, backward, x, y, dy));
    }

    /* In the order that it comes in, unless there are only loops for that. */
    private static Buffer source(FusedCall call, Compiler compiler, Eltwise function, boolean gradient) {
        Buffer given = compiler.value(call.input(0));
        boolean loops = function.forward(compiler, given.layout).isReference()
                || (gradient && function.backward(compiler, given.layout).isReference());
        return loops ? compiler.plain(call.input(0), given.layout.type()) : given;
    }
}
