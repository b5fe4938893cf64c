package io.github.bn4j.train;

import static io.github.bn4j.internal.Checks.checkArgument;
import static io.github.bn4j.internal.Checks.checkGiven;

import io.github.bn4j.graph.Scope;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.Value;
import io.github.bn4j.internal.Floats;
import io.github.bn4j.op.Reduction;
import io.github.bn4j.op.SoftmaxCrossEntropy;
import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The loss of {@link Loss#softmaxCrossEntropy}. With {@code q} the wanted share of each class and {@code w} the class weights, an
 * example of class {@code y} has {@code Σ_k w_k q_k (−log softmax_k)} and counts {@code w_y} in the mean, as in PyTorch; one
 * whose target is a distribution counts 1. A position that is ignored counts nothing.
 *
 * @param smoothing share of the target that all classes have equally
 * @param weights one per class; empty where all weigh 1
 * @param ignored the class number that does not count; empty if all do
 */
public record SoftmaxCrossEntropyLoss(double smoothing, List<Double> weights, OptionalInt ignored) implements Loss {

    private static final String NAME = "softmaxCrossEntropy";

    /**
     * Checks the settings.
     *
     * @throws IllegalArgumentException if the smoothing is not from 0 to less than 1, or weights are negative, not finite or
     *     all 0
     */
    public SoftmaxCrossEntropyLoss {
        checkArgument(
                smoothing >= 0 && smoothing < 1,
                "%s expects label smoothing from 0 to less than 1 but got %s",
                NAME,
                smoothing);
        weights = List.copyOf(checkGiven(weights, NAME, "class weights"));
        checkArgument(
                weights.stream().allMatch(weight -> weight >= 0 && Double.isFinite(weight))
                        && (weights.isEmpty() || weights.stream().anyMatch(weight -> weight > 0)),
                "%s expects class weights of at least 0, not all of them 0, but got %s",
                NAME,
                weights);
        checkGiven(ignored, NAME, "a class to ignore, or none");
    }

    static SoftmaxCrossEntropyLoss plain() {
        return new SoftmaxCrossEntropyLoss(0, List.of(), OptionalInt.empty());
    }

    /**
     * Wants {@code 1 − ε + ε / classes} of the right class and {@code ε / classes} of each other, so that logits do not grow
     * without end (Szegedy et al. 2016, section 7).
     *
     * @param epsilon from 0 to less than 1; 0.1 is usual
     */
    public SoftmaxCrossEntropyLoss labelSmoothing(double epsilon) {
        return new SoftmaxCrossEntropyLoss(epsilon, weights, ignored);
    }

    /**
     * Weighs classes, for data in which some are rare.
     *
     * @param perClass a weight of at least 0 for each class, not all of them 0
     */
    public SoftmaxCrossEntropyLoss classWeights(double... perClass) {
        checkGiven(perClass, "classWeights", "a weight per class");
        checkArgument(perClass.length > 0, "classWeights expects a weight per class but got none");
        return new SoftmaxCrossEntropyLoss(
                smoothing, Arrays.stream(perClass).boxed().toList(), ignored);
    }

    /**
     * Leaves out examples, or positions, of a class: the mean is that of the others. A step without any others is left out.
     *
     * @param classNumber a number in the targets, also one that no class has, such as −100 or 255
     */
    public SoftmaxCrossEntropyLoss ignoring(int classNumber) {
        return new SoftmaxCrossEntropyLoss(smoothing, weights, OptionalInt.of(classNumber));
    }

    private boolean weighs() {
        return !weights.isEmpty() || ignored.isPresent();
    }

    @Override
    public Value trace(Scope scope, Value output, Value target) {
        Shape shape = output.shape();
        SoftmaxCrossEntropy op = new SoftmaxCrossEntropy();
        op.outputShape(List.of(shape, target.shape()), List.of());
        checkArgument(
                weights.isEmpty() || weights.size() == shape.dim(0),
                "%s expects %s class weights, one per class, but got %s: %s",
                NAME,
                shape.dim(0),
                weights.size(),
                weights);
        Formula formula = new Formula(scope);
        boolean soft = ClassTargets.areDistributions(shape, target.shape());
        Value wanted = smoothing == 0 && !weighs() ? target : shares(formula, shape.dim(0), soft, target);
        Value losses = scope.apply(op, output, wanted);
        return formula.all(weighs() && !soft ? Reduction.Kind.SUM : Reduction.Kind.MEAN, losses);
    }

    /** What is wanted of each class, times its weight. */
    private Value shares(Formula formula, long classes, boolean soft, Value target) {
        Value shares = soft ? target : formula.oneHot(classes, target);
        if (!soft && ignored.isPresent()) {
            List<Double> counted = LongStream.range(0, classes)
                    .mapToObj(number -> number == ignored.getAsInt() ? 0.0 : 1.0)
                    .toList();
            shares = formula.weighted(counted, shares);
        }
        if (smoothing > 0) {
            // The sum is 0 where a position is ignored.
            Value equally = formula.line(smoothing / classes, formula.sumOfChannels(shares), 0);
            shares = formula.plus(formula.line(1 - smoothing, shares, 0), equally);
        }
        return weights.isEmpty() ? shares : formula.weighted(weights, shares);
    }

    @Override
    public void check(Shape output, INDArray targets, String data) {
        ClassTargets.requireClasses(NAME, output);
        if (ClassTargets.areDistributions(output, Objective.perExample(targets))) {
            checkArgument(
                    ignored.isEmpty(),
                    "%s expects class numbers, of which to ignore %s, but got distributions in the %s; leave out"
                            + " ignoring(%s)",
                    NAME,
                    ignored.orElse(0),
                    data,
                    ignored.orElse(0));
            ClassTargets.requireDistributions(NAME, targets, data);
        } else {
            ClassTargets.requireNumbers(NAME, output, targets, ignored, data);
        }
    }

    @Override
    public Optional<double[]> weights(Shape output, INDArray targets) {
        if (!weighs() || ClassTargets.areDistributions(output, Objective.perExample(targets))) {
            return Optional.empty();
        }
        double[] labels = Floats.values(targets);
        double[] sums = new double[(int) targets.size(0)];
        int perExample = labels.length / sums.length;
        for (int i = 0; i < labels.length; i++) {
            int label = (int) labels[i];
            if (ignored.isEmpty() || label != ignored.getAsInt()) {
                sums[i / perExample] += weights.isEmpty() ? 1 : weights.get(label);
            }
        }
        return Optional.of(sums);
    }

    @Override
    public OptionalInt ignoredClass() {
        return ignored;
    }

    @Override
    public Optional<Task> task() {
        return Optional.of(Task.CLASSIFICATION);
    }

    @Override
    public String toString() {
        return NAME
                + (smoothing == 0 ? "" : ", labelSmoothing " + smoothing)
                + (weights.isEmpty() ? "" : ", classWeights " + weights)
                + (ignored.isEmpty() ? "" : ", ignoring " + ignored.getAsInt());
    }

    /** How it is serialized, as an optional number is not. */
    private record Serialized(double smoothing, List<Double> weights, @Nullable Integer ignored)
            implements Serializable {

        private Object readResolve() {
            return new SoftmaxCrossEntropyLoss(
                    smoothing, weights, ignored == null ? OptionalInt.empty() : OptionalInt.of(ignored));
        }
    }

    private Object writeReplace() {
        return new Serialized(smoothing, weights, ignored.isEmpty() ? null : ignored.getAsInt());
    }
}
