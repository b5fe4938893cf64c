package io.github.bn4j.train;

import static io.github.bn4j.internal.Checks.checkState;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Stores a training. It is the last to be told of each event, so that what it stores is what all others remember then.
 */
final class Checkpointing implements TrainingListener {

    /** Where checkpoints go. */
    interface Store {

        /** Whether there is to be one after a step, besides those after epochs. */
        boolean isDue(StepEvent step);

        /** Whether an epoch that is cut short by a stop is stored as one that is over, and not as one that may go on. */
        boolean endsEpochs();

        /** Stores one. */
        void write(RunSnapshot now);
    }

    private final Store store;
    private final TrainingState state;
    private final RunTerms terms;
    private final List<TrainingListener> others;
    private boolean isCut;

    /**
     * For one {@code fit}.
     *
     * @param terms what it follows from
     * @param others all other listeners
     */
    Checkpointing(Store store, TrainingState state, RunTerms terms, List<TrainingListener> others) {
        this.store = store;
        this.state = state;
        this.terms = terms;
        this.others = others;
    }

    @Override
    public void onStep(StepEvent step) {
        if (store.isDue(step)) {
            write(step.run());
        }
    }

    /** Stores the moment before an epoch is cut short, as that is what goes on with it. */
    void cut(TrainingRun run) {
        write(run);
        isCut = true;
    }

    @Override
    public void onEpoch(EpochEvent epoch) {
        if (!isCut || store.endsEpochs()) {
            write(epoch.run());
        }
    }

    private void write(TrainingRun run) {
        store.write(state.snapshot(terms, run.decided(), remembered(others)));
    }

    /** What each listener remembers that has a name, by that. */
    static Map<String, Map<String, INDArray>> remembered(List<TrainingListener> listeners) {
        Map<String, Map<String, INDArray>> remembered = new LinkedHashMap<>();
        for (TrainingListener listener : listeners) {
            if (!listener.name().isEmpty()) {
                remembered.put(listener.name(), checked(listener));
            }
        }
        return remembered;
    }

    private static Map<String, INDArray> checked(TrainingListener listener) {
        Map<String, INDArray> state = listener.state();
        state.forEach((name, array) -> checkState(
                array.dataType() == DataType.FLOAT || array.dataType() == DataType.DOUBLE,
                "listener \"%s\" expects its state to be of FLOAT or DOUBLE, as files hold nothing else, but got %s as \"%s\"; cast"
                        + " it",
                listener.name(),
                array.dataType(),
                name));
        return state;
    }
}
