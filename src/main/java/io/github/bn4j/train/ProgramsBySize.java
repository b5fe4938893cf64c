package io.github.bn4j.train;

import io.github.bn4j.engine.Model;
import io.github.bn4j.engine.TrainingProgram;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Programs for batches of the sizes that occur, each compiled once; of many sizes those used last are kept. */
final class ProgramsBySize implements AutoCloseable {

    /** Each program has memory for the values of its batch. */
    private static final int KEPT = 8;

    private static final float LOAD = 0.75f;

    private final Model model;
    private final Map<Integer, TrainingProgram> bySize = new LinkedHashMap<>(KEPT, LOAD, true);

    ProgramsBySize(Model model) {
        this.model = model;
    }

    /** The program for a size, until it is closed. */
    TrainingProgram of(int size) {
        TrainingProgram known = bySize.get(size);
        if (known != null) {
            return known;
        }
        if (bySize.size() == KEPT) {
            int oldest = bySize.keySet().iterator().next();
            bySize.remove(oldest).close();
        }
        TrainingProgram compiled = model.training(size);
        bySize.put(size, compiled);
        return compiled;
    }

    @Override
    public void close() {
        List<TrainingProgram> all = new ArrayList<>(bySize.values());
        bySize.clear();
        all.forEach(TrainingProgram::close);
    }
}
