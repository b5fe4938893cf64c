package io.github.bn4j.diagnose;

import io.github.bn4j.graph.Call;
import io.github.bn4j.graph.Gradients;
import io.github.bn4j.graph.Op;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.Shift;
import io.github.bn4j.graph.ShiftEffect;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Passes its input on, but for one fault. */
record OddOp(Fault fault) implements Op {

    enum Fault {
        /** Subtracts the mean of the batch in both modes. */
        MIXES_EXAMPLES,
        /** Subtracts the mean of the batch in training mode. */
        MIXES_IN_TRAINING,
        /** Divides by the number of examples. */
        COUNTS_EXAMPLES,
        /** Passes no gradient on. */
        NO_GRADIENT,
        /** Passes NaN on as gradient. */
        NAN_GRADIENT,
        /** Adds to its parameter in training mode. */
        WRITES,
        /** Adds how often it has been called in training mode. */
        REMEMBERS,
        /** Says that it cancels shifts. */
        LIES_ABOUT_SHIFTS
    }

    private static final AtomicInteger CALLS = new AtomicInteger();

    @Override
    public Shape outputShape(List<Shape> inputs, List<Shape> parameters) {
        return inputs.get(0);
    }

    @Override
    public INDArray forward(Call call) {
        INDArray x = call.input(0);
        return switch (fault) {
            case MIXES_EXAMPLES -> x.subRowVector(x.mean(0));
            case MIXES_IN_TRAINING -> call.training() ? x.subRowVector(x.mean(0)) : x;
            case COUNTS_EXAMPLES -> x.div(x.size(0));
            case WRITES -> {
                if (call.training()) {
                    call.parameter(0).addi(1);
                }
                yield x;
            }
            case REMEMBERS -> x.add(call.training() ? CALLS.incrementAndGet() : CALLS.get());
            default -> x;
        };
    }

    @Override
    public Gradients backward(Call call, INDArray dy) {
        return Gradients.of(
                switch (fault) {
                    case NO_GRADIENT -> dy.mul(0);
                    // ND4J takes a scalar NaN for 1e-5.
                    case NAN_GRADIENT -> dy.sub(dy).div(dy.sub(dy));
                    default -> dy;
                });
    }

    @Override
    public ShiftEffect shiftEffect(int input, Shift shift, List<Shape> inputs, List<Shape> parameters) {
        return fault == Fault.LIES_ABOUT_SHIFTS
                ? ShiftEffect.absorbs("cancels nothing, whatever it says")
                : ShiftEffect.blocks("is odd");
    }
}
