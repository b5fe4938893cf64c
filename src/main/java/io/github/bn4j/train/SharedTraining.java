package io.github.bn4j.train;

import static io.github.bn4j.internal.Checks.checkArgument;
import static io.github.bn4j.internal.Checks.checkGiven;

import io.github.bn4j.data.Augmentation;
import io.github.bn4j.data.Dataset;
import io.github.bn4j.data.Sampling;
import io.github.bn4j.engine.Collective;
import io.github.bn4j.engine.Engine;
import io.github.bn4j.engine.Model;
import io.github.bn4j.engine.ProgramRequirements;
import io.github.bn4j.engine.Shard;
import io.github.bn4j.graph.Value;
import io.github.bn4j.internal.Parts;
import io.github.bn4j.internal.Tensors;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A training whose steps several processes take together, each on its own examples of every batch: the same training, with the settings
 * of a {@link Trainer}, as {@code fit} does in one process, up to rounding. This is for who runs such processes, as on a cluster: it says
 * which examples each has to be given, and in which order, and takes care of everything else.
 *
 * <p>The training is cut into parts, each some steps of one epoch. What a part begins with and what it leaves is a state, the bytes of a
 * checkpoint, from which it may be done again any number of times, always with the same result to the bit; so whatever a process suffers, the part
 * is done again, and the training is the same. How the cuts are made does not matter either.
 *
 * <p>Listeners, {@link Trainer#keepBest} and {@link Trainer#maxTime} are of the process that hands out the parts: they are told of each part when it is
 * done, and of the epochs that it has ended, with the network as it was then, and of no steps.
 */
public final class SharedTraining {

    /** Whatever has processes do their parts. */
    @FunctionalInterface
    public interface Workers {

        /**
         * Has each process {@linkplain SharedPart#run run} its part, all at the same time.
         *
         * @param parts one for each process, in the order of their ranks
         * @param state for each of them
         * @return the state that rank 0 has left
         */
        byte[] run(List<SharedPart> parts, byte[] state);
    }

    private final Trainer trainer;
    private final SharedData data;
    private final @Nullable SharedData validation;
    private final int processes;
    private final int stepsPerPart;
    private final Objective objective;
    private final Dataset known;
    private final SharedPart.Common common;

    private SharedTraining(
            Trainer trainer,
            SharedData data,
            @Nullable SharedData validation,
            int processes,
            int stepsPerPart,
            Objective objective,
            Dataset known,
            SharedPart.Common common) {
        this.trainer = trainer;
        this.data = data;
        this.validation = validation;
        this.processes = processes;
        this.stepsPerPart = stepsPerPart;
        this.objective = objective;
        this.known = known;
        this.common = common;
    }

    /**
     * The training of a trainer on data that are elsewhere, by one process until {@link #processes} says otherwise.
     *
     * @throws IllegalArgumentException if data and settings do not fit together, as {@code fit} would, or if a setting is not for several
     *     processes
     */
    public static SharedTraining of(Trainer trainer, SharedData data) {
        checkGiven(trainer, "SharedTraining", "a Trainer");
        checkGiven(data, "SharedTraining", "SharedData");
        return made(trainer, data, null);
    }

    /**
     * A training that is judged by validation data after each epoch.
     *
     * @param validation with the targets of all examples
     */
    public static SharedTraining of(Trainer trainer, SharedData data, SharedData validation) {
        checkGiven(trainer, "SharedTraining", "a Trainer");
        checkGiven(data, "SharedTraining", "SharedData");
        checkGiven(validation, "SharedTraining", "SharedData for validation, or none,");
        checkArgument(
                validation.hasTargets(),
                "SharedTraining expects validation data with the targets of all examples but got a sample; add"
                        + " SharedData.targets");
        return made(trainer, data, validation);
    }

    private static SharedTraining made(Trainer trainer, SharedData data, @Nullable SharedData validation) {
        Model model = trainer.model();
        Settings settings = trainer.settings();
        requireShareable(settings);
        Travelling.require(settings);
        model.requireFinite("fit");
        Trainables.require("fit", model.graph());
        data.requireFinite();
        Dataset judged = validation == null ? null : validation.rows();
        Dataset known = data.known();
        Objective objective =
                Objective.of(model.graph(), settings.losses, trainer.memory(), known, DataRole.TRAINING, judged);
        String why = targetsAreFor(trainer, data);
        checkArgument(
                data.hasTargets() || why.isEmpty(),
                "SharedTraining expects the targets of all examples for %s but got those of a sample; add SharedData.targets",
                why);
        if (!objective.weighted().isEmpty() && known.weights().isEmpty()) {
            // Each process knows a sample alone, which does not say in which losses examples count differently.
            known = SharedData.weighted(known);
            objective =
                    Objective.of(model.graph(), settings.losses, trainer.memory(), known, DataRole.TRAINING, judged);
        }
        objective.features(data.sample(), DataRole.TRAINING);
        objective.wanted(known, DataRole.TRAINING);
        if (validation != null) {
            validation.requireFinite();
            objective.features(validation.sample(), DataRole.VALIDATION);
            objective.judged(validation.rows(), DataRole.VALIDATION);
        }
        Dataset one = data.sample().slice(0, 1);
        SharedPart.Common common = new SharedPart.Common(
                settings.replicated(),
                data.size(),
                objective.weighted().isEmpty() ? one : SharedData.weighted(one),
                judged,
                validation == null ? null : validation.sample().slice(0, 1),
                model.engine().name().equals(Engine.nd4j().name()),
                model.engine().precision(),
                OpTypes.of(model.traced()),
                0,
                0);
        SharedTraining made =
                new SharedTraining(trainer, data, validation, 1, Integer.MAX_VALUE, objective, known, common);
        objective.requireExamples(made.countings(), DataRole.TRAINING);
        made.requireAugmentable();
        made.prepared(seed -> new NoBatches(1));
        made.listeners();
        return made;
    }

    private void requireAugmentable() {
        Augmentation augmentation = common.settings().augmentation;
        if (augmentation != null
                && objective.graph().inputs().size() - objective.weighted().size() == 2) {
            DataType type = trainer.model().parameters().type();
            List<INDArray> arrays =
                    ExampleArrays.of(objective, common.sample(), type).sample();
            AugmentedRows.checked(augmentation, Tensors.dense(arrays.get(0), type), Tensors.dense(arrays.get(1), type));
        }
    }

    /**
     * Whether a trainer has settings that look at the targets of all examples, so that they have to be {@linkplain SharedData#targets known}: a
     * {@link Sampling} by classes, or one of your own, and a loss in which examples count differently, as by class weights or an
     * ignored class.
     *
     * @param data with a sample
     */
    public static boolean needsTargets(Trainer trainer, SharedData data) {
        checkGiven(trainer, "needsTargets", "a Trainer");
        checkGiven(data, "needsTargets", "SharedData");
        return !targetsAreFor(trainer, data).isEmpty();
    }

    /** What needs the targets of all examples; empty if nothing does. */
    private static String targetsAreFor(Trainer trainer, SharedData data) {
        Settings settings = trainer.settings();
        for (Map.Entry<String, Loss> each : settings.losses.entrySet()) {
            Value output = trainer.model().graph().outputs().get(each.getKey());
            Map<String, INDArray> targets = data.sample().targets();
            INDArray array = targets.size() == 1 ? targets.values().iterator().next() : targets.get(each.getKey());
            Loss loss = each.getValue();
            if (output != null && array != null) {
                loss.check(output.shape(), array, DataRole.TRAINING.toString());
            }
            if (loss.ignoredClass().isPresent()
                    || (output != null
                            && array != null
                            && loss.weights(output.shape(), array).isPresent())) {
                return "loss " + loss;
            }
        }
        try {
            settings.sampling.rows(data.withoutTargets(), 0);
            return "";
        } catch (IllegalStateException noTargets) {
            return "sampling " + RunTerms.lasting(settings.sampling);
        }
    }

    private static void requireShareable(Settings settings) {
        Augmentation augmentation = settings.augmentation;
        checkArgument(
                augmentation == null || !augmentation.mixesTargets(),
                "SharedTraining expects an augmentation that changes examples one by one but got %s; leave it out, as the"
                        + " other examples are on other machines",
                augmentation);
        checkArgument(
                !settings.accumulation.whole(),
                "SharedTraining expects accumulate but got accumulateAsOne; say a smaller batchSize, as several processes"
                        + " have a part of each batch each, which is normalised as one");
        Averaging averaging = settings.averaging;
        checkArgument(
                averaging == null || !averaging.recalibrate(),
                "SharedTraining expects averageWeights with recalibrate(false) but got %s, which measures on all training"
                        + " data after each epoch; recalibrate the network at the end",
                averaging);
        checkArgument(
                settings.bestPath == null || !settings.best.recalibrate(),
                "SharedTraining expects keepBest by the running averages of the training but got recalibrated(), which"
                        + " measures on all training data after each epoch; recalibrate the network at the end");
        checkArgument(
                settings.checkpoints == null,
                "SharedTraining expects a trainer without checkpoints but got %s; whoever runs the parts keeps their"
                        + " states, which resume takes",
                settings.checkpoints);
    }

    /** Has so many processes take part, at least 1. */
    public SharedTraining processes(int count) {
        checkArgument(count >= 1, "processes expects at least 1 but got %s", count);
        return new SharedTraining(trainer, data, validation, count, stepsPerPart, objective, known, common);
    }

    /** Cuts the training into parts of so many steps, at least 1, or fewer at the end of an epoch; by default of an epoch each. */
    public SharedTraining stepsPerPart(int steps) {
        checkArgument(steps >= 1, "stepsPerPart expects at least 1 step but got %s", steps);
        return new SharedTraining(trainer, data, validation, processes, steps, objective, known, common);
    }

    /**
     * Has batch normalisations take mean and variance of the examples of some processes alone, neighbours in the order of their ranks, which
     * is less to wait for; by default of all.
     *
     * @param members of each group; divides the number of processes
     */
    public SharedTraining groups(int members) {
        checkArgument(members >= 1, "groups expects at least 1 member but got %s", members);
        return new SharedTraining(
                trainer, data, validation, processes, stepsPerPart, objective, known, common.members(members));
    }

    /**
     * Has each process take steps of its own, on its own examples of each batch and with statistics of these alone, and all of them go on with
     * the mean of what they have come to after so many steps, at the end of each epoch and of each part: local SGD, which asks for one sum
     * then instead of several in each step. Parameters, running averages and what the optimiser remembers are averaged, and
     * weighted by what the examples of each have counted. With plain gradient descent, a mean after each step and no batch
     * normalisation that is the usual training; otherwise it is another one, whose result depends on the number of processes. Running averages
     * are those of batches of one process; measure them anew at the end.
     *
     * @param steps at least 1; the {@linkplain #stepsPerPart steps of a part} are a multiple of it
     */
    public SharedTraining averageEvery(int steps) {
        checkArgument(steps >= 1, "averageEvery expects at least 1 step but got %s", steps);
        Averaging averaging = common.settings().averaging;
        checkArgument(
                averaging == null,
                "averageEvery expects a training without averageWeights, as the weights of each process are its own between"
                        + " two means, but got %s; leave one of them out",
                averaging);
        return new SharedTraining(
                trainer, data, validation, processes, stepsPerPart, objective, known, common.averageEvery(steps));
    }

    /** The names of the inputs in the data, in the order of the arrays of a {@link SharedExample}. */
    public List<String> inputs() {
        return names().subList(0, names().size() - objective.targets().size());
    }

    /** The names of the targets in the data, in the order of the arrays of a {@link SharedExample} after its inputs. */
    public List<String> targets() {
        return names().subList(inputs().size(), names().size());
    }

    /** The classes that the network's ops are made of, for who reads its file elsewhere. */
    public List<Class<?>> ops() {
        return common.ops();
    }

    private List<String> names() {
        return ExampleArrays.of(objective, common.sample(), DataType.FLOAT).names();
    }

    /**
     * Trains as {@link Trainer#fit} does, and leaves the same behind in the network and in its trainer. An interrupt of the thread ends it after
     * the part before, also one that has {@code workers} throw a {@link java.util.concurrent.CancellationException}.
     *
     * @throws RuntimeException whatever {@code workers} throw; the network is then as it was after the last part
     */
    public History fit(Workers workers) {
        checkGiven(workers, "SharedTraining", "Workers");
        return SharedFit.run(this, workers, null);
    }

    /**
     * Goes on with a training from a state, which may have been begun by another process.
     *
     * @param state what a part has left
     * @throws io.github.bn4j.checkpoint.CheckpointException if network, data or settings differ from those that it was begun with
     */
    public History resume(byte[] state, Workers workers) {
        checkGiven(state, "resume", "a state");
        checkGiven(workers, "SharedTraining", "Workers");
        return SharedFit.run(this, workers, state);
    }

    Trainer trainer() {
        return trainer;
    }

    SharedData data() {
        return data;
    }

    SharedPart.Common common() {
        return common;
    }

    int processes() {
        return processes;
    }

    /** The number of steps after a part. */
    int end(int over, int steps) {
        return (int) Math.min(steps, (long) over + stepsPerPart);
    }

    /** Refuses batches that processes cannot be trained on. */
    void requireTrainable(List<StepBatches> any) {
        if (common.isLocal()) {
            requireTrainableApart(any);
            return;
        }
        int members = common.members() == 0 ? processes : common.members();
        checkArgument(
                processes % members == 0,
                "groups expects a number of members that divides the %s processes but got %s",
                processes,
                members);
        try (Collective one = Collective.threads(processes).get(0)) {
            StepBatches.runs(any).stream()
                    .mapToInt(BatchRows::batch)
                    .distinct()
                    .forEach(size -> ProgramRequirements.requireTrainable(
                            objective.graph(), Shard.even(one, size).groups(members)));
        }
    }

    private void requireTrainableApart(List<StepBatches> any) {
        int every = common.averageEvery();
        checkArgument(
                common.members() == 0,
                "averageEvery expects processes that step apart but got groups of %s that normalise together; leave one of"
                        + " them out",
                common.members());
        checkArgument(
                stepsPerPart == Integer.MAX_VALUE || stepsPerPart % every == 0,
                "averageEvery expects parts that end with a mean, of a multiple of %s steps, but got %s; say another"
                        + " stepsPerPart",
                every,
                stepsPerPart);
        StepBatches.runs(any).stream()
                .flatMapToInt(run -> Arrays.stream(Parts.even(run.batch(), processes)))
                .distinct()
                .forEach(size -> ProgramRequirements.requireTrainable(objective.graph(), Shard.whole(size)));
    }

    EpochPlan plan(long seed) {
        return new EpochPlan(
                data.rows(), new StepFactors(countings(), objective.targets().size()), common.settings(), seed);
    }

    private List<Counting> countings() {
        return data.hasTargets()
                ? objective.countings(objective.wanted(known, DataRole.TRAINING), known)
                : objective.weighted().stream()
                        .map(target -> new Counting(data.countsOfRows(), data.countsOfRows()))
                        .toList();
    }

    RunTerms terms() {
        RunTerms terms = RunTerms.of(
                trainer.model(),
                common.settings(),
                data.toString(),
                validation == null ? "none" : validation.toString());
        if (common.isLocal()) {
            return terms.with("averageEvery", Integer.toString(common.averageEvery()));
        }
        return isInGroups() ? terms.with("groups", Integer.toString(common.members())) : terms;
    }

    private boolean isInGroups() {
        return common.members() != 0 && common.members() != processes;
    }

    /** What each process does alike. */
    Preparation prepared(LongFunction<Batches> batches) {
        return Preparation.of(
                trainer.model(), trainer.memory(), common.settings(), data.sample(), objective, batches, judging());
    }

    private @Nullable Validation judging() {
        Dataset all = common.validation();
        return all == null
                ? null
                : Validation.of(objective, all, common.settings().metrics, model -> {
                    throw new AssertionError("judged where the validation data are not");
                });
    }

    /** Who is told of it here. */
    List<TrainingListener> listeners() {
        Settings here = trainer.settings().copy();
        here.averaging = null;
        here.stopping = null;
        here.maxSteps = Long.MAX_VALUE;
        return Preparation.of(
                        trainer.model(),
                        trainer.memory(),
                        here,
                        data.sample(),
                        objective,
                        seed -> new NoBatches(1),
                        judging())
                .listeners();
    }

    @Override
    public String toString() {
        return "SharedTraining[" + data + ", processes " + processes + "]";
    }
}
