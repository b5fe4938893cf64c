package io.github.bn4j.engine.onednn.internal.lowering;

import io.github.bn4j.engine.onednn.internal.plan.Buffer;

/** How the calls of one kind of op become steps. */
public interface Lowering {

    /**
     * Adds the steps of the forward pass.
     *
     * @return what adds those of the backward pass; never called in a prediction
     * @throws UnsupportedByOneDnnException before any step was added, if reference arithmetic must do
     */
    Backward lower(FusedCall call, Compiler compiler);

    /** Adds the steps of the backward pass for one call. */
    interface Backward {

        /** Nothing to do, as in a prediction. */
        Backward NONE = dy -> {};

        /** Adds the steps, given the gradient by the call's output in any layout. */
        void lower(Buffer dy);
    }
}
