package io.github.bn4j.engine;

import static io.github.bn4j.internal.Checks.checkGiven;

import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Parameters;
import java.util.Optional;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Compiles a graph for a batch size to a program that runs many times. Engines differ in speed, never in meaning: all
 * agree with {@link #nd4j} within a stated tolerance.
 */
public interface Engine {

    /**
     * A program for training steps.
     *
     * @param graph its first output is the loss of each example, of shape {@code []}
     * @param parameters where values are read and gradients are left
     * @param batch number of examples per step
     * @param seed of the random masks
     * @throws io.github.bn4j.graph.ShapeException if a layer cannot be trained on batches of this size
     */
    TrainingProgram training(Graph graph, Parameters parameters, int batch, long seed);

    /**
     * A program for training steps on the examples of a batch that one of several has. Its steps take these examples alone, and leave
     * what the whole batch gives, in the parameters of each of them alike, to the bit: loss, gradients and statistics. {@link
     * TrainingProgram#outputs} are of these examples. All have to take the same steps; where there are no examples, a step takes no
     * arrays (any are of no account) and there are no outputs. A step that fails leaves the collective, so that the others fail as well.
     * An engine that does not say otherwise leaves this to {@link #nd4j}.
     *
     * @param graph its first output is the loss of each example, of shape {@code []}
     * @param parameters where values are read, which are the same everywhere, and gradients are left
     * @param shard which examples
     * @param seed of the random masks, the same everywhere
     * @throws io.github.bn4j.graph.ShapeException if a layer cannot be trained on batches of this size
     */
    default TrainingProgram training(Graph graph, Parameters parameters, Shard shard, long seed) {
        return nd4j().training(graph, parameters, shard, seed);
    }

    /**
     * A program for predictions.
     *
     * @param graph any outputs
     * @param parameters where values are read
     * @param batch number of examples per run
     */
    InferenceProgram inference(Graph graph, Parameters parameters, int batch);

    /** A short name for people. */
    String name();

    /** What the programs of this engine compute in. */
    default Precision precision() {
        return Precision.FULL;
    }

    /** Why programs of this engine cannot compute in some precision here, or not faster than in full; empty if they can. */
    default Optional<String> obstacle(Precision precision) {
        checkGiven(precision, "Engine.obstacle", "a Precision");
        return precision.mixed()
                ? Optional.of(name() + " computes in the type of the parameters alone")
                : Optional.empty();
    }

    /**
     * This engine with programs that compute in some precision.
     *
     * @throws IllegalStateException if there is an {@link #obstacle}; the message says which
     */
    default Engine precision(Precision precision) {
        checkGiven(precision, "Engine.precision", "a Precision");
        precision.requireOn(this);
        return this;
    }

    /**
     * The fastest engine that can run here: of your own, if the class path has an {@link EngineProvider} of it, oneDNN for
     * float32 where it has natives for the platform and a processor that it is made for, else ND4J. What it prints says why
     * it is not a faster one.
     */
    static Engine fastest(DataType type) {
        checkGiven(type, "Engine.fastest", "a DataType");
        return FoundEngines.fastest(type);
    }

    /**
     * The engine that compiles to primitives of oneDNN; float32, with float64 left to ND4J.
     *
     * @throws IllegalStateException if it cannot run here; the message says why
     */
    static Engine oneDnn() {
        return oneDnn(OneDnnOptions.defaults());
    }

    /**
     * The engine of {@link #oneDnn()} with a number of threads, or with algorithms chosen by timing.
     *
     * @throws IllegalStateException if it cannot run here; the message says why
     * @throws IllegalArgumentException if there is a tuning file that is none, or its folder does not exist
     */
    static Engine oneDnn(OneDnnOptions options) {
        checkGiven(options, "Engine.oneDnn", "OneDnnOptions");
        return FoundEngines.builtIn().oneDnn(options);
    }

    /**
     * Splits each training batch evenly over {@code count} replicas of the network, each in a thread of its own, that
     * normalise by the statistics of the whole batch: the gradients, statistics and random masks are those of {@link #nd4j} on
     * one batch, up to rounding. A replica may have one example. Ops of your own that look at several examples at once have
     * to add up with {@link io.github.bn4j.graph.Call#sum}. Predictions are those of {@link #nd4j}.
     *
     * @param count number of replicas, at least 1; with fewer examples than that, one for each example
     */
    static Engine replicas(int count) {
        return replicas(count, nd4j());
    }

    /**
     * Splits each training batch like {@link #replicas(int)}, for programs of another engine; predictions are those of that engine as well.
     * One of several threads leaves the cores to one replica at a time, so take one of one thread.
     *
     * @param count number of replicas, at least 1; with fewer examples than that, one for each example
     * @param engine what each replica runs on
     */
    static Engine replicas(int count, Engine engine) {
        checkGiven(engine, "Engine.replicas", "an Engine");
        return FoundEngines.builtIn().replicas(count, engine);
    }

    /**
     * Splits each training batch like {@link #replicas(int)}, into a given number of examples for each replica.
     *
     * @param sizes at least 1 each; a training batch has to have as many examples as they add up to
     */
    static Engine replicas(int[] sizes) {
        checkGiven(sizes, "Engine.replicas", "the number of examples for each");
        return FoundEngines.builtIn().replicas(sizes);
    }

    /** The reference engine, on whatever backend ND4J has; float32 and float64. */
    static Engine nd4j() {
        return FoundEngines.builtIn().nd4j();
    }
}
