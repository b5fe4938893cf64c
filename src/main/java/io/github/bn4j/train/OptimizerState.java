package io.github.bn4j.train;

import static io.github.bn4j.internal.Checks.checkArgument;
import static io.github.bn4j.internal.Checks.checkPresent;

import io.github.bn4j.graph.Parameter;
import io.github.bn4j.graph.Parameters;
import io.github.bn4j.internal.Tensors;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * An optimiser at work on the parameters, with what it remembers. A step that would leave NaN or infinity leaves everything as it
 * was.
 */
final class OptimizerState {

    /* To look at all that a step has written, and to keep a copy in case it is not finite, takes several percent of the time of a
     * small network's step. Almost always it is needless: gradients are looked at anyway, and while they are small, what the
     * optimiser knows of its steps bounds the parameters. Where that says nothing, steps are copied and looked at, until all that
     * they write is small again. */

    /** Parameters up to this size are finite for certain, whatever rounding adds. */
    private static final double SAFE = 0x1p120;

    private final Optimizer optimizer;
    private final Parameters parameters;
    private final ParameterRules rules;
    private final Map<String, INDArray> slots;
    private final List<ParameterRange> ranges;
    private final double weightDecay;
    private final double fastest;
    private double largest;
    private long step;

    /** An optimiser that remembers nothing yet. */
    OptimizerState(Optimizer optimizer, Parameters parameters, ParameterRules rules) {
        this(optimizer, parameters, rules, zeros(optimizer, parameters), 0);
    }

    private OptimizerState(
            Optimizer optimizer, Parameters parameters, ParameterRules rules, Map<String, INDArray> slots, long step) {
        this.optimizer = optimizer;
        this.parameters = parameters;
        this.rules = rules;
        this.slots = slots;
        this.step = step;
        ranges = ParameterRange.of(parameters, slots, rules, optimizer.oneByOne());
        weightDecay = ranges.stream()
                .mapToDouble(range -> range.decay().with(optimizer))
                .max()
                .orElse(0);
        fastest = ranges.stream().mapToDouble(ParameterRange::rate).max().orElse(0);
        largest = size();
    }

    private static Map<String, INDArray> zeros(Optimizer optimizer, Parameters parameters) {
        Map<String, INDArray> slots = new LinkedHashMap<>();
        for (String slot : optimizer.slots()) {
            slots.put(
                    slot,
                    Tensors.zeros(parameters.type(), parameters.trainable().length()));
        }
        return slots;
    }

    /**
     * An optimiser that goes on with the slots and the steps of another one of its kind, after others may have written to the
     * parameters.
     *
     * @param before at work on the same parameters; null, or of another kind, for zeros. Not to be used any more.
     */
    static OptimizerState after(
            @Nullable OptimizerState before, Optimizer optimizer, Parameters parameters, ParameterRules rules) {
        if (before != null && before.optimizer.equals(optimizer) && before.rules.equals(rules)) {
            before.largest = before.size();
            return before;
        }
        if (before == null
                || !before.optimizer.getClass().equals(optimizer.getClass())
                || !before.optimizer.slots().equals(optimizer.slots())) {
            return new OptimizerState(optimizer, parameters, rules);
        }
        return new OptimizerState(optimizer, parameters, rules, before.slots, before.step);
    }

    /** How many steps have been taken. */
    long steps() {
        return step;
    }

    /** What is remembered of each parameter, as views in its shape, such as {@code conv2d_1.weight velocity}. */
    Map<String, INDArray> remembered() {
        Map<String, INDArray> tensors = new LinkedHashMap<>();
        for (Parameter parameter : parameters.all()) {
            if (parameter.trainable()) {
                slots.forEach((slot, vector) -> tensors.put(parameter.name() + " " + slot, part(parameter, vector)));
            }
        }
        return tensors;
    }

    private INDArray part(Parameter parameter, INDArray vector) {
        long from = parameters.start(parameter.name());
        return vector.get(NDArrayIndex.interval(from, from + parameter.shape().size()))
                .reshape('c', parameter.shape().dims());
    }

    /**
     * Takes over what {@link #remembered} gave, also from another training of the same network.
     *
     * @param steps how many steps had been taken
     * @throws IllegalArgumentException if a tensor is missing or has another shape; nothing is changed then
     */
    void restore(long steps, Map<String, INDArray> saved) {
        Map<String, INDArray> own = remembered();
        own.forEach((name, tensor) -> {
            INDArray given = checkPresent(
                    saved.get(name),
                    "optimizer %s expects its state to have \"%s\" but got %s; restore what this optimizer left",
                    optimizer,
                    name,
                    saved.keySet());
            checkArgument(
                    Arrays.equals(given.shape(), tensor.shape()),
                    "optimizer %s expects \"%s\" of its state in shape %s but got %s; restore what this network left",
                    optimizer,
                    name,
                    Arrays.toString(tensor.shape()),
                    Arrays.toString(given.shape()));
        });
        own.forEach((name, tensor) -> tensor.assign(saved.get(name)));
        goOn(steps);
    }

    /** Goes on after others have written to what it writes, with so many steps taken. */
    void goOn(long steps) {
        step = steps;
        largest = size();
    }

    /** What a step writes. */
    List<INDArray> written() {
        return ranges.stream()
                .flatMap(range -> Stream.concat(Stream.of(range.values()), range.slots().values().stream()))
                .toList();
    }

    private double size() {
        return written().stream().allMatch(Tensors::isSmall) ? Tensors.SMALL : Double.POSITIVE_INFINITY;
    }

    /** Whether the gradients, which the next step is to take, are finite. */
    boolean takesGradients() {
        if (Tensors.isSmall(parameters.gradients())) {
            return true;
        }
        largest = Double.POSITIVE_INFINITY;
        return Tensors.isFinite(parameters.gradients());
    }

    /**
     * One step with the learning rate times {@code factor}.
     *
     * @return whether all that it wrote is finite; if not, parameters and slots are those before it
     */
    boolean step(double factor) {
        double decay = weightDecay * largest;
        double rate = optimizer.learningRate() * factor * fastest;
        largest += rate * (optimizer.largestStep(Tensors.SMALL + decay) + decay);
        if (isCareful()) {
            return carefully(factor);
        }
        apply(factor);
        return true;
    }

    /** Whether nothing bounds the parameters. */
    boolean isCareful() {
        return !(largest < SAFE);
    }

    private boolean carefully(double factor) {
        List<INDArray> written = written();
        List<INDArray> before = written.stream().map(Tensors::copy).toList();
        boolean finite = false;
        try {
            apply(factor);
            finite = written.stream().allMatch(Tensors::isFinite);
            return finite;
        } finally {
            for (int i = 0; i < written.size(); i++) {
                if (!finite) {
                    written.get(i).assign(before.get(i));
                }
                before.get(i).close();
            }
            step -= finite ? 0 : 1;
            largest = size();
        }
    }

    private void apply(double factor) {
        step++;
        for (ParameterRange range : ranges) {
            Update update = new Update(optimizer, step, factor, range);
            double penalty = update.weightDecay();
            if (penalty > 0 && !(optimizer instanceof DecayingOptimizer)) {
                range.gradients().addi(range.values().mul(penalty));
            }
            optimizer.step(update);
        }
    }

    @Override
    public String toString() {
        return optimizer.toString();
    }
}
