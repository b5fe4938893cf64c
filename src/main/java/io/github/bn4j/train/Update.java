package io.github.bn4j.train;

import static io.github.bn4j.internal.Checks.checkGiven;
import static io.github.bn4j.internal.Checks.checkPresent;
import static io.github.bn4j.internal.Checks.checkState;

import io.github.bn4j.graph.Parameter;
import io.github.bn4j.internal.ElementBlocks;
import java.util.Arrays;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/** One step of an {@link Optimizer} on a part of the parameters. */
public final class Update {

    private final Optimizer optimizer;
    private final long step;
    private final double factor;
    private final ParameterRange range;

    Update(Optimizer optimizer, long step, double factor, ParameterRange range) {
        this.optimizer = optimizer;
        this.step = step;
        this.factor = factor;
        this.range = range;
    }

    /** The number of the step, from 1. */
    public long step() {
        return step;
    }

    /** The learning rate of this step for these parameters, as the schedule has it, times what the trainer says of them. */
    public double rate() {
        return optimizer.learningRate() * factor * range.rate();
    }

    /** The strength of weight decay for these parameters, 0 for none. */
    public double weightDecay() {
        return range.decay().with(optimizer);
    }

    /**
     * The only parameter that this is about.
     *
     * @throws IllegalStateException if it is about several; for an optimiser that says {@link Optimizer#oneByOne} it never is
     */
    public Parameter parameter() {
        List<Parameter> all = range.parameters();
        checkState(all.size() == 1, "parameter expects an update of one parameter but got %s; override oneByOne", all);
        return all.get(0);
    }

    /** The values, as a view: flat, or in the shape of the parameter if {@link Optimizer#oneByOne} is said. */
    public INDArray parameters() {
        return range.values();
    }

    /** The gradients of {@link #parameters}, laid out like them. */
    public INDArray gradients() {
        return range.gradients();
    }

    /**
     * What is remembered of {@link #parameters}, laid out like them.
     *
     * @param name one of {@link Optimizer#slots}
     * @throws IllegalArgumentException if there is none of this name
     */
    public INDArray slot(String name) {
        checkGiven(name, "slot", "a name");
        return checkPresent(
                range.slots().get(name),
                "slot expects one of the slots of the optimizer, %s, but got \"%s\"; name it in slots()",
                range.slots().keySet(),
                name);
    }

    /** A rule for single elements. */
    @FunctionalInterface
    public interface ElementRule {

        /**
         * Works on the elements from 0 to below {@code count} of each array.
         *
         * @param values of the parameters. Modified.
         * @param gradients of them. Not modified.
         * @param slots what is remembered of them, in the order of {@link Optimizer#slots}. Modified.
         */
        void run(double[] values, double[] gradients, double[][] slots, int count);
    }

    /** Runs {@code rule} on all elements, block by block in double precision, and writes values and slots back. */
    public void elements(ElementRule rule) {
        checkGiven(rule, "elements", "a rule");
        List<String> names = optimizer.slots();
        INDArray[] arrays = new INDArray[names.size() + 2];
        arrays[0] = parameters();
        for (int i = 0; i < names.size(); i++) {
            arrays[i + 1] = slot(names.get(i));
        }
        int last = names.size() + 1;
        arrays[last] = gradients();
        ElementBlocks.forEach(
                last,
                (block, count) -> rule.run(block[0], block[last], Arrays.copyOfRange(block, 1, last), count),
                arrays);
    }

    /**
     * This update as another optimiser takes it, at its own learning rate and weight decay: for one that is made of others.
     *
     * @param other one whose slots are among those of this optimiser
     */
    public Update by(Optimizer other) {
        checkGiven(other, "by", "an Optimizer");
        return new Update(other, step, factor, range);
    }

    @Override
    public String toString() {
        return "Update[step " + step + " of " + optimizer + " on " + range.parameters() + "]";
    }
}
