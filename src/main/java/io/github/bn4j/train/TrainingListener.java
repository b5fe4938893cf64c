package io.github.bn4j.train;

import io.github.bn4j.graph.Parameters;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Is told how a training goes, and may end it by {@link TrainingRun#stop}; called by the thread that trains. Every method does
 * nothing unless overridden.
 *
 * <p>Order: what a trainer makes of its own settings comes first ({@link Trainer#averageWeights}, {@link Trainer#keepBest}, {@link Trainer#stopEarly}, {@link
 * Trainer#maxSteps}, {@link Trainer#maxTime}), then the
 * listeners in the order in which they were added, and last of all what stores {@link Trainer#checkpoints}, with the state of all others. Each event is told to all of them in that order, the end too, and the next event
 * only then; who is told later sees what those before did to the network.
 *
 * <p>Failure: what a listener throws ends the training, and {@code fit} throws it. All that have been told of the start are then told of
 * the end, the one that threw included, and what they throw at the end is added to it as suppressed.
 */
public interface TrainingListener {

    /** Before the first step, when nothing is refused any more. */
    default void onStart(TrainingRun run) {}

    /** After each step. */
    default void onStep(StepEvent step) {}

    /**
     * After some steps that others have taken, as the workers of a cluster do, of which none is told by itself; the network is as it is after
     * them. {@link TrainingRun#taken} says how many there are. Not called where this process takes the steps.
     */
    default void onPart(TrainingRun run) {}

    /**
     * Says what the network is judged by after an epoch, before its validation; not asked without validation data. By default that is
     * what the listener before this one says, in the end the parameters as they are trained.
     *
     * @param parameters what the one before says. Not modified: who wants others returns others.
     */
    default Parameters judged(Parameters parameters) {
        return parameters;
    }

    /** After each epoch, when it has been judged. */
    default void onEpoch(EpochEvent epoch) {}

    /** At the end, also of a training that fails. The network is still that training's. */
    default void onEnd(EndEvent end) {}

    /**
     * The name that its {@link #state} goes by, one of its own among the listeners of a training; empty (default) for one that remembers
     * nothing from one {@code fit} to the next.
     */
    default String name() {
        return "";
    }

    /** What it remembers, by names of its choice. Whoever keeps the arrays copies them. */
    default Map<String, INDArray> state() {
        return Map.of();
    }

    /**
     * Takes up what a listener of this name remembered at the end of the training so far, right after {@link #onStart}. Not called where
     * there was none.
     *
     * @param state what {@link #state} was. To be copied, not kept.
     */
    default void restore(Map<String, INDArray> state) {}
}
