package io.github.bn4j.train;

import io.github.bn4j.graph.Parameters;
import io.github.bn4j.graph.Role;
import io.github.bn4j.internal.Floats;
import io.github.bn4j.internal.HostMemory;
import io.github.bn4j.internal.Tensors;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The running averages as they were, in case that what they become is not finite. */
final class StateGuard {

    /* An operation of ND4J takes longer than copying some hundred numbers, so float32 has loops of its own. */

    private final Parameters parameters;

    /** Holds the memory that the buffers look at. */
    private final INDArray state;

    private final INDArray before;
    private final FloatBuffer now;
    private final FloatBuffer kept;
    private final IntBuffer bits;

    StateGuard(Parameters parameters) {
        this.parameters = parameters;
        state = parameters.state();
        before = Tensors.copy(state);
        boolean loops = Floats.areDense(state, before);
        now = loops ? HostMemory.floats(state) : FloatBuffer.allocate(0);
        kept = loops ? HostMemory.floats(before) : FloatBuffer.allocate(0);
        bits = loops ? Floats.bits(state) : IntBuffer.allocate(0);
    }

    void keep() {
        copy(state, now, before, kept);
    }

    void restore() {
        copy(before, kept, state, now);
    }

    private static void copy(INDArray from, FloatBuffer fast, INDArray to, FloatBuffer target) {
        if (fast.limit() > 0) {
            target.put(0, fast, 0, fast.limit());
        } else {
            to.assign(from);
        }
    }

    boolean isFinite() {
        return (bits.limit() > 0 ? Floats.areFinite(bits) : Tensors.isFinite(state)) || isOwnFinite();
    }

    /* Networks that share the vector may have others in it, which are not. */
    private boolean isOwnFinite() {
        return parameters.all().stream()
                .filter(parameter -> parameter.role() == Role.STATE)
                .allMatch(parameter -> Tensors.isFinite(parameters.get(parameter.name())));
    }
}
