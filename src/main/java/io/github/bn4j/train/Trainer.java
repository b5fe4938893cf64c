package io.github.bn4j.train;

import static io.github.bn4j.internal.Checks.checkArgument;
import static io.github.bn4j.internal.Checks.checkDirectoryOf;
import static io.github.bn4j.internal.Checks.checkGiven;

import io.github.bn4j.data.Augmentation;
import io.github.bn4j.data.Dataset;
import io.github.bn4j.data.TailBatch;
import io.github.bn4j.engine.Engine;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Parameters;
import java.nio.file.Path;
import java.util.concurrent.CancellationException;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Trains a network: settings first, then {@link #fit}. Immutable: every setting returns a new trainer. The parameters of
 * the network are what {@code fit} changes.
 *
 * <p>Defaults: Adam with learning rate 1e-3, 1 epoch, batches of 32, shuffled anew in each epoch, the last smaller batch
 * kept. There is no default loss.
 */
public final class Trainer {

    private final Graph graph;
    private final Parameters parameters;
    private final Engine engine;
    private final TrainingMemory memory;
    private final BiConsumer<Path, Parameters> saver;
    private final Settings settings;

    private Trainer(
            Graph graph,
            Parameters parameters,
            Engine engine,
            TrainingMemory memory,
            BiConsumer<Path, Parameters> saver,
            Settings settings) {
        this.graph = graph;
        this.parameters = parameters;
        this.engine = engine;
        this.memory = memory;
        this.saver = saver;
        this.settings = settings;
    }

    /**
     * A trainer with the defaults.
     *
     * @param memory what the network remembers of its trainings. Modified by {@code fit}.
     * @param saver writes the network to a file, with parameters that are not always those of the network
     */
    public static Trainer of(
            Graph graph,
            Parameters parameters,
            Engine engine,
            long seed,
            TrainingMemory memory,
            BiConsumer<Path, Parameters> saver) {
        return new Trainer(graph, parameters, engine, memory, saver, new Settings(seed));
    }

    private Trainer with(Consumer<Settings> change) {
        Settings changed = settings.copy();
        change.accept(changed);
        return new Trainer(graph, parameters, engine, memory, saver, changed);
    }

    /** The same with another optimiser. */
    public Trainer optimizer(Optimizer optimizer) {
        checkGiven(optimizer, "optimizer", "an Optimizer");
        return with(changed -> changed.optimizer = optimizer);
    }

    /** The same with a learning rate that changes in the course of the training. */
    public Trainer schedule(Schedule schedule) {
        checkGiven(schedule, "schedule", "a Schedule");
        return with(changed -> changed.schedule = schedule);
    }

    /**
     * The same with this loss on the network's only output.
     *
     * @throws IllegalArgumentException if the network has several outputs
     */
    public Trainer loss(Loss loss) {
        checkArgument(
                graph.outputs().size() == 1,
                "loss expects a network with one output but got %s; use loss(output, loss) for each",
                graph.outputs().keySet());
        return loss(graph.outputs().keySet().iterator().next(), loss);
    }

    /** The same with this loss on the named output, in addition to those on others; the losses are added up. */
    public Trainer loss(String output, Loss loss) {
        checkGiven(output, "loss", "the name of an output");
        checkGiven(loss, "loss", "a Loss");
        return with(changed -> changed.losses.put(output, loss));
    }

    /** The same with another number of passes over the data, at least 1. */
    public Trainer epochs(int epochs) {
        checkArgument(epochs >= 1, "epochs expects at least 1 pass but got %s", epochs);
        return with(changed -> changed.epochs = epochs);
    }

    /** The same with another number of examples per batch, at least 1; each is a step unless {@link #accumulate} is said. */
    public Trainer batchSize(int batchSize) {
        checkArgument(batchSize >= 1, "batchSize expects at least 1 example but got %s", batchSize);
        return with(changed -> changed.batchSize = batchSize);
    }

    /**
     * The same with steps of {@code batches} batches: their gradients are averaged over all examples before the optimiser
     * takes its step. Each batch is normalised by itself, with random masks of its own; running averages are updated once per
     * step, by mean and variance over all its examples. Fewer examples at the end of an epoch make a smaller step, of batches
     * of almost equal size; the fate of the tail is that of such a step.
     *
     * @param batches at least 1
     */
    public Trainer accumulate(int batches) {
        checkArgument(batches >= 1, "accumulate expects at least 1 batch per step but got %s", batches);
        return with(changed -> changed.accumulation = new Accumulation(batches, false));
    }

    /**
     * The same as {@link #accumulate}, but normalised by mean and variance of all examples of the step: everything is what
     * one large batch would give, up to rounding. Takes the memory of one batch and more time: for each batch normalisation,
     * what comes before it is computed up to three times again. Runs on ND4J, whatever the engine.
     *
     * @param batches at least 1
     */
    public Trainer accumulateAsOne(int batches) {
        checkArgument(batches >= 1, "accumulateAsOne expects at least 1 batch per step but got %s", batches);
        return with(changed -> changed.accumulation = new Accumulation(batches, true));
    }

    /** The same with another fate of a smaller last batch. */
    public Trainer tail(TailBatch tail) {
        checkGiven(tail, "tail", "a TailBatch");
        return with(changed -> changed.tail = tail);
    }

    /** The same with another seed of shuffling and random masks; the default is the network's. */
    public Trainer seed(long seed) {
        return with(changed -> changed.seed = seed);
    }

    /**
     * The same with random changes of the training examples, anew in each epoch; validation sees the data as they are. For a
     * network with one input and one output, in float32.
     */
    public Trainer augment(Augmentation augmentation) {
        checkGiven(augmentation, "augment", "an Augmentation");
        return with(changed -> changed.augmentation = augmentation);
    }

    /** The same with one more listener. */
    public Trainer listener(TrainingListener listener) {
        checkGiven(listener, "listener", "a TrainingListener");
        return with(changed -> changed.listeners =
                Stream.concat(settings.listeners.stream(), Stream.of(listener)).toList());
    }

    /** The same that stores the network with the smallest validation loss; see {@link #keepBest(Path, KeepBest)}. */
    public Trainer keepBest(Path path) {
        return keepBest(path, KeepBest.byLoss());
    }

    /**
     * The same that stores the network after each epoch that is the best so far. The file is replaced as a whole or not at
     * all, and holds the very network that was judged. The network itself ends as the last epoch leaves it; {@code
     * Network.load} brings the best one back.
     *
     * @param path the file
     * @param how what is best
     * @throws IllegalArgumentException if the directory does not exist
     */
    public Trainer keepBest(Path path, KeepBest how) {
        checkGiven(path, "keepBest", "the path of a file");
        checkGiven(how, "keepBest", "a KeepBest");
        checkDirectoryOf("keepBest", path);
        return with(changed -> {
            changed.bestPath = path;
            changed.best = how;
        });
    }

    /**
     * Trains on {@code data}.
     *
     * @throws IllegalArgumentException if the data do not fit the network, contain NaN or infinity or class numbers that
     *     are none, or a batch has only one value per channel of a batch normalisation; the network is unchanged then
     * @throws IllegalStateException if another {@code fit} is running on the network, or if numbers stop being finite on
     *     the way; the message then names the layer, and the parameters are those before the step
     * @throws CancellationException if the thread is interrupted, as Ctrl-C does in JShell; the steps before are kept
     */
    public History fit(Dataset data) {
        checkGiven(data, "fit", "a Dataset");
        return new Fit(graph, parameters, engine, memory, saver, settings, data, null).run();
    }

    /** Trains like {@link #fit(Dataset)}, and judges by {@code validation} after each epoch. */
    public History fit(Dataset data, Dataset validation) {
        checkGiven(data, "fit", "a Dataset");
        checkGiven(validation, "fit", "a Dataset for validation, or none,");
        return new Fit(graph, parameters, engine, memory, saver, settings, data, validation).run();
    }

    @Override
    public String toString() {
        return "Trainer[" + settings + "]";
    }
}
