package io.github.bn4j.train;

import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The batches of a {@code fit} that takes no steps, as others take them. */
record NoBatches(int stepsPerEpoch) implements Batches {

    @Override
    public List<StepBatches> any() {
        return List.of();
    }

    @Override
    public List<StepBatches> epoch(int number, int over) {
        return List.of();
    }

    @Override
    public boolean costly() {
        return false;
    }

    @Override
    public void fill(int epoch, BatchRows batch, INDArray[] into) {
        throw new AssertionError("a batch where there is none");
    }
}
