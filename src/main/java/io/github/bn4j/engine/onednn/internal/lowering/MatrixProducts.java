package io.github.bn4j.engine.onednn.internal.lowering;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_WEIGHTS;

import io.github.bn4j.engine.onednn.internal.binding.Attributes;
import io.github.bn4j.engine.onednn.internal.binding.ElementType;
import io.github.bn4j.engine.onednn.internal.binding.Layout;
import io.github.bn4j.engine.onednn.internal.binding.Operations;
import io.github.bn4j.engine.onednn.internal.binding.Primitive;
import io.github.bn4j.engine.onednn.internal.plan.Buffer;
import io.github.bn4j.engine.onednn.internal.plan.Plan;
import io.github.bn4j.graph.Value;
import io.github.bn4j.op.MatrixProduct;
import org.jspecify.annotations.Nullable;

/** Products of matrices that all differ per example; a transpose is another way to look at row-major memory. */
final class MatrixProducts implements Lowering.Backward {

    private final FusedCall call;
    private final Compiler compiler;
    private final @Nullable Product byFirst;
    private final @Nullable Product bySecond;
    private final Buffer a;
    private final Buffer b;

    static Lowering.Backward lower(FusedCall call, Compiler compiler) {
        return new MatrixProducts(call, compiler);
    }

    private MatrixProducts(FusedCall call, Compiler compiler) {
        this.call = call;
        this.compiler = compiler;
        MatrixProduct op = (MatrixProduct) call.op();
        boolean ta = op.transposeFirst();
        boolean tb = op.transposeSecond();
        Value first = call.input(0);
        Value second = call.input(1);
        Value y = call.output();
        Product forward = new Product(layout(first, ta), layout(second, tb));
        byFirst = !compiler.wantsGradient(first)
                ? null
                : ta
                        ? new Product(layout(second, tb), layout(y, true))
                        : new Product(layout(y, false), layout(second, !tb));
        bySecond = !compiler.wantsGradient(second)
                ? null
                : tb
                        ? new Product(layout(y, true), layout(first, ta))
                        : new Product(layout(first, !ta), layout(y, false));
        a = compiler.plain(first);
        b = compiler.plain(second);
        compiler.define(y, forward.run(a, b));
    }

    /** The matrices of a value in row-major order, as they are or transposed. */
    private Layout layout(Value value, boolean transposed) {
        long[] dims = compiler.dims(value).clone();
        long[] strides = Layout.denseStrides(dims);
        if (transposed) {
            swapLast(dims);
            swapLast(strides);
        }
        return Layout.strided(compiler.resources(), ElementType.FLOAT32, dims, strides);
    }

    private static void swapLast(long... values) {
        int last = values.length - 1;
        long value = values[last];
        values[last] = values[last - 1];
        values[last - 1] = value;
    }

    @Override
    public void lower(Buffer gradient) {
        MatrixProduct op = (MatrixProduct) call.op();
        Buffer dy = compiler.plain(gradient);
        if (byFirst != null) {
            compiler.gradient(call.input(0), op.transposeFirst() ? byFirst.run(b, dy) : byFirst.run(dy, b));
        }
        if (bySecond != null) {
            compiler.gradient(call.input(1), op.transposeSecond() ? bySecond.run(dy, a) : bySecond.run(a, dy));
        }
    }

    /** One primitive. */
    private final class Product {

        private final Layout first;
        private final Layout second;
        private final Layout product;
        private final Primitive primitive;

        Product(Layout first, Layout second) {
            this.first = first;
            this.second = second;
            long[] dims = first.dims().clone();
            dims[dims.length - 1] = second.dims()[dims.length - 1];
            product = Layout.plain(compiler.resources(), dims);
            primitive = Operations.matrixProduct(compiler.resources(), first, second, null, product, Attributes.NONE);
        }

        /** Adds the step for operands that lie in row-major order. */
        Buffer run(Buffer left, Buffer right) {
            Buffer y = compiler.plan().buffer(product);
            compiler.plan()
                    .run(
                            primitive,
                            new Plan.Argument(DNNL_ARG_SRC, left.view(first)),
                            new Plan.Argument(DNNL_ARG_WEIGHTS, right.view(second)),
                            new Plan.Argument(DNNL_ARG_DST, y));
            return y;
        }
    }
}
