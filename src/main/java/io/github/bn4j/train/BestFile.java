package io.github.bn4j.train;

import io.github.bn4j.checkpoint.internal.ModelFile;
import io.github.bn4j.engine.Model;
import io.github.bn4j.internal.Tensors;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The file of the best network of a training, which appears as a whole or not at all. */
final class BestFile implements TrainingListener {

    private final Path path;
    private final KeepBest how;
    private final Watched watched;
    private final Model model;
    private final TrainingMemory memory;
    private int best;

    BestFile(Path path, KeepBest how, Watched watched, Model model, TrainingMemory memory) {
        this.path = path;
        this.how = how;
        this.watched = watched;
        this.model = model;
        this.memory = memory;
    }

    @Override
    public void onEpoch(EpochEvent event) {
        if (watched.isBest(event.epoch(), event.history(), Files.exists(path) ? best : 0)) {
            ModelFile.save(path, model.with(event.judged()), TrainingSections.of(memory));
            best = event.epoch().number();
        }
    }

    @Override
    public String name() {
        return "keepBest in " + path;
    }

    @Override
    public Map<String, INDArray> state() {
        return Map.of(how.toString(), Tensors.number(best));
    }

    /** What was the best in another way is no better than none. */
    @Override
    public void restore(Map<String, INDArray> state) {
        INDArray number = state.get(how.toString());
        best = number == null ? 0 : number.getInt(0);
    }
}
