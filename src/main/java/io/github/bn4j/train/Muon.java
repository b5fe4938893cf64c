package io.github.bn4j.train;

import static io.github.bn4j.internal.Checks.checkArgument;
import static io.github.bn4j.internal.Checks.checkEachGiven;
import static io.github.bn4j.internal.Checks.checkGiven;
import static io.github.bn4j.train.OptimizerChecks.checkNotNegative;
import static io.github.bn4j.train.OptimizerChecks.checkRate;
import static io.github.bn4j.train.OptimizerChecks.checkShare;

import io.github.bn4j.graph.Parameter;
import java.util.List;
import java.util.stream.Stream;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Momentum whose steps on matrices are made orthogonal (Jordan et al. 2024, Muon: an optimizer for hidden layers), and
 * {@link AdamW} for all other parameters. With {@code m ← β m + (1 − β) g} and the look-ahead {@code u = β m + (1 − β) g}, some
 * iterations {@code X ← a X + (b A + c A²) X} with {@code A = X Xᵀ}, from {@code X = u / ‖u‖}, bring the singular values of
 * {@code X} near 1; then {@code w ← (1 − learningRate weightDecay) w − learningRate √max(1, rows / columns) X}. As in PyTorch,
 * but in the type of the parameters where PyTorch iterates in bfloat16; optax corrects the momentum for its start.
 *
 * <p>Matrices are weights of two axes, {@code [out, in]}. Convolutions are none unless {@link #convolutions} says so. The last
 * layer, and embeddings, are better left to AdamW: {@code Muon.of(0.02).except("dense_3")}.
 *
 * @param learningRate size of the steps on matrices
 * @param momentum share of the old momentum that is kept
 * @param iterations how often the formula is applied
 * @param weightDecay share of the matrices, times the learning rate, that each step takes away
 * @param convolutions whether kernels of convolutions, {@code [out, …]}, are taken as matrices of {@code out} rows
 * @param exceptions patterns of the names of parameters or layers that are left to AdamW
 * @param others what trains all other parameters
 */
public record Muon(
        double learningRate,
        double momentum,
        int iterations,
        double weightDecay,
        boolean convolutions,
        List<String> exceptions,
        AdamW others)
        implements DecayingOptimizer {

    /** Of the iteration, as the authors chose them. */
    private static final double A = 3.4445;

    private static final double B = -4.7750;
    private static final double C = 2.0315;
    private static final double SHORTEST = 1e-7;

    public Muon {
        checkRate("Muon", learningRate);
        checkShare("Muon", "momentum", momentum);
        checkArgument(iterations >= 1, "Muon expects at least 1 iteration but got %s", iterations);
        checkNotNegative("Muon", "weight decay", weightDecay);
        exceptions = List.copyOf(checkGiven(exceptions, "Muon", "patterns of names of parameters"));
        checkGiven(others, "Muon", "an AdamW for other parameters");
    }

    /** Momentum 0.95, 5 iterations, weight decay 0.1, and {@code AdamW.of(1e-3)} for all that is no matrix. */
    public static Muon of(double learningRate) {
        return new Muon(learningRate, 0.95, 5, 0.1, false, List.of(), AdamW.of(1e-3));
    }

    /** Keeps the share {@code momentum} of the old momentum in each step, from 0 to below 1; by default 0.95. */
    public Muon momentum(double momentum) {
        return new Muon(learningRate, momentum, iterations, weightDecay, convolutions, exceptions, others);
    }

    /** Sets how often the formula is applied, at least 1, by default 5. */
    public Muon iterations(int iterations) {
        return new Muon(learningRate, momentum, iterations, weightDecay, convolutions, exceptions, others);
    }

    /** Takes the share {@code learningRate · weightDecay} off each matrix in each step, at least 0, by default 0.1. */
    public Muon weightDecay(double weightDecay) {
        return new Muon(learningRate, momentum, iterations, weightDecay, convolutions, exceptions, others);
    }

    /** Says whether kernels of convolutions, {@code [out, …]}, are matrices of {@code out} rows; by default they are not. */
    public Muon convolutions(boolean convolutions) {
        return new Muon(learningRate, momentum, iterations, weightDecay, convolutions, exceptions, others);
    }

    /** Leaves more parameters to AdamW: those whose names, or layers, one of the patterns fits. */
    public Muon except(String... patterns) {
        checkEachGiven(patterns, "except", "patterns of names of parameters");
        List<String> all =
                Stream.concat(exceptions.stream(), Stream.of(patterns)).toList();
        return new Muon(learningRate, momentum, iterations, weightDecay, convolutions, all, others);
    }

    /** Sets what trains the parameters that are no matrices, by default {@code AdamW.of(1e-3)}. */
    public Muon others(AdamW others) {
        return new Muon(learningRate, momentum, iterations, weightDecay, convolutions, exceptions, others);
    }

    @Override
    public void check(List<Parameter> trained) {
        exceptions.forEach(pattern -> new ParameterPattern(pattern).check("except", trained));
    }

    /* The momentum of a matrix lies where the others have their first moment. */
    @Override
    public List<String> slots() {
        return AdamStep.SLOTS;
    }

    @Override
    public boolean oneByOne() {
        return true;
    }

    @Override
    public void step(Update update) {
        if (!isMatrix(update.parameter())) {
            others.step(update.by(others));
            return;
        }
        long rows = update.parameters().size(0);
        INDArray gradient = update.gradients().reshape('c', rows, -1);
        INDArray kept = update.slot(AdamStep.SLOTS.get(0)).reshape('c', rows, -1);
        kept.muli(momentum).addi(gradient.mul(1 - momentum));
        INDArray direction = orthogonal(kept.mul(momentum).addi(gradient.mul(1 - momentum)));
        double length = Math.sqrt(Math.max(1, rows / (double) gradient.size(1)));
        update.parameters()
                .muli(1 - update.rate() * update.weightDecay())
                .reshape('c', rows, -1)
                .subi(direction.mul(update.rate() * length));
    }

    private boolean isMatrix(Parameter parameter) {
        int rank = parameter.shape().rank();
        return parameter.decays()
                && (rank == 2 || (rank > 2 && convolutions))
                && exceptions.stream().noneMatch(pattern -> new ParameterPattern(pattern).fits(parameter));
    }

    /** The iterations (Newton and Schulz), on the shorter side. */
    private INDArray orthogonal(INDArray matrix) {
        boolean tall = matrix.size(0) > matrix.size(1);
        INDArray x = tall ? matrix.transpose() : matrix;
        x = x.div(Math.max(matrix.norm2Number().doubleValue(), SHORTEST));
        for (int i = 0; i < iterations; i++) {
            INDArray squared = x.mmul(x.transpose());
            INDArray mixed = squared.mul(B).addi(squared.mmul(squared).muli(C));
            x = mixed.mmul(x).addi(x.mul(A));
        }
        return tall ? x.transpose() : x;
    }
}
