package io.github.bn4j.train;

import static io.github.bn4j.internal.Checks.checkArgument;

import io.github.bn4j.data.Augmentation;
import io.github.bn4j.data.AugmentedRows;
import io.github.bn4j.data.Dataset;
import io.github.bn4j.data.Rows;
import io.github.bn4j.data.TailBatch;
import io.github.bn4j.engine.Engine;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Parameters;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.internal.Tensors;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Trains a network: settings first, then {@link #fit}. Immutable: every setting returns a new trainer. The parameters of
 * the network are what {@code fit} changes.
 *
 * <p>Defaults: Adam with learning rate 1e-3, 1 epoch, batches of 32, shuffled anew in each epoch, the last smaller batch
 * kept. There is no default loss.
 */
public final class Trainer {

    private record Settings(
            Optimizer optimizer,
            Map<String, Loss> losses,
            int epochs,
            int batchSize,
            TailBatch tail,
            long seed,
            List<TrainingListener> listeners) {}

    private final Graph graph;
    private final Parameters parameters;
    private final Engine engine;
    private final Settings settings;
    private final Schedule schedule;
    private final @Nullable Augmentation augmentation;

    private Trainer(
            Graph graph,
            Parameters parameters,
            Engine engine,
            Settings settings,
            Schedule schedule,
            @Nullable Augmentation augmentation) {
        this.graph = graph;
        this.parameters = parameters;
        this.engine = engine;
        this.settings = settings;
        this.schedule = schedule;
        this.augmentation = augmentation;
    }

    /** A trainer with the defaults. */
    public static Trainer of(Graph graph, Parameters parameters, Engine engine, long seed) {
        Settings defaults = new Settings(Adam.of(1e-3), Map.of(), 1, 32, TailBatch.KEEP, seed, List.of());
        return new Trainer(graph, parameters, engine, defaults, Schedule.constant(), null);
    }

    private Trainer with(Settings changed) {
        return new Trainer(graph, parameters, engine, changed, schedule, augmentation);
    }

    /** The same with another optimiser. */
    public Trainer optimizer(Optimizer optimizer) {
        Settings s = settings;
        return with(new Settings(optimizer, s.losses, s.epochs, s.batchSize, s.tail, s.seed, s.listeners));
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
        Map<String, Loss> losses = new LinkedHashMap<>(settings.losses);
        losses.put(output, loss);
        Settings s = settings;
        return with(new Settings(s.optimizer, losses, s.epochs, s.batchSize, s.tail, s.seed, s.listeners));
    }

    /** The same with another number of passes over the data, at least 1. */
    public Trainer epochs(int epochs) {
        checkArgument(epochs >= 1, "epochs expects at least 1 pass but got %s", epochs);
        Settings s = settings;
        return with(new Settings(s.optimizer, s.losses, epochs, s.batchSize, s.tail, s.seed, s.listeners));
    }

    /** The same with another number of examples per step, at least 1. */
    public Trainer batchSize(int batchSize) {
        checkArgument(batchSize >= 1, "batchSize expects at least 1 example but got %s", batchSize);
        Settings s = settings;
        return with(new Settings(s.optimizer, s.losses, s.epochs, batchSize, s.tail, s.seed, s.listeners));
    }

    /** The same with another fate of a smaller last batch. */
    public Trainer tail(TailBatch tail) {
        Settings s = settings;
        return with(new Settings(s.optimizer, s.losses, s.epochs, s.batchSize, tail, s.seed, s.listeners));
    }

    /** The same with another seed of shuffling and random masks; the default is the network's. */
    public Trainer seed(long seed) {
        Settings s = settings;
        return with(new Settings(s.optimizer, s.losses, s.epochs, s.batchSize, s.tail, seed, s.listeners));
    }

    /** The same with a learning rate that changes in the course of the training. */
    public Trainer schedule(Schedule schedule) {
        return new Trainer(graph, parameters, engine, settings, schedule, augmentation);
    }

    /**
     * The same with random changes of the training examples, anew in each epoch; validation sees the data as they are. For a
     * network with one input and one output, in float32.
     */
    public Trainer augment(Augmentation augmentation) {
        return new Trainer(graph, parameters, engine, settings, schedule, augmentation);
    }

    /** The same with one more listener. */
    public Trainer listener(TrainingListener listener) {
        List<TrainingListener> listeners = new ArrayList<>(settings.listeners);
        listeners.add(listener);
        Settings s = settings;
        return with(new Settings(s.optimizer, s.losses, s.epochs, s.batchSize, s.tail, s.seed, List.copyOf(listeners)));
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
        return run(data, null);
    }

    /** Trains like {@link #fit(Dataset)}, and judges by {@code validation} after each epoch. */
    public History fit(Dataset data, Dataset validation) {
        return run(data, validation);
    }

    private History run(Dataset data, @Nullable Dataset validationData) {
        data.requireFinite();
        Objective objective = Objective.of(graph, settings.losses, mixable(data));
        List<INDArray> arrays = objective.arrays(mixable(data), "training data").values().stream()
                .map(array -> Tensors.dense(array, parameters.type()))
                .toList();
        @Nullable
        Validation validation = validationData == null
                ? null
                : Validation.of(objective, graph, mixable(validationData), validationData.targets());
        Feed.Content content = content(arrays);
        List<int[]> first = batches(data, 1);
        parameters.beginTraining();
        Feed feed = new Feed(objective.graph(), parameters.type(), first, augmentation != null, content);
        try (Steps steps =
                new Steps(engine, objective.graph(), parameters, feed, settings.optimizer, settings.seed, first)) {
            settings.listeners.forEach(listener -> listener.onStart(settings.epochs, first.size()));
            List<Epoch> epochs = new ArrayList<>();
            for (int number = 1; number <= settings.epochs; number++) {
                Epoch epoch = epoch(number, steps, number == 1 ? first : batches(data, number), validation);
                epochs.add(epoch);
                settings.listeners.forEach(listener -> listener.onEpoch(epoch));
            }
            return new History(epochs);
        } finally {
            parameters.endTraining();
            settings.listeners.forEach(TrainingListener::onEnd);
        }
    }

    /** The data with distributions for class numbers where an augmentation mixes them. */
    private Dataset mixable(Dataset data) {
        if (augmentation == null
                || !augmentation.mixesTargets()
                || data.targets().size() != 1
                || data.labels().rank() != 1) {
            return data;
        }
        Shape output = graph.outputs().values().iterator().next().shape();
        return output.rank() == 1 ? data.oneHot((int) output.dim(0)) : data;
    }

    private Feed.Content content(List<INDArray> arrays) {
        if (augmentation == null) {
            return (epoch, rows, into) -> {
                for (int i = 0; i < into.length; i++) {
                    Rows.copy(arrays.get(i), rows, into[i]);
                }
            };
        }
        checkArgument(
                arrays.size() == 2,
                "augment expects a network with one input and one loss but got %s arrays; leave it out",
                arrays.size());
        AugmentedRows augmented = new AugmentedRows(arrays.get(0), arrays.get(1), augmentation, settings.seed);
        return (epoch, rows, into) -> augmented.copy(epoch, rows, into[0], into[1]);
    }

    private List<int[]> batches(Dataset data, int epoch) {
        return data.batches(settings.batchSize, settings.tail, settings.seed + 0x9E3779B97F4A7C15L * epoch);
    }

    private Epoch epoch(int number, Steps steps, List<int[]> batches, @Nullable Validation validation) {
        long start = System.nanoTime();
        double sum = 0;
        int seen = 0;
        int step = 0;
        double all = (double) settings.epochs * batches.size();
        steps.begin(number, batches);
        for (int[] rows : batches) {
            if (Thread.currentThread().isInterrupted()) {
                throw new CancellationException("fit expects a thread that goes on but got an interrupt in epoch "
                        + number + "; the steps before it are kept");
            }
            double done = ((number - 1.0) * batches.size() + step) / all;
            double loss = steps.step(number, schedule.factor(done));
            sum += loss * rows.length;
            seen += rows.length;
            step++;
            for (TrainingListener listener : settings.listeners) {
                listener.onStep(number, step, loss);
            }
        }
        Validation.Result result = validation == null ? Validation.Result.NONE : validation.judge(engine, parameters);
        double seconds = (System.nanoTime() - start) / 1e9;
        return new Epoch(number, sum / seen, result.loss(), result.accuracy(), seconds);
    }

    @Override
    public String toString() {
        return "Trainer[" + settings.optimizer + ", losses " + settings.losses + ", epochs " + settings.epochs
                + ", batchSize " + settings.batchSize + ", tail " + settings.tail + ", seed " + settings.seed
                + (augmentation == null ? "" : ", augment " + augmentation) + "]";
    }
}
