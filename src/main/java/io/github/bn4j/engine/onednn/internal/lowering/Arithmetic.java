package io.github.bn4j.engine.onednn.internal.lowering;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC_0;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC_1;
import static org.bytedeco.dnnl.global.dnnl.dnnl_binary_add;
import static org.bytedeco.dnnl.global.dnnl.dnnl_binary_mul;
import static org.bytedeco.dnnl.global.dnnl.dnnl_binary_sub;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.github.bn4j.engine.onednn.internal.binding.Attributes;
import io.github.bn4j.engine.onednn.internal.binding.Layout;
import io.github.bn4j.engine.onednn.internal.binding.Operations;
import io.github.bn4j.engine.onednn.internal.binding.Primitive;
import io.github.bn4j.engine.onednn.internal.binding.UnsupportedByOneDnnException;
import io.github.bn4j.engine.onednn.internal.plan.Buffer;
import io.github.bn4j.engine.onednn.internal.plan.Plan;
import io.github.bn4j.graph.Value;

/** Sums, differences and products of values of one shape; repeated axes are left to reference arithmetic. */
final class Arithmetic {

    private Arithmetic() {}

    private static Primitive reluBackward(Compiler compiler, Layout layout) {
        return Eltwise.RELU.backward(compiler, layout);
    }

    static Lowering.Backward addition(FusedCall call, Compiler compiler) {
        Primitive relu = call.activation() != null && compiler.wantsGradient(call.output())
                ? reluBackward(compiler, compiler.value(call.input(0)).layout)
                : null;
        Buffer y = binary(call, compiler, dnnl_binary_add);
        return gradient -> {
            Buffer dy = relu == null ? gradient : Eltwise.RELU.run(compiler, relu, y, y, gradient);
            compiler.gradient(call.input(0), dy);
            compiler.gradient(call.input(1), dy);
        };
    }

    static Lowering.Backward subtraction(FusedCall call, Compiler compiler) {
        binary(call, compiler, dnnl_binary_sub);
        return dy -> {
            compiler.gradient(call.input(0), dy);
            if (compiler.wantsGradient(call.input(1))) {
                Primitive negate = Eltwise.line(-1, 0).forward(compiler, dy.layout);
                compiler.gradient(call.input(1), Eltwise.run(compiler, negate, dy));
            }
        };
    }

    static Lowering.Backward multiplication(FusedCall call, Compiler compiler) {
        binary(call, compiler, dnnl_binary_mul);
        return dy -> {
            byFactor(call.input(0), call.input(1), dy, compiler);
            byFactor(call.input(1), call.input(0), dy, compiler);
        };
    }

    private static void byFactor(Value factor, Value other, Buffer dy, Compiler compiler) {
        if (compiler.wantsGradient(factor)) {
            Buffer times = compiler.value(other, dy.layout);
            compiler.gradient(factor, binary(compiler, dnnl_binary_mul, dy, times, Attributes.NONE));
        }
    }

    /** The sum of two tensors, the second in any layout. */
    static Buffer sum(Compiler compiler, Buffer a, Buffer b) {
        return binary(compiler, dnnl_binary_add, a, compiler.in(b, a.layout), Attributes.NONE);
    }

    @CanIgnoreReturnValue
    private static Buffer binary(FusedCall call, Compiler compiler, int algorithm) {
        if (!call.input(0).shape().equals(call.input(1).shape())) {
            throw new UnsupportedByOneDnnException("repeated axes");
        }
        Buffer a = compiler.value(call.input(0));
        Buffer b = compiler.value(call.input(1), a.layout);
        Buffer y = binary(compiler, algorithm, a, b, PostOperations.of(call, compiler.resources()));
        compiler.define(call.output(), y);
        return y;
    }

    private static Buffer binary(Compiler compiler, int algorithm, Buffer a, Buffer b, Attributes attributes) {
        Primitive primitive =
                Operations.binary(compiler.resources(), algorithm, a.layout, b.layout, a.layout, attributes);
        Buffer y = compiler.plan().over(a);
        compiler.plan()
                .run(
                        primitive,
                        new Plan.Argument(DNNL_ARG_SRC_0, a),
                        new Plan.Argument(DNNL_ARG_SRC_1, b),
                        new Plan.Argument(DNNL_ARG_DST, y));
        return y;
    }
}
