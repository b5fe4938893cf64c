package io.github.bn4j.engine.onednn.internal.lowering;

import io.github.bn4j.engine.onednn.internal.binding.ChannelOrder;
import io.github.bn4j.engine.onednn.internal.binding.ElementType;
import io.github.bn4j.engine.onednn.internal.binding.Layout;
import io.github.bn4j.engine.onednn.internal.plan.Buffer;
import io.github.bn4j.graph.Value;
import io.github.bn4j.op.Concatenation;

/**
 * Values copied one after another into parts of a tensor, in row-major order or, of images and sequences in bfloat16, with channels
 * last, which convolutions take as it is.
 */
final class Concatenations {

    private Concatenations() {}

    static Lowering.Backward lower(FusedCall call, Compiler compiler) {
        int axis = ((Concatenation) call.op()).axis() + 1;
        Buffer y = compiler.plan().buffer(whole(call, compiler));
        long from = 0;
        for (Value input : call.node().inputs()) {
            long[] dims = compiler.dims(input);
            compiler.plan().reorder(compiler.value(input), part(y, axis, from, dims, compiler));
            from += dims[axis];
        }
        compiler.define(call.output(), y);
        return gradient -> {
            Buffer dy = compiler.in(gradient, y.layout);
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

    /* In bfloat16 if all parts are. */
    private static Layout whole(FusedCall call, Compiler compiler) {
        long[] dims = compiler.dims(call.output());
        ElementType type = call.node().inputs().stream()
                        .allMatch(input -> compiler.value(input).layout.type() == ElementType.BFLOAT16)
                ? ElementType.BFLOAT16
                : ElementType.FLOAT32;
        return type == ElementType.BFLOAT16 && (dims.length == 3 || dims.length == 4)
                ? Layout.images(compiler.resources(), type, ChannelOrder.LAST, dims)
                : Layout.plain(compiler.resources(), type, dims);
    }

    private static Buffer part(Buffer whole, int axis, long from, long[] dims, Compiler compiler) {
        long[] offsets = new long[dims.length];
        offsets[axis] = from;
        return whole.view(whole.layout.part(compiler.resources(), offsets, dims));
    }
}
