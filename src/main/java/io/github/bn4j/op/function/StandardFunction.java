package io.github.bn4j.op.function;

import java.util.Locale;
import java.util.function.UnaryOperator;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.transforms.strict.Erf;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/** The functions without further numbers. GELU, SILU and HARD_SWISH are NaN at {@code −∞}, as IEEE arithmetic makes of {@code −∞ · 0}. */
@SuppressWarnings("ImmutableEnumChecker") // the functions keep nothing, which their type does not say
public enum StandardFunction implements ElementwiseFunction {
    /** {@code max(x, 0)}. */
    RELU(x -> Transforms.relu(x, true), Intervals::positive),
    /** {@code x Φ(x)} with the normal distribution function Φ, exact (Hendrycks and Gimpel 2016, section 2). */
    GELU(x -> phi(x).muli(x), x -> Transforms.exp(x.mul(x).muli(-0.5), false)
            .muli(1 / Math.sqrt(2 * Math.PI))
            .muli(x)
            .addi(phi(x))),
    /** {@code x σ(x)}, also called swish. */
    SILU(x -> Transforms.sigmoid(x, true).muli(x), x -> {
        INDArray s = Transforms.sigmoid(x, true);
        return s.rsub(1.0).muli(x).addi(1.0).muli(s);
    }),
    /** {@code x · min(max(x + 3, 0), 6) / 6} (Howard et al. 2019, section 5.2). */
    HARD_SWISH(x -> ClippedLine.SIXTH.value(x).muli(x), x -> {
        INDArray gate = ClippedLine.SIXTH.value(x);
        return ClippedLine.SIXTH.derivative(x).muli(x).addi(gate);
    }),
    /** {@code 1 / (1 + e⁻ˣ)}. */
    SIGMOID(x -> Transforms.sigmoid(x, true), x -> {
        INDArray s = Transforms.sigmoid(x, true);
        return s.rsub(1.0).muli(s);
    }),
    /** Hyperbolic tangent. */
    TANH(x -> Transforms.tanh(x, true), x -> {
        INDArray t = Transforms.tanh(x, true);
        return t.mul(t).rsubi(1.0);
    }),
    /** {@code ln(1 + eˣ)}, computed as {@code max(x, 0) + ln(1 + e^−|x|)}, which never overflows. */
    SOFTPLUS(
            x -> {
                INDArray small = Transforms.exp(Transforms.abs(x, true).negi(), false);
                return Transforms.log(small.addi(1.0), false).addi(Transforms.relu(x, true));
            },
            x -> Transforms.sigmoid(x, true)),
    /** {@code eˣ}. */
    EXP(x -> Transforms.exp(x, true), x -> Transforms.exp(x, true)),
    /** The natural logarithm; NaN below 0. */
    LOG(x -> Transforms.log(x, true), x -> x.rdiv(1.0)),
    /** {@code |x|}. */
    ABS(x -> Transforms.abs(x, true), x -> Transforms.sign(x, true)),
    /** {@code x²}. */
    SQUARE(x -> x.mul(x), x -> x.mul(2.0)),
    /** {@code √x}; NaN below 0. */
    SQRT(x -> Transforms.sqrt(x, true), x -> Transforms.sqrt(x, true).rdivi(0.5)),
    /** {@code 1 / x}. */
    RECIPROCAL(x -> x.rdiv(1.0), x -> x.mul(x).rdivi(-1.0)),
    /** −1, 0 or 1. */
    SIGN(x -> Intervals.passNan(Transforms.sign(x, true), x), Nd4j::zerosLike),
    /** Gauss's error function. */
    ERF(x -> erf(x.dup()), x -> Transforms.exp(x.mul(x).negi(), false).muli(2 / Math.sqrt(Math.PI))),
    /** The sine; NaN at infinity. */
    SIN(x -> Transforms.sin(x, true), x -> Transforms.cos(x, true)),
    /** The cosine; NaN at infinity. */
    COS(x -> Transforms.cos(x, true), x -> Transforms.sin(x, true).negi());

    private final UnaryOperator<INDArray> function;
    private final UnaryOperator<INDArray> slope;

    StandardFunction(UnaryOperator<INDArray> function, UnaryOperator<INDArray> slope) {
        this.function = function;
        this.slope = slope;
    }

    @Override
    public INDArray value(INDArray x) {
        return function.apply(x);
    }

    @Override
    public INDArray derivative(INDArray x) {
        return slope.apply(x);
    }

    @Override
    public boolean homogeneous() {
        return this == RELU || this == ABS;
    }

    @Override
    public boolean rectifies() {
        return this == RELU || this == GELU || this == SILU || this == HARD_SWISH;
    }

    @Override
    public String label() {
        StringBuilder label = new StringBuilder();
        for (String word : name().split("_", -1)) {
            label.append(word.charAt(0)).append(word.substring(1).toLowerCase(Locale.ROOT));
        }
        return label.toString();
    }

    private static INDArray phi(INDArray x) {
        return erf(x.mul(Math.sqrt(0.5))).addi(1.0).muli(0.5);
    }

    /** In place. */
    private static INDArray erf(INDArray x) {
        return Nd4j.getExecutioner().exec(new Erf(x, x));
    }
}
