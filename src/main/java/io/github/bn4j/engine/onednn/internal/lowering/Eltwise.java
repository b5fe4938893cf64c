package io.github.bn4j.engine.onednn.internal.lowering;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_abs;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_clip_v2;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_clip_v2_use_dst_for_bwd;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_elu;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_exp_use_dst_for_bwd;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_gelu_erf;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_hardswish;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_linear;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_logistic;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_pow;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_relu;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_relu_use_dst_for_bwd;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_soft_relu;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_sqrt_use_dst_for_bwd;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_square;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_swish;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_tanh;

import io.github.bn4j.engine.onednn.internal.binding.Layout;
import io.github.bn4j.engine.onednn.internal.binding.Operations;
import io.github.bn4j.engine.onednn.internal.binding.Primitive;
import io.github.bn4j.engine.onednn.internal.plan.Buffer;
import io.github.bn4j.engine.onednn.internal.plan.Plan;
import io.github.bn4j.op.function.Clipping;
import io.github.bn4j.op.function.ElementwiseFunction;
import io.github.bn4j.op.function.ExponentialLinear;
import io.github.bn4j.op.function.LeakyRectifier;
import io.github.bn4j.op.function.Line;
import io.github.bn4j.op.function.StandardFunction;
import java.util.Optional;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Function;

/**
 * A function that oneDNN has, and the primitives that compute it.
 *
 * @param algorithm oneDNN's number
 * @param alpha its first setting
 * @param beta its second setting
 * @param byResult whether the gradient is known by the result, so that the result can take the memory of what it is of
 * @param keepsZeros whether 0 is known to yield 0, and a gradient of 0 there 0, so that it may run over what fills up blocks of channels
 * @param bound how large a result is at most, by how large what comes in is; infinite if that does not say
 */
record Eltwise(
        int algorithm, float alpha, float beta, boolean byResult, boolean keepsZeros, DoubleUnaryOperator bound) {

    static final Eltwise RELU = byResult(dnnl_eltwise_relu_use_dst_for_bwd, 0, 0, x -> x);

    private static Eltwise of(int algorithm, double alpha, double beta, DoubleUnaryOperator bound) {
        return new Eltwise(algorithm, (float) alpha, (float) beta, false, false, bound);
    }

    private static Eltwise byResult(int algorithm, double alpha, double beta, DoubleUnaryOperator bound) {
        return new Eltwise(algorithm, (float) alpha, (float) beta, true, false, bound);
    }

    static Eltwise line(double slope, double offset) {
        return of(dnnl_eltwise_linear, slope, offset, x -> Math.abs(slope) * x + Math.abs(offset))
                .keepingZerosIf(offset == 0);
    }

    private Eltwise keepingZerosIf(boolean does) {
        return new Eltwise(algorithm, alpha, beta, byResult, does, bound);
    }

    /** What oneDNN has for a function; empty if that is reference arithmetic, as for every stranger's. */
    static Optional<Eltwise> of(ElementwiseFunction function) {
        if (function instanceof StandardFunction standard) {
            return ofStandard(standard);
        }
        if (function instanceof LeakyRectifier leaky) {
            return Optional.of(of(dnnl_eltwise_relu, leaky.slope(), 0, x -> (1 + Math.abs(leaky.slope())) * x));
        }
        if (function instanceof ExponentialLinear elu) {
            return Optional.of(of(dnnl_eltwise_elu, elu.alpha(), 0, x -> x + Math.abs(elu.alpha())));
        }
        if (function instanceof Clipping clip) {
            double bounds = Math.max(Math.abs(clip.lower()), Math.abs(clip.upper()));
            DoubleUnaryOperator bound = x -> Math.max(x, bounds);
            Eltwise clipping = keepsItsSide(clip.lower()) && keepsItsSide(clip.upper())
                    ? byResult(dnnl_eltwise_clip_v2_use_dst_for_bwd, clip.lower(), clip.upper(), bound)
                    : of(dnnl_eltwise_clip_v2, clip.lower(), clip.upper(), bound);
            return Optional.of(clipping.keepingZerosIf(clip.lower() <= 0 && clip.upper() >= 0));
        }
        return function instanceof Line line ? Optional.of(line(line.slope(), line.offset())) : Optional.empty();
    }

    /* A bound that bfloat16 does not have may be rounded inwards: then what lies beyond it looks as if it lay within. */
    private static boolean keepsItsSide(double bound) {
        return (Float.floatToRawIntBits((float) bound) & 0xffff) == 0;
    }

    /* Without those that 2.5.2 lacks or computes wrong, docs/decisions/0012. */
    private static Optional<Eltwise> ofStandard(StandardFunction function) {
        return switch (function) {
            case RELU -> Optional.of(RELU);
            case GELU -> Optional.of(of(dnnl_eltwise_gelu_erf, 0, 0, Eltwise::alike));
            case SILU -> Optional.of(of(dnnl_eltwise_swish, 1, 0, Eltwise::alike));
            case HARD_SWISH ->
                Optional.of(
                        of(dnnl_eltwise_hardswish, 1 / 6.0, 0.5, Eltwise::alike).keepingZerosIf(true));
            case SIGMOID -> Optional.of(of(dnnl_eltwise_logistic, 0, 0, x -> 1));
            case TANH -> Optional.of(of(dnnl_eltwise_tanh, 0, 0, x -> 1));
            case SOFTPLUS -> Optional.of(of(dnnl_eltwise_soft_relu, 1, 0, Eltwise::alike));
            case EXP -> Optional.of(byResult(dnnl_eltwise_exp_use_dst_for_bwd, 0, 0, Math::exp));
            case ABS -> Optional.of(of(dnnl_eltwise_abs, 0, 0, x -> x));
            case SQUARE -> Optional.of(of(dnnl_eltwise_square, 0, 0, x -> x * x));
            case SQRT -> Optional.of(byResult(dnnl_eltwise_sqrt_use_dst_for_bwd, 0, 0, Eltwise::unknown));
            case RECIPROCAL -> Optional.of(of(dnnl_eltwise_pow, 1, -1, Eltwise::unknown));
            case LOG, SIGN, ERF, SIN, COS -> Optional.empty();
        };
    }

    /** Results that are as large as what comes in, up to 1. */
    private static double alike(double x) {
        return x + 1;
    }

    private static double unknown(double unused) {
        return Double.POSITIVE_INFINITY;
    }

    Primitive forward(Compiler compiler, Layout layout) {
        return overPadding(
                compiler, layout, own -> Operations.eltwise(compiler.resources(), algorithm, alpha, beta, own));
    }

    Primitive backward(Compiler compiler, Layout layout) {
        return overPadding(compiler, layout, own -> {
            Primitive forward = Operations.eltwise(compiler.resources(), algorithm, alpha, beta, own);
            return Operations.eltwiseBackward(compiler.resources(), algorithm, alpha, beta, own, forward);
        });
    }

    /* In blocks that channels do not fill oneDNN has but loops, fifty times slower, for what it does not know to keep zeros. */
    private Primitive overPadding(Compiler compiler, Layout layout, Function<Layout, Primitive> compilation) {
        Primitive primitive = compilation.apply(layout);
        if (!keepsZeros || !primitive.isReference()) {
            return primitive;
        }
        long elements = layout.bytes() / layout.type().bytes();
        return compilation.apply(Layout.plain(compiler.resources(), layout.type(), elements));
    }

    /** Adds the step of a forward primitive; the result takes the memory of {@code x} where nobody needs that any more. */
    static Buffer run(Compiler compiler, Primitive forward, Buffer x) {
        Buffer y = compiler.plan().over(x);
        Layout seen = forward.source();
        compiler.plan()
                .run(
                        forward,
                        new Plan.Argument(DNNL_ARG_SRC, x.view(seen)),
                        new Plan.Argument(DNNL_ARG_DST, y.view(seen)));
        return y;
    }

    /** Adds the step of a backward primitive. */
    Buffer run(Compiler compiler, Primitive backward, Buffer x, Buffer y, Buffer gradient) {
        Buffer dy = compiler.in(gradient, x.layout);
        Buffer dx = compiler.plan().over(dy);
        Layout seen = backward.destinationGradient();
        compiler.plan()
                .run(
                        backward,
                        byResult
                                ? new Plan.Argument(DNNL_ARG_DST, y.view(seen))
                                : new Plan.Argument(DNNL_ARG_SRC, x.view(seen)),
                        new Plan.Argument(DNNL_ARG_DIFF_DST, dy.view(seen)),
                        new Plan.Argument(DNNL_ARG_DIFF_SRC, dx.view(seen)));
        return dx;
    }
}
