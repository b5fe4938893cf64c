package io.github.bn4j.train;

import io.github.bn4j.data.Dataset;
import io.github.bn4j.engine.Model;
import io.github.bn4j.graph.Parameters;
import io.github.bn4j.norm.Recalibration;
import java.nio.file.Path;
import java.util.function.BiConsumer;

/** The file of the best network of a training, which appears as a whole or not at all. */
final class BestFile {

    private final Path path;
    private final KeepBest how;
    private final BiConsumer<Path, Parameters> saver;
    private final TrainingState state;

    BestFile(Path path, KeepBest how, BiConsumer<Path, Parameters> saver, TrainingState state) {
        this.path = path;
        this.how = how;
        this.saver = saver;
        this.state = state;
    }

    /** What is judged and stored: the parameters as they are, or a copy with exact running averages. */
    Parameters judged(Model trained, Dataset data) {
        if (!how.recalibrate()) {
            return trained.parameters();
        }
        Model copy = trained.copy();
        Recalibration.of(copy, data, any -> true);
        return copy.parameters();
    }

    void offer(Epoch epoch, Parameters judged) {
        Epoch best = state.best(path, how);
        if (!Double.isNaN(epoch.validationLoss()) && (best == null || how.isBetter(epoch, best))) {
            saver.accept(path, judged);
            state.best(path, how, epoch);
        }
    }
}
