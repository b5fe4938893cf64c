package io.github.bn4j.engine.onednn;

import static io.github.bn4j.engine.onednn.Native.check;
import static org.bytedeco.dnnl.global.dnnl.*;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.github.bn4j.graph.Value;
import io.github.bn4j.op.Activation;
import org.bytedeco.dnnl.dnnl_binary_desc_t;
import org.bytedeco.dnnl.dnnl_eltwise_desc_t;
import org.bytedeco.dnnl.dnnl_primitive_attr;

/** Activations, and sums, differences and products of values of one shape; repeated axes are left to reference arithmetic. */
final class Elementwise {

    private Elementwise() {}

    static Lowering.Backward activation(Call call, Compiler compiler) {
        Activation op = (Activation) call.op();
        int algorithm =
                switch (op.function()) {
                    case RELU -> dnnl_eltwise_relu_use_dst_for_bwd;
                    case LEAKY_RELU -> dnnl_eltwise_relu;
                    case ELU -> dnnl_eltwise_elu;
                    case GELU -> dnnl_eltwise_gelu_erf;
                    case SILU -> dnnl_eltwise_swish;
                    case SIGMOID -> dnnl_eltwise_logistic;
                    case TANH -> dnnl_eltwise_tanh;
                    case SOFTPLUS -> dnnl_eltwise_soft_relu;
                };
        float alpha = op.function() == Activation.Function.SILU ? 1 : (float) op.alpha();
        Buffer x = compiler.value(call.input(0));
        Primitive forward = eltwise(compiler, algorithm, alpha, x.layout);
        Primitive backward = compiler.wantsGradient(call.input(0))
                ? eltwiseBackward(compiler, algorithm, alpha, x.layout, forward)
                : null;
        Buffer y = compiler.plan().over(x);
        compiler.plan().run(forward, new Plan.Argument(DNNL_ARG_SRC, x), new Plan.Argument(DNNL_ARG_DST, y));
        compiler.define(call.output(), y);
        if (backward == null) {
            return Lowering.Backward.NONE;
        }
        /* The gradient of a ReLU is known by its result, so that the result can take the memory of what it is of. */
        Plan.Argument known = algorithm == dnnl_eltwise_relu_use_dst_for_bwd
                ? new Plan.Argument(DNNL_ARG_DST, y)
                : new Plan.Argument(DNNL_ARG_SRC, x);
        return dy -> compiler.gradient(call.input(0), gradient(compiler, backward, known, x.layout, dy));
    }

    private static Primitive reluBackward(Compiler compiler, Layout layout) {
        int algorithm = dnnl_eltwise_relu_use_dst_for_bwd;
        return eltwiseBackward(compiler, algorithm, 0, layout, eltwise(compiler, algorithm, 0, layout));
    }

    private static Buffer gradient(
            Compiler compiler, Primitive backward, Plan.Argument known, Layout layout, Buffer gradient) {
        Buffer dy = compiler.in(gradient, layout);
        Buffer dx = compiler.plan().over(dy);
        compiler.plan()
                .run(
                        backward,
                        known,
                        new Plan.Argument(DNNL_ARG_DIFF_DST, dy),
                        new Plan.Argument(DNNL_ARG_DIFF_SRC, dx));
        return dx;
    }

    private static Primitive eltwise(Compiler compiler, int algorithm, float alpha, Layout layout) {
        dnnl_eltwise_desc_t descriptor = compiler.resources().own(new dnnl_eltwise_desc_t());
        check(
                dnnl_eltwise_forward_desc_init(
                        descriptor, dnnl_forward_training, algorithm, layout.descriptor(), alpha, 0),
                "activation");
        return Primitive.of(compiler.resources(), descriptor, null);
    }

    private static Primitive eltwiseBackward(
            Compiler compiler, int algorithm, float alpha, Layout layout, Primitive forward) {
        dnnl_eltwise_desc_t descriptor = compiler.resources().own(new dnnl_eltwise_desc_t());
        check(
                dnnl_eltwise_backward_desc_init(
                        descriptor, algorithm, layout.descriptor(), layout.descriptor(), alpha, 0),
                "activation");
        return Primitive.of(compiler.resources(), descriptor, forward);
    }

    static Lowering.Backward addition(Call call, Compiler compiler) {
        Primitive relu = call.activation() != null && compiler.wantsGradient(call.output())
                ? reluBackward(compiler, compiler.value(call.input(0)).layout)
                : null;
        Buffer y = binary(call, compiler, dnnl_binary_add);
        Plan.Argument known = new Plan.Argument(DNNL_ARG_DST, y);
        return gradient -> {
            Buffer dy = relu == null ? gradient : gradient(compiler, relu, known, y.layout, gradient);
            compiler.gradient(call.input(0), dy);
            compiler.gradient(call.input(1), dy);
        };
    }

    static Lowering.Backward subtraction(Call call, Compiler compiler) {
        binary(call, compiler, dnnl_binary_sub);
        return dy -> {
            compiler.gradient(call.input(0), dy);
            if (compiler.wantsGradient(call.input(1))) {
                Buffer negative = compiler.plan().over(dy);
                Primitive negate = eltwise(compiler, dnnl_eltwise_linear, -1, dy.layout);
                compiler.plan()
                        .run(negate, new Plan.Argument(DNNL_ARG_SRC, dy), new Plan.Argument(DNNL_ARG_DST, negative));
                compiler.gradient(call.input(1), negative);
            }
        };
    }

    static Lowering.Backward multiplication(Call call, Compiler compiler) {
        binary(call, compiler, dnnl_binary_mul);
        return dy -> {
            byFactor(call.input(0), call.input(1), dy, compiler);
            byFactor(call.input(1), call.input(0), dy, compiler);
        };
    }

    private static void byFactor(Value factor, Value other, Buffer dy, Compiler compiler) {
        if (compiler.wantsGradient(factor)) {
            Buffer times = compiler.value(other, dy.layout);
            compiler.gradient(factor, binary(compiler, dnnl_binary_mul, dy, times, Native.ATTRIBUTES));
        }
    }

    /** The sum of two tensors, the second in any layout. */
    static Buffer sum(Compiler compiler, Buffer a, Buffer b) {
        return binary(compiler, dnnl_binary_add, a, compiler.in(b, a.layout), Native.ATTRIBUTES);
    }

    @CanIgnoreReturnValue
    private static Buffer binary(Call call, Compiler compiler, int algorithm) {
        if (!call.input(0).shape().equals(call.input(1).shape())) {
            throw new UnsupportedByOneDnnException("repeated axes");
        }
        Buffer a = compiler.value(call.input(0));
        Buffer b = compiler.value(call.input(1), a.layout);
        Buffer y = binary(compiler, algorithm, a, b, PostOperations.of(call, compiler.resources()));
        compiler.define(call.output(), y);
        return y;
    }

    private static Buffer binary(Compiler compiler, int algorithm, Buffer a, Buffer b, dnnl_primitive_attr attributes) {
        dnnl_binary_desc_t descriptor = compiler.resources().own(new dnnl_binary_desc_t());
        check(
                dnnl_binary_desc_init(
                        descriptor, algorithm, a.layout.descriptor(), b.layout.descriptor(), a.layout.descriptor()),
                "arithmetic");
        Buffer y = compiler.plan().over(a);
        compiler.plan()
                .run(
                        Primitive.of(compiler.resources(), descriptor, null, attributes, 0),
                        new Plan.Argument(DNNL_ARG_SRC_0, a),
                        new Plan.Argument(DNNL_ARG_SRC_1, b),
                        new Plan.Argument(DNNL_ARG_DST, y));
        return y;
    }
}
