package io.github.bn4j.engine.onednn.internal.lowering;

import io.github.bn4j.engine.onednn.internal.binding.Primitive;
import io.github.bn4j.engine.onednn.internal.binding.UnsupportedByOneDnnException;
import io.github.bn4j.engine.onednn.internal.plan.Buffer;
import io.github.bn4j.op.Elementwise;
import org.jspecify.annotations.Nullable;

/** Functions of each element. */
final class ElementwiseFunctions {

    private ElementwiseFunctions() {}

    static Lowering.Backward lower(FusedCall call, Compiler compiler) {
        Eltwise function = Eltwise.of(((Elementwise) call.op()).function())
                .orElseThrow(() -> new UnsupportedByOneDnnException(
                        "the function " + call.op().label()));
        Passes passes = Passes.of(call, compiler, function);
        Buffer x = passes.x();
        Primitive backward = passes.backward();
        Buffer y = Eltwise.run(compiler, passes.forward(), x);
        compiler.define(call.output(), y);
        return backward == null
                ? Lowering.Backward.NONE
                : dy -> compiler.gradient(call.input(0), function.run(compiler, backward, x, y, dy));
    }

    /**
     * The compiled passes.
     *
     * @param x what they are for
     * @param backward null if nobody needs the gradient
     */
    private record Passes(Buffer x, Primitive forward, @Nullable Primitive backward) {

        /** Those for the order that a value comes in, or for row-major order if there are only loops for that. */
        static Passes of(FusedCall call, Compiler compiler, Eltwise function) {
            boolean gradient = compiler.wantsGradient(call.input(0));
            Buffer given = compiler.value(call.input(0));
            Passes passes = of(given, compiler, function, gradient);
            return MixedCompilation.haveLoops(passes.forward, passes.backward)
                    ? of(compiler.plain(call.input(0), given.layout.type()), compiler, function, gradient)
                    : passes;
        }

        private static Passes of(Buffer x, Compiler compiler, Eltwise function, boolean gradient) {
            return new Passes(
                    x, function.forward(compiler, x.layout), gradient ? function.backward(compiler, x.layout) : null);
        }
    }
}
