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
        Buffer x = compiler.value(call.input(0));
        Primitive forward = function.forward(compiler, x.layout);
        if (!compiler.wantsGradient(call.input(0))) {
            compiler.define(call.output(), Eltwise.run(compiler, forward, x));
            return Lowering.Backward.NONE;
        }
        Primitive backward = function.backward(compiler, x.layout, forward);
        Buffer y = Eltwise.run(compiler, forward, x);
        compiler.define(call.output(), y);
        return dy -> compiler.gradient(call.input(0), function.run(compiler, backward, x, y, dy));
    }
}
