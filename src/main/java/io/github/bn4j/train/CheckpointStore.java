package io.github.bn4j.train;

import io.github.bn4j.engine.Model;

/** Stores checkpoints as {@link Checkpoints} says. */
final class CheckpointStore implements Checkpointing.Store {

    private final Checkpoints how;
    private final CheckpointFolder folder;
    private final Model model;
    private final TrainingMemory memory;
    private final TrainingState state;
    private long written = System.nanoTime();

    CheckpointStore(Checkpoints how, Model model, TrainingMemory memory, TrainingState state) {
        this.how = how;
        this.folder = new CheckpointFolder(how.folder());
        this.model = model;
        this.memory = memory;
        this.state = state;
    }

    @Override
    public boolean isDue(StepEvent step) {
        boolean bySteps = how.steps() > 0 && step.number() % how.steps() == 0;
        boolean byTime = !how.time().isZero()
                && System.nanoTime() - written >= how.time().toNanos();
        return bySteps || byTime;
    }

    @Override
    public boolean endsEpochs() {
        return false;
    }

    @Override
    public void write(RunSnapshot now) {
        state.checkpoint(folder.write(state.steps(), how.keep(), file -> TrainingFile.write(file, model, memory, now)));
        written = System.nanoTime();
    }
}
