package io.github.bn4j.train;

import io.github.bn4j.checkpoint.internal.ModelFile;
import io.github.bn4j.data.Dataset;
import io.github.bn4j.engine.Model;
import io.github.bn4j.graph.Parameters;
import io.github.bn4j.norm.Recalibration;
import java.nio.file.Path;

/** The file of the best network of a training, which appears as a whole or not at all. */
final class BestFile {

    private final Path path;
    private final KeepBest how;
    private final Watched watched;
    private final Model model;
    private final TrainingMemory memory;
    private final TrainingState state;

    BestFile(Path path, KeepBest how, Watched watched, Model model, TrainingMemory memory, TrainingState state) {
        this.path = path;
        this.how = how;
        this.watched = watched;
        this.model = model;
        this.memory = memory;
        this.state = state;
    }

    /** What is judged and stored: the parameters as they are, or a copy with exact running averages. */
    Parameters judged(Dataset data) {
        if (!how.recalibrate()) {
            return model.parameters();
        }
        Model copy = model.copy();
        Recalibration.of(copy, data, any -> true);
        return copy.parameters();
    }

    void offer(Epoch epoch, Parameters judged) {
        Epoch best = state.best(path, how);
        boolean judges = !Double.isNaN(epoch.validationLoss()) && !Double.isNaN(watched.of(epoch));
        if (judges && (best == null || watched.isBetter(epoch, best))) {
            ModelFile.save(path, model.with(judged), TrainingSections.of(memory));
            state.best(path, how, epoch);
        }
    }
}
