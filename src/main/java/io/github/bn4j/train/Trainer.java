package io.github.bn4j.train;

import static io.github.bn4j.internal.Checks.checkArgument;
import static java.util.Objects.requireNonNull;

import io.github.bn4j.data.Dataset;
import io.github.bn4j.data.Rows;
import io.github.bn4j.data.TailBatch;
import io.github.bn4j.engine.Engine;
import io.github.bn4j.engine.Prediction;
import io.github.bn4j.engine.TrainingProgram;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Parameters;
import io.github.bn4j.graph.Value;
import io.github.bn4j.internal.Arena;
import io.github.bn4j.internal.Tensors;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
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

    private Trainer(Graph graph, Parameters parameters, Engine engine, Settings settings) {
        this.graph = graph;
        this.parameters = parameters;
        this.engine = engine;
        this.settings = settings;
    }

    /** A trainer with the defaults. */
    public static Trainer of(Graph graph, Parameters parameters, Engine engine, long seed) {
        Settings defaults = new Settings(Adam.of(1e-3), Map.of(), 1, 32, TailBatch.KEEP, seed, List.of());
        return new Trainer(graph, parameters, engine, defaults);
    }

    private Trainer with(Settings changed) {
        return new Trainer(graph, parameters, engine, changed);
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

    /** The same with one more listener. */
    public Trainer listener(TrainingListener listener) {
        List<TrainingListener> listeners = new ArrayList<>(settings.listeners);
        listeners.add(listener);
        Settings s = settings;
        return with(new Settings(s.optimizer, s.losses, s.epochs, s.batchSize, s.tail, s.seed, List.copyOf(listeners)));
    }

    /** Trains on {@code data}. */
    public History fit(Dataset data) {
        return run(data, null);
    }

    /**
     * Trains on {@code data} and judges by {@code validation} after each epoch.
     *
     * @throws IllegalArgumentException if the data do not fit the network, contain NaN or infinity, or a batch has only
     *     one value per channel of a batch normalisation; the network is unchanged then
     * @throws IllegalStateException if numbers stop being finite on the way; the message names the layer, and the
     *     parameters are those before the step
     */
    public History fit(Dataset data, Dataset validation) {
        return run(data, validation);
    }

    private History run(Dataset data, @Nullable Dataset validation) {
        data.requireFinite();
        Objective objective = Objective.of(graph, settings.losses, data);
        List<INDArray> arrays = typed(objective.arrays(data));
        if (validation != null) {
            validation.requireFinite();
            objective.arrays(validation);
        }
        parameters.beginTraining();
        try (Programs programs = new Programs(objective.graph(), data)) {
            return loop(objective, programs, data, arrays, validation);
        } finally {
            parameters.endTraining();
            settings.listeners.forEach(TrainingListener::onEnd);
        }
    }

    private List<INDArray> typed(List<INDArray> arrays) {
        return arrays.stream()
                .map(array -> Tensors.dense(array, parameters.type()))
                .toList();
    }

    private History loop(
            Objective objective, Programs programs, Dataset data, List<INDArray> arrays, @Nullable Dataset validation) {
        OptimizerState optimizer = new OptimizerState(settings.optimizer, parameters);
        List<Epoch> epochs = new ArrayList<>();
        long step = 0;
        int stepsPerEpoch = batches(data, 1).size();
        settings.listeners.forEach(listener -> listener.onStart(settings.epochs, stepsPerEpoch));
        for (int number = 1; number <= settings.epochs; number++) {
            long start = System.nanoTime();
            double sum = 0;
            int seen = 0;
            int inEpoch = 0;
            for (int[] rows : batches(data, number)) {
                step++;
                double loss = step(objective.graph(), programs.of(rows.length), optimizer, arrays, rows, number, step);
                sum += loss * rows.length;
                seen += rows.length;
                inEpoch++;
                for (TrainingListener listener : settings.listeners) {
                    listener.onStep(number, inEpoch, loss);
                }
            }
            Epoch epoch = judge(objective, validation, number, sum / seen, start);
            epochs.add(epoch);
            settings.listeners.forEach(listener -> listener.onEpoch(epoch));
        }
        return new History(epochs);
    }

    private List<int[]> batches(Dataset data, int epoch) {
        return data.batches(settings.batchSize, settings.tail, settings.seed + 0x9E3779B97F4A7C15L * epoch);
    }

    private double step(
            Graph lossGraph,
            Program program,
            OptimizerState optimizer,
            List<INDArray> arrays,
            int[] rows,
            int epoch,
            long step) {
        for (int i = 0; i < arrays.size(); i++) {
            Rows.copy(arrays.get(i), rows, program.inputs[i]);
        }
        double loss = program.compiled.step(step, program.inputs);
        if (!Double.isFinite(loss) || !Tensors.isFinite(parameters.gradients())) {
            throw NonFinite.explain(engine, lossGraph, parameters, settings.seed, epoch, step, program.inputs);
        }
        try (MemoryWorkspace arena = Arena.open()) {
            optimizer.step();
            RunningStatistics.commit(parameters, program.compiled.statistics());
        }
        return loss;
    }

    private Epoch judge(Objective objective, @Nullable Dataset validation, int number, double trainLoss, long start) {
        double loss = Double.NaN;
        double accuracy = Double.NaN;
        if (validation != null) {
            Map<String, INDArray> inputs = new LinkedHashMap<>();
            List<INDArray> arrays = objective.arrays(validation);
            int index = 0;
            for (String name : objective.graph().inputs().keySet()) {
                inputs.put(name, arrays.get(index++));
            }
            Map<String, Value> wanted = new LinkedHashMap<>(graph.outputs());
            wanted.putAll(objective.graph().outputs());
            Map<String, INDArray> outputs =
                    Prediction.run(engine, objective.graph().withOutputs(wanted), parameters, inputs);
            loss = requireNonNull(outputs.get(Objective.LOSS)).meanNumber().doubleValue();
            if (graph.outputs().size() == 1 && validation.targets().size() == 1) {
                String output = graph.outputs().keySet().iterator().next();
                Evaluation evaluation = Evaluation.of(requireNonNull(outputs.get(output)), validation.labels());
                accuracy = evaluation.isClassification() && validation.labels().rank() == 1
                        ? evaluation.accuracy()
                        : Double.NaN;
            }
        }
        return new Epoch(number, trainLoss, loss, accuracy, (System.nanoTime() - start) / 1e9);
    }

    /** A compiled step and the arrays that its batches are copied to. */
    @SuppressWarnings("ArrayRecordComponent")
    private record Program(TrainingProgram compiled, INDArray[] inputs) {}

    /** A program for each batch size that occurs, all compiled before the first step, so that refusals come first. */
    private final class Programs implements AutoCloseable {

        private final Map<Integer, Program> bySize = new LinkedHashMap<>();

        Programs(Graph lossGraph, Dataset data) {
            for (int[] rows : batches(data, 1)) {
                bySize.computeIfAbsent(rows.length, size -> compile(lossGraph, size));
            }
        }

        private Program compile(Graph lossGraph, int size) {
            INDArray[] inputs = lossGraph.inputs().values().stream()
                    .map(value -> Tensors.zeros(parameters.type(), value.shape().batched(size)))
                    .toArray(INDArray[]::new);
            return new Program(engine.training(lossGraph, parameters, size, settings.seed), inputs);
        }

        Program of(int size) {
            Program program = bySize.get(size);
            if (program == null) {
                throw new AssertionError("no program for a batch of " + size);
            }
            return program;
        }

        @Override
        public void close() {
            bySize.values().forEach(program -> program.compiled.close());
        }
    }
}
