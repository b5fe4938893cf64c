package io.github.bn4j.engine.onednn.internal.lowering;

import io.github.bn4j.graph.Op;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.op.Addition;
import io.github.bn4j.op.AveragePooling;
import io.github.bn4j.op.BatchNormalization;
import io.github.bn4j.op.Concatenation;
import io.github.bn4j.op.Convolution;
import io.github.bn4j.op.Elementwise;
import io.github.bn4j.op.GlobalAveragePooling;
import io.github.bn4j.op.LogSoftmax;
import io.github.bn4j.op.Masking;
import io.github.bn4j.op.MatrixMultiply;
import io.github.bn4j.op.MaxPooling;
import io.github.bn4j.op.Multiplication;
import io.github.bn4j.op.Reshaping;
import io.github.bn4j.op.Softmax;
import io.github.bn4j.op.Subtraction;
import io.github.bn4j.op.TransposedConvolution;
import io.github.bn4j.op.Transposition;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.DoubleSupplier;
import java.util.function.DoubleUnaryOperator;
import org.jspecify.annotations.Nullable;

/** What is known of the size of the values that ops yield, given that of their inputs; of other ops, nothing is. */
final class Bounds {

    /** Where a bound comes from. */
    enum Source {
        /** The inputs alone. */
        INPUTS,
        /** A weight, and a bias behind it. */
        WEIGHTS,
        /** Statistics, gamma and beta. */
        STATISTICS
    }

    /**
     * The bound of an op.
     *
     * @param hides whether its primitive may make a finite number of NaN
     * @param rule how it follows, where it comes from the inputs alone; else null
     */
    record Bound(Source source, boolean hides, @Nullable Maker rule) {}

    /** Makes the rule of a call. */
    interface Maker {

        Rule rule(FusedCall call, List<double[]> given);
    }

    /**
     * The size of a value.
     *
     * @param inside how large anything is at most while it is computed
     * @param result how large the value is at most
     */
    record Rule(DoubleSupplier inside, DoubleSupplier result) {

        static Rule of(DoubleSupplier inside) {
            return new Rule(inside, inside);
        }
    }

    private static final Bound LINEAR = new Bound(Source.WEIGHTS, false, null);
    private static final Bound SUM = new Bound(Source.INPUTS, false, Bounds::sum);

    private static final Map<Class<? extends Op>, Bound> TABLE = Map.ofEntries(
            Map.entry(Addition.class, SUM),
            Map.entry(AveragePooling.class, new Bound(Source.INPUTS, false, Bounds::averagePooling)),
            Map.entry(BatchNormalization.class, new Bound(Source.STATISTICS, false, null)),
            Map.entry(Concatenation.class, SUM),
            Map.entry(Convolution.class, LINEAR),
            Map.entry(Elementwise.class, new Bound(Source.INPUTS, true, Bounds::elementwise)),
            Map.entry(GlobalAveragePooling.class, new Bound(Source.INPUTS, false, Bounds::globalAveragePooling)),
            Map.entry(LogSoftmax.class, new Bound(Source.INPUTS, true, Bounds::logSoftmax)),
            Map.entry(Masking.class, new Bound(Source.INPUTS, false, Bounds::masking)),
            Map.entry(MatrixMultiply.class, LINEAR),
            Map.entry(MaxPooling.class, new Bound(Source.INPUTS, true, Bounds::sum)),
            Map.entry(Multiplication.class, new Bound(Source.INPUTS, false, Bounds::product)),
            Map.entry(Reshaping.class, SUM),
            Map.entry(Softmax.class, new Bound(Source.INPUTS, true, Bounds::softmax)),
            Map.entry(Subtraction.class, SUM),
            Map.entry(TransposedConvolution.class, LINEAR),
            Map.entry(Transposition.class, SUM));

    private Bounds() {}

    /** Empty if nothing is known: of ops without a primitive, too. */
    static Optional<Bound> of(Op op) {
        boolean ofNoPrimitive = op.getClass() == Elementwise.class
                && Eltwise.of(((Elementwise) op).function()).isEmpty();
        return ofNoPrimitive ? Optional.empty() : Optional.ofNullable(TABLE.get(op.getClass()));
    }

    /** Sums and differences; of one value, what takes some of its elements. */
    private static Rule sum(FusedCall call, List<double[]> given) {
        return Rule.of(() -> {
            double sum = 0;
            for (double[] size : given) {
                sum += size[0];
            }
            return sum;
        });
    }

    private static Rule product(FusedCall call, List<double[]> given) {
        double[] x = given.get(0);
        double[] y = given.get(1);
        return Rule.of(() -> Math.max(Math.max(x[0], y[0]), x[0] * y[0]));
    }

    private static Rule masking(FusedCall call, List<double[]> given) {
        double[] x = given.get(0);
        double kept = 1 - ((Masking) call.op()).rate();
        return Rule.of(() -> x[0] / kept);
    }

    private static Rule softmax(FusedCall call, List<double[]> given) {
        double[] x = given.get(0);
        return new Rule(() -> 2 * x[0], () -> 1);
    }

    private static Rule logSoftmax(FusedCall call, List<double[]> given) {
        double[] x = given.get(0);
        double most = Math.log((double) call.output().shape().size());
        return Rule.of(() -> 2 * x[0] + most);
    }

    private static Rule elementwise(FusedCall call, List<double[]> given) {
        double[] x = given.get(0);
        DoubleUnaryOperator bound =
                Eltwise.of(((Elementwise) call.op()).function()).orElseThrow().bound();
        return new Rule(() -> x[0], () -> bound.applyAsDouble(x[0]));
    }

    private static Rule averagePooling(FusedCall call, List<double[]> given) {
        double[] x = given.get(0);
        AveragePooling op = (AveragePooling) call.op();
        return Rule.of(() -> op.kernelHeight() * op.kernelWidth() * x[0]);
    }

    private static Rule globalAveragePooling(FusedCall call, List<double[]> given) {
        double[] x = given.get(0);
        Shape image = call.input(0).shape();
        return Rule.of(() -> (double) image.size() / image.dim(0) * x[0]);
    }
}
