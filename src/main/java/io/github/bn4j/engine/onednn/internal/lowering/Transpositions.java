package io.github.bn4j.engine.onednn.internal.lowering;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_FROM;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_TO;

import io.github.bn4j.engine.onednn.internal.binding.ElementType;
import io.github.bn4j.engine.onednn.internal.binding.Layout;
import io.github.bn4j.engine.onednn.internal.binding.Operations;
import io.github.bn4j.engine.onednn.internal.binding.Primitive;
import io.github.bn4j.engine.onednn.internal.plan.Buffer;
import io.github.bn4j.engine.onednn.internal.plan.Plan;
import io.github.bn4j.op.Transposition;

/** Another order of axes: a copy between two ways to look at row-major memory. */
final class Transpositions {

    private Transpositions() {}

    static Lowering.Backward lower(FusedCall call, Compiler compiler) {
        int[] order = ((Transposition) call.op()).order();
        Layout from = Layout.plain(compiler.resources(), compiler.dims(call.input(0)));
        Layout turned = turned(compiler, from, order);
        Layout to = Layout.plain(compiler.resources(), turned.dims());
        Primitive forward = Operations.reorder(compiler.resources(), turned, to);
        Primitive backward = Operations.reorder(compiler.resources(), to, turned);
        Buffer x = compiler.plain(call.input(0));
        Buffer y = compiler.plan().buffer(to);
        copy(compiler, forward, x.view(turned), y);
        compiler.define(call.output(), y);
        return dy -> {
            Buffer dx = compiler.plan().buffer(from);
            copy(compiler, backward, compiler.plain(dy), dx.view(turned));
            compiler.gradient(call.input(0), dx);
        };
    }

    private static void copy(Compiler compiler, Primitive reorder, Buffer from, Buffer to) {
        compiler.plan().run(reorder, new Plan.Argument(DNNL_ARG_FROM, from), new Plan.Argument(DNNL_ARG_TO, to));
    }

    /** Row-major memory with its axes named in another order. */
    private static Layout turned(Compiler compiler, Layout plain, int... order) {
        long[] strides = Layout.denseStrides(plain.dims());
        long[] dims = new long[order.length];
        long[] steps = new long[order.length];
        for (int axis = 0; axis < order.length; axis++) {
            dims[axis] = plain.dims()[order[axis]];
            steps[axis] = strides[order[axis]];
        }
        return Layout.strided(compiler.resources(), ElementType.FLOAT32, dims, steps);
    }
}
