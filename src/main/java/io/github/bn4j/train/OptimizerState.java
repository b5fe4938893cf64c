package io.github.bn4j.train;

import io.github.bn4j.graph.Parameters;
import io.github.bn4j.internal.Tensors;
import java.util.ArrayList;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** An optimiser at work on the flat vectors: one step on what decays, one on what does not. */
final class OptimizerState {

    @SuppressWarnings("ArrayRecordComponent")
    private record Range(INDArray values, INDArray gradients, INDArray[] slots, boolean decays) {}

    private final Optimizer optimizer;
    private final List<Range> ranges = new ArrayList<>();
    private long step;

    OptimizerState(Optimizer optimizer, Parameters parameters) {
        this.optimizer = optimizer;
        long decayed = parameters.decayedLength();
        long all = parameters.trainable().length();
        add(parameters, 0, decayed, true);
        add(parameters, decayed, all, false);
    }

    private void add(Parameters parameters, long from, long to, boolean decays) {
        if (from == to) {
            return;
        }
        INDArray[] slots = new INDArray[optimizer.slots()];
        for (int i = 0; i < slots.length; i++) {
            slots[i] = Tensors.zeros(parameters.type(), to - from);
        }
        ranges.add(new Range(
                parameters.trainable().get(NDArrayIndex.interval(from, to)),
                parameters.gradients().get(NDArrayIndex.interval(from, to)),
                slots,
                decays));
    }

    /** One step with the learning rate times {@code factor}. */
    void step(double factor) {
        step++;
        Optimizer optimizer = factor == 1 ? this.optimizer : this.optimizer.scaled(factor);
        for (Range range : ranges) {
            optimizer.step(step, range.values, range.gradients, range.slots, range.decays);
        }
    }
}
