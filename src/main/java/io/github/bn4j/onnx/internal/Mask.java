package io.github.bn4j.onnx.internal;

import io.github.bn4j.graph.Value;
import io.github.bn4j.op.Masking;
import java.util.Arrays;

/**
 * Ones of which training drops some: how files say that dropout drops whole channels or whole examples, by which they multiply.
 *
 * @param rate share of those that are dropped
 * @param draws the axes of an example of ones, all of length 1 but where channels are dropped by themselves
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Mask(double rate, long[] draws) implements Operand {

    /** Ones in a shape, of which none is dropped. */
    static Mask ones(long... shape) {
        if (shape.length < 1 || shape[0] != Constant.BATCH) {
            throw new NodeRefusal("expects ones for each example but got shape " + Arrays.toString(shape));
        }
        return new Mask(0, Arrays.copyOfRange(shape, 1, shape.length));
    }

    /** Whether a node repeats a constant for each example. */
    static boolean isMadeBy(OnnxCall call) {
        return call.operator().equals("Expand") && call.constant(1).hasBatch();
    }

    Mask dropped(double share) {
        return new Mask(share, draws);
    }

    /** What multiplying a value by it does. */
    Masking on(Value x) {
        long[] dims = x.shape().dims();
        boolean isRepeated = draws.length == dims.length
                && Arrays.stream(draws, Math.min(1, draws.length), draws.length).allMatch(length -> length == 1);
        if (isRepeated && (dims.length == 0 || draws[0] == 1)) {
            return new Masking(rate, Masking.Unit.EXAMPLE);
        }
        if (isRepeated && draws[0] == dims[0]) {
            return new Masking(rate, Masking.Unit.CHANNEL);
        }
        throw new NodeRefusal(
                "expects a mask of channels or examples of " + x.shape() + " but got one of " + Arrays.toString(draws));
    }

    @Override
    public String toString() {
        return "a mask of " + Arrays.toString(draws) + " per example";
    }
}
