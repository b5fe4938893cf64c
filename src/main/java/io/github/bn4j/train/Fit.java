package io.github.bn4j.train;

import static io.github.bn4j.internal.Checks.checkArgument;

import io.github.bn4j.data.Augmentation;
import io.github.bn4j.data.AugmentedRows;
import io.github.bn4j.data.Dataset;
import io.github.bn4j.data.Rows;
import io.github.bn4j.engine.Engine;
import io.github.bn4j.engine.Finiteness;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Parameters;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.internal.Claim;
import io.github.bn4j.internal.Tensors;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/** One training on one data set. Everything that can be refused is refused before the first step. */
final class Fit {

    private final Graph graph;
    private final Parameters parameters;
    private final Engine engine;
    private final long networkSeed;
    private final TrainingMemory memory;
    private final TrainingState state;
    private final Settings settings;
    private final Dataset data;
    private final Objective objective;
    private final List<INDArray> arrays;
    private final @Nullable Validation validation;
    private final @Nullable BestFile file;

    Fit(
            Graph graph,
            Parameters parameters,
            Engine engine,
            long networkSeed,
            TrainingMemory memory,
            TrainingState state,
            BiConsumer<Path, Parameters> saver,
            Settings settings,
            Dataset data,
            @Nullable Dataset validationData) {
        this.graph = graph;
        this.parameters = parameters;
        this.engine = engine;
        this.networkSeed = networkSeed;
        this.memory = memory;
        this.state = state;
        this.settings = settings;
        this.data = data;
        data.requireFinite();
        Finiteness.require("fit", graph, parameters);
        objective = Objective.of(graph, settings.losses, mixable(data));
        objective.requireSameClasses(memory, data, validationData);
        Map<String, INDArray> given = objective.arrays(mixable(data), "training data");
        given.forEach((name, array) -> Finiteness.requireInput(name, array, parameters.type()));
        arrays = given.values().stream()
                .map(array -> Tensors.dense(array, parameters.type()))
                .toList();
        validation = validationData == null ? null : Validation.of(objective, mixable(validationData), validationData);
        file = settings.bestPath == null ? null : new BestFile(settings.bestPath, settings.best, saver, state);
        checkArgument(
                file == null || validation != null,
                "keepBest expects validation data to judge by but got none; call fit(data, validation)");
        checkArgument(
                file == null
                        || settings.best.measure() == KeepBest.Measure.LOSS
                        || (validation != null && validation.isClassification()),
                "keepBest expects a classification to judge by accuracy but got another task; use KeepBest.byLoss()");
        checkArgument(
                settings.augmentation == null || arrays.size() == 2,
                "augment expects a network with one input and one loss but got %s arrays; leave it out",
                arrays.size());
    }

    /** The data with distributions for class numbers where an augmentation mixes them. */
    private Dataset mixable(Dataset any) {
        Augmentation augmentation = settings.augmentation;
        if (augmentation == null
                || !augmentation.mixesTargets()
                || any.targets().size() != 1
                || any.labels().rank() != 1) {
            return any;
        }
        Shape output = graph.outputs().values().iterator().next().shape();
        return output.rank() == 1 ? any.oneHot((int) output.dim(0)) : any;
    }

    History run() {
        Claim own = Claim.on(parameters, "fit");
        try (own) {
            train(settings.seed.orElse(state.seed(networkSeed)));
        } finally {
            settings.listeners.forEach(TrainingListener::onEnd);
        }
        return state.history();
    }

    private void train(long seed) {
        int before = state.epoch();
        List<int[]> first = batches(seed, before + 1);
        List<int[]> runs = runs(first);
        Engine running = settings.accumulation.engine(engine, settings.batchSize);
        boolean costly = settings.augmentation != null;
        try (Feed feed = new Feed(objective.graph(), parameters.type(), runs, costly, content(seed));
                Steps steps = new Steps(
                        running, objective.graph(), parameters, feed, state, settings.optimizer, seed, runs)) {
            state.begin();
            objective.tell(memory, data);
            settings.listeners.forEach(listener -> listener.onStart(settings.epochs, first.size()));
            for (int pass = 0; pass < settings.epochs; pass++) {
                int number = before + 1 + pass;
                Epoch epoch = epoch(pass, number, steps, pass == 0 ? first : batches(seed, number));
                state.add(epoch);
                settings.listeners.forEach(listener -> listener.onEpoch(epoch));
            }
        }
    }

    /** The rows of each step of an epoch. */
    private List<int[]> batches(long seed, int epoch) {
        int examples = Math.multiplyExact(settings.batchSize, settings.accumulation.batches());
        return data.batches(examples, settings.tail, seed + 0x9E3779B97F4A7C15L * epoch);
    }

    /** The rows of each run of the engine, one or more for each step. */
    private List<int[]> runs(List<int[]> batches) {
        List<int[]> runs = new ArrayList<>();
        for (int[] rows : batches) {
            int from = 0;
            for (int size : sizes(rows)) {
                runs.add(Arrays.copyOfRange(rows, from, from + size));
                from += size;
            }
        }
        return runs;
    }

    private int[] sizes(int[] rows) {
        return settings.accumulation.runs(rows.length, settings.batchSize);
    }

    private Feed.Content content(long seed) {
        Augmentation augmentation = settings.augmentation;
        if (augmentation != null) {
            AugmentedRows augmented = new AugmentedRows(arrays.get(0), arrays.get(1), augmentation, seed);
            return (epoch, rows, into) -> augmented.copy(epoch, rows, into[0], into[1]);
        }
        return (epoch, rows, into) -> {
            for (int i = 0; i < into.length; i++) {
                Rows.copy(arrays.get(i), rows, into[i]);
            }
        };
    }

    private Epoch epoch(int pass, int number, Steps steps, List<int[]> batches) {
        long start = System.nanoTime();
        double loss = train(pass, number, steps, batches);
        Parameters judged = file == null ? parameters : file.judged(graph, parameters, engine, data);
        Validation.Result result = validation == null ? Validation.Result.NONE : validation.judge(engine, judged);
        double seconds = (System.nanoTime() - start) / 1e9;
        Epoch epoch = new Epoch(number, loss, result.loss(), result.accuracy(), seconds);
        if (file != null) {
            file.offer(epoch, judged);
        }
        return epoch;
    }

    /** The steps of an epoch; returns the mean loss. */
    private double train(int pass, int number, Steps steps, List<int[]> batches) {
        double sum = 0;
        int seen = 0;
        int step = 0;
        double all = (double) settings.epochs * batches.size();
        steps.begin(number, runs(batches));
        for (int[] rows : batches) {
            if (Thread.currentThread().isInterrupted()) {
                throw new CancellationException("fit expects a thread that goes on but got an interrupt in epoch "
                        + number + "; the steps before it are kept");
            }
            double done = ((double) pass * batches.size() + step) / all;
            double loss = steps.step(number, settings.schedule.factor(done), sizes(rows));
            state.inEpoch(number);
            sum += loss * rows.length;
            seen += rows.length;
            step++;
            for (TrainingListener listener : settings.listeners) {
                listener.onStep(number, step, loss);
            }
        }
        return sum / seen;
    }
}
