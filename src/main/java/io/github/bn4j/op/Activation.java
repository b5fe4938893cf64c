package io.github.bn4j.op;

import static io.github.bn4j.internal.Checks.checkGiven;
import static io.github.bn4j.internal.Ranges.checkFinite;

import io.github.bn4j.graph.Call;
import io.github.bn4j.graph.Gradients;
import io.github.bn4j.graph.Op;
import io.github.bn4j.graph.Operands;
import io.github.bn4j.graph.ScaleEffect;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.Shift;
import io.github.bn4j.graph.ShiftEffect;
import java.util.List;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.transforms.strict.Erf;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * A non-linear function of each element. The shape stays.
 *
 * @param function which function
 * @param alpha slope below 0 of {@link Function#LEAKY_RELU}, scale below 0 of {@link Function#ELU}; 0 for all others
 */
public record Activation(Function function, double alpha) implements Op {

    /**
     * The functions, with their values and derivatives. All pass on NaN, and have their limits at infinity, but GELU and SILU, which
     * are NaN at {@code −∞}, as IEEE arithmetic makes of {@code −∞ · 0}.
     */
    public enum Function {
        /** {@code max(x, 0)}. */
        RELU {
            @Override
            INDArray value(INDArray x, double alpha) {
                return Transforms.relu(x, true);
            }

            @Override
            INDArray slope(INDArray x, double alpha) {
                return positive(x);
            }
        },
        /** {@code x} where positive, else {@code alpha x}. */
        LEAKY_RELU {
            @Override
            INDArray value(INDArray x, double alpha) {
                return x.mul(slope(x, alpha));
            }

            @Override
            INDArray slope(INDArray x, double alpha) {
                return positive(x).muli(1 - alpha).addi(alpha);
            }
        },
        /** {@code x} where positive, else {@code alpha (eˣ − 1)} (Clevert et al. 2016, equation 15). */
        ELU {
            @Override
            INDArray value(INDArray x, double alpha) {
                INDArray below =
                        Transforms.expm1(Transforms.min(x, 0.0, true), true).muli(alpha);
                return below.addi(Transforms.relu(x, true));
            }

            @Override
            INDArray slope(INDArray x, double alpha) {
                INDArray above = positive(x);
                return Transforms.exp(Transforms.min(x, 0.0, true), true)
                        .muli(alpha)
                        .muli(above.rsub(1.0))
                        .addi(above);
            }
        },
        /** {@code x Φ(x)} with the normal distribution function Φ, exact (Hendrycks and Gimpel 2016, section 2). */
        GELU {
            @Override
            INDArray value(INDArray x, double alpha) {
                return phi(x).muli(x);
            }

            @Override
            INDArray slope(INDArray x, double alpha) {
                INDArray density = Transforms.exp(x.mul(x).muli(-0.5), false).muli(1 / Math.sqrt(2 * Math.PI));
                return density.muli(x).addi(phi(x));
            }

            private INDArray phi(INDArray x) {
                INDArray scaled = x.mul(Math.sqrt(0.5));
                return Nd4j.getExecutioner()
                        .exec(new Erf(scaled, scaled))
                        .addi(1.0)
                        .muli(0.5);
            }
        },
        /** {@code x σ(x)}, also called swish. */
        SILU {
            @Override
            INDArray value(INDArray x, double alpha) {
                return Transforms.sigmoid(x, true).muli(x);
            }

            @Override
            INDArray slope(INDArray x, double alpha) {
                INDArray s = Transforms.sigmoid(x, true);
                return s.rsub(1.0).muli(x).addi(1.0).muli(s);
            }
        },
        /** {@code 1 / (1 + e⁻ˣ)}. */
        SIGMOID {
            @Override
            INDArray value(INDArray x, double alpha) {
                return Transforms.sigmoid(x, true);
            }

            @Override
            INDArray slope(INDArray x, double alpha) {
                INDArray s = Transforms.sigmoid(x, true);
                return s.rsub(1.0).muli(s);
            }
        },
        /** Hyperbolic tangent. */
        TANH {
            @Override
            INDArray value(INDArray x, double alpha) {
                return Transforms.tanh(x, true);
            }

            @Override
            INDArray slope(INDArray x, double alpha) {
                INDArray t = Transforms.tanh(x, true);
                return t.mul(t).rsubi(1.0);
            }
        },
        /** {@code ln(1 + eˣ)}, computed as {@code max(x, 0) + ln(1 + e^−|x|)}, which never overflows. */
        SOFTPLUS {
            @Override
            INDArray value(INDArray x, double alpha) {
                INDArray small = Transforms.exp(Transforms.abs(x, true).negi(), false);
                return Transforms.log(small.addi(1.0), false).addi(Transforms.relu(x, true));
            }

            @Override
            INDArray slope(INDArray x, double alpha) {
                return Transforms.sigmoid(x, true);
            }
        };

        abstract INDArray value(INDArray x, double alpha);

        abstract INDArray slope(INDArray x, double alpha);

        static INDArray positive(INDArray x) {
            return x.gt(0).castTo(x.dataType());
        }
    }

    /** Refuses null, and NaN or infinity for alpha. */
    public Activation {
        checkGiven(function, "Activation", "a function");
        checkFinite("Activation", "alpha", alpha);
    }

    /** A function without a further number. */
    public Activation(Function function) {
        this(function, 0);
    }

    @Override
    public Optional<Operands> operands() {
        return Optional.of(Operands.of(1));
    }

    @Override
    public Shape outputShape(List<Shape> inputs, List<Shape> parameters) {
        return inputs.get(0);
    }

    @Override
    public INDArray forward(Call call) {
        return function.value(call.input(0), alpha);
    }

    @Override
    public Gradients backward(Call call, INDArray dy) {
        return Gradients.of(function.slope(call.input(0), alpha).mul(dy));
    }

    @Override
    public ScaleEffect scaleEffect(int input) {
        boolean homogeneous = function == Function.RELU || function == Function.LEAKY_RELU;
        return homogeneous ? ScaleEffect.PASSES : ScaleEffect.BLOCKED;
    }

    @Override
    public ShiftEffect shiftEffect(int input, Shift shift, List<Shape> inputs, List<Shape> parameters) {
        return ShiftEffect.blocks("is not linear, so a shift changes the shape of the signal");
    }

    @Override
    public String label() {
        return function.name().charAt(0) + function.name().substring(1).toLowerCase(java.util.Locale.ROOT);
    }
}
