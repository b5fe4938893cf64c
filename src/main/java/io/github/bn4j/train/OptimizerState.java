package io.github.bn4j.train;

import io.github.bn4j.graph.Parameters;
import io.github.bn4j.internal.Tensors;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * An optimiser at work on the flat vectors: one step on what decays, one on what does not. A step that would leave NaN or infinity
 * leaves everything as it was.
 */
final class OptimizerState {

    /* To look at all that a step has written, and to keep a copy in case it is not finite, takes several percent of the time of a
     * small network's step. Almost always it is needless: gradients are looked at anyway, and while they are small, what the
     * optimiser knows of itself bounds the parameters. Where that says nothing, steps are copied and looked at, until all that
     * they write is small again. */

    /** Parameters up to this size are finite for certain, whatever rounding adds. */
    private static final double SAFE = 0x1p120;

    @SuppressWarnings("ArrayRecordComponent")
    private record Range(INDArray values, INDArray gradients, INDArray[] slots, boolean decays) {

        /** What a step writes. */
        Stream<INDArray> written() {
            return Stream.concat(Stream.of(values), Stream.of(slots));
        }
    }

    private final Optimizer optimizer;
    private final List<Range> ranges = new ArrayList<>();
    private final INDArray gradients;
    private double largest;
    private long step;

    /** An optimiser that remembers nothing yet. */
    OptimizerState(Optimizer optimizer, Parameters parameters) {
        this(optimizer, parameters, List.of(), 0);
    }

    private OptimizerState(Optimizer optimizer, Parameters parameters, List<INDArray[]> slots, long step) {
        this.optimizer = optimizer;
        this.step = step;
        gradients = parameters.gradients();
        long decayed = parameters.decayedLength();
        long all = parameters.trainable().length();
        add(parameters, 0, decayed, true, slots);
        add(parameters, decayed, all, false, slots);
        largest = sizeOf(written());
    }

    /**
     * An optimiser that goes on with the slots and the steps of another one of its kind.
     *
     * @param before at work on the same parameters; null, or of another kind, for zeros. Not to be used any more.
     */
    static OptimizerState after(@Nullable OptimizerState before, Optimizer optimizer, Parameters parameters) {
        if (before == null
                || !before.optimizer.getClass().equals(optimizer.getClass())
                || before.optimizer.slots() != optimizer.slots()) {
            return new OptimizerState(optimizer, parameters);
        }
        List<INDArray[]> slots = before.ranges.stream().map(Range::slots).toList();
        return new OptimizerState(optimizer, parameters, slots, before.step);
    }

    private void add(Parameters parameters, long from, long to, boolean decays, List<INDArray[]> before) {
        if (from == to) {
            return;
        }
        INDArray[] slots = new INDArray[optimizer.slots()];
        for (int i = 0; i < slots.length; i++) {
            slots[i] = before.isEmpty() ? Tensors.zeros(parameters.type(), to - from) : before.get(ranges.size())[i];
        }
        ranges.add(new Range(
                parameters.trainable().get(NDArrayIndex.interval(from, to)),
                parameters.gradients().get(NDArrayIndex.interval(from, to)),
                slots,
                decays));
    }

    private List<INDArray> written() {
        return ranges.stream().flatMap(Range::written).toList();
    }

    private static double sizeOf(List<INDArray> arrays) {
        return arrays.stream().allMatch(Tensors::isSmall) ? Tensors.SMALL : Double.POSITIVE_INFINITY;
    }

    /** Whether the gradients, which the next step is to take, are finite. */
    boolean takesGradients() {
        if (Tensors.isSmall(gradients)) {
            return true;
        }
        largest = Double.POSITIVE_INFINITY;
        return Tensors.isFinite(gradients);
    }

    /**
     * One step with the learning rate times {@code factor}.
     *
     * @return whether all that it wrote is finite; if not, parameters and slots are those before it
     */
    boolean step(double factor) {
        Optimizer scaled = factor == 1 ? optimizer : optimizer.scaled(factor);
        largest = scaled.largestAfter(Tensors.SMALL, largest);
        if (isCareful()) {
            return carefully(scaled);
        }
        apply(scaled);
        return true;
    }

    /** Whether nothing bounds the parameters. */
    boolean isCareful() {
        return !(largest < SAFE);
    }

    private boolean carefully(Optimizer scaled) {
        List<INDArray> written = written();
        List<INDArray> before = written.stream().map(Tensors::copy).toList();
        boolean finite = false;
        try {
            apply(scaled);
            finite = written.stream().allMatch(Tensors::isFinite);
            step -= finite ? 0 : 1;
            return finite;
        } finally {
            for (int i = 0; i < written.size(); i++) {
                if (!finite) {
                    written.get(i).assign(before.get(i));
                }
                before.get(i).close();
            }
            largest = sizeOf(written);
        }
    }

    private void apply(Optimizer scaled) {
        step++;
        for (Range range : ranges) {
            scaled.step(step, range.values, range.gradients, range.slots, range.decays);
        }
    }

    @Override
    public String toString() {
        return optimizer.toString();
    }
}
