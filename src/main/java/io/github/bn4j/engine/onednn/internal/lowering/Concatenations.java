package io.github.bn4j.engine.onednn.internal.lowering;

import io.github.bn4j.engine.onednn.internal.plan.Buffer;
import io.github.bn4j.graph.Value;
import io.github.bn4j.op.Concatenation;

/** Values copied one after another into parts of a row-major tensor. */
final class Concatenations {

    private Concatenations() {}

    static Lowering.Backward lower(FusedCall call, Compiler compiler) {
        int axis = ((Concatenation) call.op()).axis() + 1;
        Buffer y = compiler.plan().plain(compiler.dims(call.output()));
        long from = 0;
        for (Value input : call.node().inputs()) {
            long[] dims = compiler.dims(input);
            compiler.plan().reorder(compiler.value(input), part(y, axis, from, dims, compiler));
            from += dims[axis];
        }
        compiler.define(call.output(), y);
        return gradient -> {
            Buffer dy = compiler.plain(gradient);
            long start = 0;
            for (Value input : call.node().inputs()) {
                long[] dims = compiler.dims(input);
                if (compiler.wantsGradient(input)) {
                    Buffer dx = compiler.plan().buffer(compiler.value(input).layout);
                    compiler.plan().reorder(part(dy, axis, start, dims, compiler), dx);
                    compiler.gradient(input, dx);
                }
                start += dims[axis];
            }
        };
    }

    private static Buffer part(Buffer whole, int axis, long from, long[] dims, Compiler compiler) {
        long[] offsets = new long[dims.length];
        offsets[axis] = from;
        return whole.view(whole.layout.part(compiler.resources(), offsets, dims));
    }
}
