package io.github.bn4j.train;

import io.github.bn4j.engine.Model;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Keeps the last checkpoint in memory.
 *
 * @param others what listeners elsewhere remember, by their names
 * @param into where, as its only element. Modified.
 */
record StateStore(Model model, TrainingMemory memory, Map<String, Map<String, INDArray>> others, List<byte[]> into)
        implements Checkpointing.Store {

    @Override
    public boolean isDue(StepEvent step) {
        return false;
    }

    @Override
    public boolean endsEpochs() {
        return true;
    }

    @Override
    public void write(RunSnapshot now) {
        RunSnapshot all = now.with(others);
        byte[] state = StateBytes.of(file -> TrainingFile.write(file, model, memory, all));
        into.clear();
        into.add(state);
    }
}
