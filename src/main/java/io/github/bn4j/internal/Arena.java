package io.github.bn4j.internal;

import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.memory.conf.WorkspaceConfiguration;
import org.nd4j.linalg.api.memory.enums.AllocationPolicy;
import org.nd4j.linalg.api.memory.enums.LearningPolicy;
import org.nd4j.linalg.api.memory.enums.ResetPolicy;
import org.nd4j.linalg.api.memory.enums.SpillPolicy;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The memory of all arrays that a step makes: arrays made while it is open are gone when it is closed.
 *
 * <p>ND4J's arrays are off-heap and the garbage collector does not feel their weight, so leaving them to it lets a training
 * grow to gigabytes. One workspace per thread, shared by all programs of that thread, grows to the largest step seen and is
 * reused from the start by the next; it goes with the thread.
 */
public final class Arena {

    private static final String NAME = "bn4j";
    private static final WorkspaceConfiguration CONFIGURATION = WorkspaceConfiguration.builder()
            .initialSize(0)
            .policyAllocation(AllocationPolicy.OVERALLOCATE)
            .overallocationLimit(0.1)
            .policyLearning(LearningPolicy.FIRST_LOOP)
            .policySpill(SpillPolicy.REALLOCATE)
            .policyReset(ResetPolicy.BLOCK_LEFT)
            .build();

    private Arena() {}

    /** Opens the arena of this thread; it must not be open already. */
    public static MemoryWorkspace open() {
        return Nd4j.getWorkspaceManager().getAndActivateWorkspace(CONFIGURATION, NAME);
    }
}
