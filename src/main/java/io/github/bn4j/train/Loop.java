package io.github.bn4j.train;

import static io.github.bn4j.internal.Checks.checkArgument;
import static io.github.bn4j.internal.Checks.checkGiven;
import static io.github.bn4j.internal.Checks.checkGoesOn;
import static io.github.bn4j.internal.Checks.checkPresent;
import static io.github.bn4j.internal.Checks.checkState;

import io.github.bn4j.data.Dataset;
import io.github.bn4j.engine.Model;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.internal.Claim;
import io.github.bn4j.internal.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A training whose batches are handed to it, one for each step: for what is not epochs over one data set, such as two networks
 * that train against each other. {@link Trainer#loop(int)} makes it; to be closed, which frees the memory of its programs.
 *
 * <p>A step does what one of {@code fit} does, bit for bit: random masks of its own, gradients checked and changed, optimiser,
 * running averages. It belongs to the training of its trainer, whose loops and fits go on where the one before ended. Between steps
 * the network is free, for other loops too, and for those of networks that share its parameters. Not safe for use by several threads.
 */
public final class Loop implements AutoCloseable {

    /** What a program has to be compiled anew for, besides another number of rows. */
    private record Form(Map<String, Shape> targets, boolean weighted) {}

    /** The network with its loss, for batches of one form. */
    private record Compiled(Objective objective, Steps steps) {}

    private final Model model;
    private final TrainingMemory memory;
    private final TrainingState state;
    private final Settings settings;
    private final int batchSize;
    private final long length;
    private final Map<Form, Compiled> byForm = new LinkedHashMap<>();
    private long taken;
    private boolean closed;

    /**
     * A loop without steps so far.
     *
     * @param length how many steps the schedule is to reckon with; 0 if nobody knows
     */
    Loop(Model model, TrainingMemory memory, TrainingState state, Settings settings, int batchSize, long length) {
        this.model = model;
        this.memory = memory;
        this.state = state;
        this.settings = settings;
        this.batchSize = batchSize;
        this.length = length;
        checkArgument(
                !settings.losses.isEmpty(),
                "loop expects a loss but got none; call loss(Loss.softmaxCrossEntropy()) or the like");
        settings.losses
                .keySet()
                .forEach(output -> checkPresent(
                        model.graph().outputs().get(output),
                        "loss expects the name of an output but got \"%s\"; this network has %s",
                        output,
                        model.graph().outputs().keySet()));
        List<String> others = settings.besidesSteps();
        checkArgument(
                others.isEmpty(),
                "loop expects a trainer that says how to take a step but got one with %s; leave that out, and do it"
                        + " between steps",
                others);
        model.requireFinite("loop");
        Trainables.require("loop", model.graph());
        factor();
    }

    /** The schedule stays where it is after its last step. */
    private double factor() {
        long step = length > 0 ? Math.min(taken, length - 1) : taken;
        return new TrainingProgress(step, length, 0, 0, state.history()).factor(settings.schedule);
    }

    /**
     * A step on examples of a network with one input and one loss.
     *
     * @param features {@code [examples, …]}. Not modified.
     * @param targets class numbers {@code [examples]}, or what else the loss takes. Not modified.
     * @return the mean loss of the examples, before the step
     * @throws IllegalArgumentException if they do not fit the network, or contain NaN or infinity or class numbers that are none;
     *     nothing is changed then
     * @throws IllegalStateException if a {@code fit} or another step is running on the network, if numbers stop being finite,
     *     after which parameters are those before the step, or if this is closed
     * @throws CancellationException if the thread is interrupted; nothing is changed then
     */
    public double step(INDArray features, INDArray targets) {
        checkGiven(features, "step", "an array of features");
        checkGiven(targets, "step", "an array of targets");
        return step(Dataset.of(features, targets));
    }

    /** A step like {@link #step(INDArray, INDArray)}, on arrays by the names of the network's inputs and outputs. */
    public double step(Map<String, INDArray> inputs, Map<String, INDArray> targets) {
        checkGiven(inputs, "step", "input arrays by name");
        checkGiven(targets, "step", "target arrays by name");
        return step(Dataset.of(inputs, targets));
    }

    /**
     * A step like {@link #step(INDArray, INDArray)}, on all examples of a data set, with their weights. Where none counts in any loss,
     * the step is left out and 0 is returned.
     */
    public double step(Dataset batch) {
        checkGiven(batch, "step", "a Dataset");
        checkState(
                !closed,
                "step expects an open loop but got one that is closed; make another by trainer.loop(%s), which goes on where"
                        + " this one ended",
                batchSize);
        try (Claim own = Claim.on(model.parameters().trainable(), "step")) {
            return claimed(batch.load());
        }
    }

    private double claimed(Dataset batch) {
        checkGoesOn("step", " after " + taken + " steps; these are kept");
        batch.requireFinite();
        Compiled compiled = compiled(batch);
        Examples examples = Examples.of(
                compiled.objective, batch, DataRole.BATCH, model.parameters().type());
        StepFactors factors = new StepFactors(
                examples.countings(), compiled.objective.targets().size());
        int[] rows = IntStream.range(0, batch.size()).toArray();
        int[] sizes = settings.accumulation.runs(rows.length, batchSize);
        double factor = factor();
        double loss = 0;
        StepBatches step = factors.step(rows, sizes, new int[rows.length]);
        if (step.counts()) {
            state.begin();
            compiled.objective.tell(memory, batch);
            loss = step(compiled, factor, runs(compiled, examples, step.runs()), sizes);
        }
        taken++;
        state.countStep();
        return loss;
    }

    private static double step(Compiled compiled, double factor, List<INDArray[]> runs, int... sizes) {
        Iterator<INDArray[]> next = runs.iterator();
        try {
            compiled.steps.begin(0);
            return compiled.steps.step(factor, next::next, sizes);
        } finally {
            runs.forEach(arrays -> Arrays.stream(arrays).forEach(INDArray::close));
        }
    }

    /** The arrays of each run of the engine. */
    private List<INDArray[]> runs(Compiled compiled, Examples examples, List<BatchRows> batches) {
        List<INDArray[]> runs = new ArrayList<>();
        for (BatchRows batch : batches) {
            INDArray[] arrays = compiled.objective.graph().inputs().values().stream()
                    .map(value -> Tensors.zeros(
                            model.parameters().type(), value.shape().batched(batch.size())))
                    .toArray(INDArray[]::new);
            examples.copy(batch, arrays);
            runs.add(arrays);
        }
        return runs;
    }

    private Compiled compiled(Dataset batch) {
        Map<String, Shape> targets = new LinkedHashMap<>();
        batch.targets().forEach((name, array) -> targets.put(name, Objective.perExample(array)));
        Form form = new Form(targets, batch.weights().isPresent());
        Compiled known = byForm.get(form);
        if (known != null) {
            known.objective.requireTargets(batch, memory, DataRole.BATCH);
            return known;
        }
        Objective objective = Objective.of(model.graph(), settings.losses, memory, batch, DataRole.BATCH, null);
        Model trained = new Model(
                objective.graph(),
                Set.of(),
                model.parameters(),
                settings.accumulation.engine(model.engine(), batchSize),
                settings.seed(state.seed(model.seed())));
        Compiled made = new Compiled(objective, new Steps(trained, state, settings, "step"));
        byForm.put(form, made);
        return made;
    }

    /** How many steps were asked for so far. */
    public long steps() {
        return taken;
    }

    /** Frees the memory of the programs; what was trained stays. */
    @Override
    public void close() {
        closed = true;
        byForm.values().forEach(compiled -> compiled.steps.close());
        byForm.clear();
    }

    @Override
    public String toString() {
        return "Loop[" + taken + " steps, batches of " + batchSize + (closed ? ", closed" : "") + "]";
    }
}
