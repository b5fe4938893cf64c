package io.github.bn4j.train;

import static io.github.bn4j.internal.Checks.checkArgument;
import static io.github.bn4j.internal.Checks.checkDirectoryOf;
import static io.github.bn4j.internal.Checks.checkEachGiven;
import static io.github.bn4j.internal.Checks.checkGiven;
import static io.github.bn4j.internal.Checks.checkPresent;
import static io.github.bn4j.train.OptimizerChecks.checkNotNegative;

import io.github.bn4j.data.Augmentation;
import io.github.bn4j.data.Dataset;
import io.github.bn4j.data.Sampling;
import io.github.bn4j.data.TailBatch;
import io.github.bn4j.engine.Binding;
import io.github.bn4j.engine.Model;
import io.github.bn4j.engine.Prediction;
import io.github.bn4j.graph.Parameter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Trains a network: settings first, then {@link #fit}. Every setting returns a new trainer and leaves this one as it is. The
 * parameters of the network are what {@code fit} changes.
 *
 * <p>A training begins with {@code Network.trainer()}, and all trainers that are made of that one by settings belong to it: each
 * {@code fit} goes on where the one before ended, with the next epoch, what the optimiser remembers, and one history. Two fits of
 * k epochs are, bit for bit, one of 2 k, where the learning rate is constant. {@code Network.trainer()} called again, or {@link #restart}, begins a new
 * training of the same network, which starts anew in all these, and in another order and with other random masks and
 * augmentations than those before.
 *
 * <p>Defaults: Adam with learning rate 1e-3, 1 epoch, batches of 32, shuffled anew in each epoch, the last smaller batch
 * kept. Where no loss is said, the targets of the data decide: see {@link UsualLoss}.
 */
public final class Trainer {

    private final Model model;
    private final TrainingMemory memory;
    private final TrainingState state;
    private final Settings settings;

    private Trainer(Model model, TrainingMemory memory, TrainingState state, Settings settings) {
        this.model = model;
        this.memory = memory;
        this.state = state;
        this.settings = settings;
    }

    /**
     * A trainer with the defaults.
     *
     * @param memory what the network remembers of its trainings. Modified by {@code fit}.
     */
    public static Trainer of(Model model, TrainingMemory memory) {
        return new Trainer(model, memory, new TrainingState(memory), new Settings());
    }

    private Trainer with(Consumer<Settings> change) {
        Settings changed = settings.copy();
        change.accept(changed);
        return new Trainer(model, memory, state, changed);
    }

    /**
     * Sets the optimiser, by default Adam with learning rate 1e-3. In a training that goes on, one of the same class takes
     * over what the one before remembers, so that only its numbers change; one of another class starts with zeros.
     *
     * @throws IllegalArgumentException if it is not for this network
     */
    public Trainer optimizer(Optimizer optimizer) {
        checkGiven(optimizer, "optimizer", "an Optimizer");
        OptimizerChecks.checkSlots(optimizer);
        optimizer.check(trained());
        return with(changed -> changed.optimizer = optimizer);
    }

    /**
     * Sets the weight decay of the parameters that a pattern fits, in the stead of that of the optimiser, which gamma, beta and
     * biases are exempt from. It works in the optimiser's own way, and as an L2 penalty where that knows none. Of several
     * patterns that fit a parameter the last one holds.
     *
     * @param pattern fits names of parameters such as {@code conv2d_1.weight}, or of layers; {@code *} stands for any characters,
     *     {@code ?} for one
     * @param weightDecay at least 0
     * @throws IllegalArgumentException if the pattern fits no trainable parameter
     */
    public Trainer decay(String pattern, double weightDecay) {
        checkGiven(pattern, "decay", "a pattern of names of parameters");
        checkNotNegative("decay", "a strength", weightDecay);
        ParameterPattern parameters = new ParameterPattern(pattern);
        parameters.check("decay", trained());
        WeightDecay.Rule rule = new WeightDecay.Rule(parameters, weightDecay);
        return with(changed -> changed.rules = settings.rules.plus(rule));
    }

    /**
     * Adds {@code strength · Σ |p|} over the elements of the parameters that a pattern fits to what is made small: an L1 penalty
     * (lasso), which draws them to 0 with the same force however small they are, such as the gamma of channels that are to be pruned
     * (Liu et al. 2017, Network slimming, equation 1). Its gradient, {@code strength · sign p} and 0 at 0, joins that of the loss
     * before any {@linkplain #changeGradients change}. The losses that are reported, also to schedules and listeners, are those
     * of the data, without penalties. Several penalties on a parameter are added up.
     *
     * @param pattern as in {@link #decay}
     * @param strength at least 0
     * @throws IllegalArgumentException if the pattern fits no trainable parameter
     */
    public Trainer l1(String pattern, double strength) {
        return penalty(Penalty.Kind.L1, pattern, strength);
    }

    /**
     * Adds {@code strength / 2 · Σ p²} over the elements of the parameters that a pattern fits to what is made small: an L2 penalty
     * (ridge), with the gradient {@code strength · p}; together with {@link #l1}, which it is else like, an elastic net. Unlike {@link
     * #decay} with AdamW it is part of what Adam and others divide by, and unlike that with SGD it is clipped. Keras's
     * {@code L2(s)} is {@code l2} of {@code 2 s}.
     *
     * @param pattern as in {@link #decay}
     * @param strength at least 0
     * @throws IllegalArgumentException if the pattern fits no trainable parameter
     */
    public Trainer l2(String pattern, double strength) {
        return penalty(Penalty.Kind.L2, pattern, strength);
    }

    private Trainer penalty(Penalty.Kind kind, String pattern, double strength) {
        checkGiven(pattern, kind.toString(), "a pattern of names of parameters");
        checkNotNegative(kind.toString(), "a strength", strength);
        ParameterPattern parameters = new ParameterPattern(pattern);
        parameters.check(kind.toString(), trained());
        Penalty penalty = new Penalty(kind, parameters, strength);
        return with(changed -> changed.penalties = plus(settings.penalties, penalty));
    }

    /**
     * Multiplies the learning rate of the parameters that a pattern fits, after the schedule: a new head may learn faster than what is
     * trained already. It is the rate that is multiplied, not the gradient, whose scale means nothing to Adam. Of several
     * patterns that fit a parameter the last one holds.
     *
     * @param pattern as for {@link #decay}
     * @param factor above 0
     * @throws IllegalArgumentException if the pattern fits no trainable parameter, or the factor is not above 0
     */
    public Trainer rate(String pattern, double factor) {
        checkGiven(pattern, "rate", "a pattern of names of parameters");
        checkArgument(
                factor > 0 && Double.isFinite(factor),
                "rate expects a factor above 0 but got %s; use net.freeze(\"%s\") for what is not to be trained",
                factor,
                pattern);
        ParameterPattern parameters = new ParameterPattern(pattern);
        parameters.check("rate", trained());
        RateRule rule = new RateRule(parameters, factor);
        return with(changed -> changed.rules = settings.rules.plus(rule));
    }

    /**
     * Changes the gradients of each step before the optimiser takes them, after the changes that were said before.
     *
     * @param change see {@link GradientChange}
     */
    public Trainer changeGradients(GradientChange change) {
        checkGiven(change, "changeGradients", "a GradientChange");
        return with(changed -> changed.changes = plus(settings.changes, change));
    }

    /** Shortens all gradients together where their norm exceeds {@code longest}; see {@link GradientChange#clipNorm}. */
    public Trainer clipNorm(double longest) {
        return changeGradients(GradientChange.clipNorm(longest));
    }

    /** Shortens the gradient of each parameter by itself; see {@link GradientChange#clipEachNorm}. */
    public Trainer clipEachNorm(double longest) {
        return changeGradients(GradientChange.clipEachNorm(longest));
    }

    /** Keeps each element of the gradients within {@code largest}; see {@link GradientChange#clipValue}. */
    public Trainer clipValue(double largest) {
        return changeGradients(GradientChange.clipValue(largest));
    }

    private List<Parameter> trained() {
        return model.parameters().all().stream().filter(Parameter::trainable).toList();
    }

    private static <T> List<T> plus(List<T> before, T one) {
        return Stream.concat(before.stream(), Stream.of(one)).toList();
    }

    /**
     * Changes the learning rate in the course of each {@code fit}, from its first step to its last; by default it is
     * constant. One that watches validation data, as {@link Schedule#plateau} does, goes on in the next {@code fit}.
     */
    public Trainer schedule(Schedule schedule) {
        checkGiven(schedule, "schedule", "a Schedule");
        return with(changed -> changed.schedule = schedule);
    }

    /**
     * Sets the loss on the network's only output. Without one, {@code fit} takes the {@linkplain UsualLoss usual} one for the targets of its data.
     *
     * @throws IllegalArgumentException if the network has several outputs
     */
    public Trainer loss(Loss loss) {
        checkArgument(
                model.graph().outputs().size() == 1,
                "loss expects a network with one output but got %s; use loss(output, loss) for each",
                model.graph().outputs().keySet());
        return loss(model.graph().outputs().keySet().iterator().next(), loss);
    }

    /** Sets the loss on the named output, in addition to those on others; the losses are added up. */
    public Trainer loss(String output, Loss loss) {
        checkGiven(output, "loss", "the name of an output");
        checkGiven(loss, "loss", "a Loss");
        return with(changed -> changed.losses.put(output, loss));
    }

    /** Sets the number of passes over the data in each {@code fit}, at least 1 (default). */
    public Trainer epochs(int epochs) {
        checkArgument(epochs >= 1, "epochs expects at least 1 pass but got %s", epochs);
        return with(changed -> changed.epochs = epochs);
    }

    /**
     * Ends each {@code fit} after so many steps, if its epochs have not ended it before. Schedules are told that there are no more. The
     * epoch that is under way is over then, and is judged as every epoch is.
     *
     * @param steps at least 1
     */
    public Trainer maxSteps(long steps) {
        checkArgument(steps >= 1, "maxSteps expects at least 1 step but got %s", steps);
        return with(changed -> changed.maxSteps = steps);
    }

    /**
     * Ends each {@code fit} after the step within which so much time is over, if its epochs have not ended it before: for example
     * {@code epochs(1000).maxTime(Duration.ofMinutes(10))}. The epoch that is under way is over then, and is judged as every
     * epoch is. Schedules do not know of it.
     *
     * @param time above 0
     */
    public Trainer maxTime(Duration time) {
        checkGiven(time, "maxTime", "a Duration");
        checkArgument(
                !time.isZero() && !time.isNegative(),
                "maxTime expects a time above 0 but got %s; take some seconds",
                time);
        return with(changed -> changed.maxTime = time);
    }

    /**
     * Sets the number of examples per batch, at least 1, by default 32; each batch is a step unless {@link #accumulate} is
     * said.
     */
    public Trainer batchSize(int batchSize) {
        checkArgument(batchSize >= 1, "batchSize expects at least 1 example but got %s", batchSize);
        return with(changed -> changed.batchSize = batchSize);
    }

    /**
     * Takes a step for every {@code batches} batches: their gradients are averaged over all examples before the optimiser
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
     * Takes a step for every {@code batches} batches, like {@link #accumulate}, but normalises by mean and variance of all
     * examples of the step: everything is what one large batch would give, up to rounding. Takes the memory of one batch and
     * more time: for each batch normalisation, what comes before it is computed up to three times again. Runs on ND4J,
     * whatever the engine.
     *
     * @param batches at least 1
     */
    public Trainer accumulateAsOne(int batches) {
        checkArgument(batches >= 1, "accumulateAsOne expects at least 1 batch per step but got %s", batches);
        return with(changed -> changed.accumulation = new Accumulation(batches, true));
    }

    /**
     * Says which examples an epoch has and in what order, by default all of them, shuffled: {@link Sampling#balanced} or {@link
     * Sampling#weighted} where some are rare. What is rare is then seen more often, so do not weigh it in the loss as well.
     */
    public Trainer sampling(Sampling sampling) {
        checkGiven(sampling, "sampling", "a Sampling");
        return with(changed -> changed.sampling = sampling);
    }

    /** Says what becomes of a smaller last batch of an epoch, by default {@link TailBatch#KEEP}. */
    public Trainer tail(TailBatch tail) {
        checkGiven(tail, "tail", "a TailBatch");
        return with(changed -> changed.tail = tail);
    }

    /**
     * Sets a seed for shuffling, random masks and augmentation: order, masks and augmentation are then those
     * of this seed in each training, whatever was trained before. By default they come from the network's seed and the number of
     * the training, so that each training has others.
     */
    public Trainer seed(long seed) {
        return with(changed -> changed.seed = seed);
    }

    /**
     * Changes the training examples at random, anew in each epoch; validation sees the data as they are. For a
     * network with one input and one output, in float32.
     */
    public Trainer augment(Augmentation augmentation) {
        checkGiven(augmentation, "augment", "an Augmentation");
        return with(changed -> changed.augmentation = augmentation);
    }

    /** Adds a listener, which is told what happens. */
    public Trainer listener(TrainingListener listener) {
        checkGiven(listener, "listener", "a TrainingListener");
        return with(changed -> changed.listeners = plus(settings.listeners, listener));
    }

    /**
     * Adds a listener that is told what happens in {@code fit} unless another one of its class is; loops, which have no events, take no offence at
     * it. One replaces another.
     */
    public Trainer usualListener(TrainingListener listener) {
        checkGiven(listener, "usualListener", "a TrainingListener");
        return with(changed -> changed.usual = listener);
    }

    /**
     * Measures on the validation data after each epoch, besides loss and accuracy: {@link Epoch#metrics} has them by their names,
     * which {@link EarlyStopping} and {@link KeepBest} take. Of several outputs each metric is measured on those that it is for,
     * and goes by the name {@code output.metric}.
     *
     * @param metrics replace those said before
     * @throws IllegalArgumentException if two have the same name, or one is called {@code loss}
     */
    public Trainer metrics(Metric... metrics) {
        checkEachGiven(metrics, "metrics", "Metrics");
        Set<String> names = new HashSet<>(Set.of(Watched.LOSS));
        for (Metric metric : metrics) {
            checkArgument(
                    names.add(metric.name()),
                    "metrics expects names of their own but got \"%s\" again; leave one out, or rename it",
                    metric.name());
        }
        return with(changed -> changed.metrics = List.of(metrics));
    }

    /**
     * Ends each {@code fit} when a metric has not got better for some epochs.
     *
     * <p>However {@code fit} ends, at its last epoch, early, by an interrupt or an error, the network is then as it was after its
     * best epoch, parameters and running averages, unless {@link EarlyStopping#restoreBest} says otherwise. What the optimiser
     * remembers stays that of the last step. The next {@code fit} goes on from there, with the best so far and its patience
     * new. An epoch in which the metric is NaN, or not defined, is without gain and never the best; where none was any better, the
     * network ends as the last epoch leaves it.
     */
    public Trainer stopEarly(EarlyStopping how) {
        checkGiven(how, "stopEarly", "an EarlyStopping");
        return with(changed -> changed.stopping = how);
    }

    /**
     * Averages the weights on the way. Epochs are judged by the average, so {@link #keepBest}, {@link #stopEarly} and the history are
     * about it, and {@code fit} leaves it in the network, however it ends. Running averages of batch normalisations are measured anew for
     * it, on the training data. The training itself goes on from its own weights, also in the next {@code fit} unless somebody
     * has written to the parameters meanwhile: then both begin with what is there.
     */
    public Trainer averageWeights(Averaging how) {
        checkGiven(how, "averageWeights", "an Averaging");
        return with(changed -> changed.averaging = how);
    }

    /** Stores the network with the smallest validation loss; see {@link #keepBest(Path, KeepBest)}. */
    public Trainer keepBest(Path path) {
        return keepBest(path, KeepBest.byLoss());
    }

    /**
     * Stores the network after each epoch that is the best so far. The file is replaced as a whole or not at
     * all, and holds the very network that was judged. The next {@code fit} goes on to compare with the best, as long as the file
     * is there. The network itself ends as the last epoch leaves it; {@code
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
     * Stores the training on its way, so that {@link #resume} goes on with it after the process has ended in whatever way.
     *
     * <p>A checkpoint that cannot be written, as on a full disk, ends {@code fit} with an error; those before it stay as they are.
     */
    public Trainer checkpoints(Checkpoints how) {
        checkGiven(how, "checkpoints", "Checkpoints");
        return with(changed -> changed.checkpoints = how);
    }

    /**
     * Trains on {@code data}; goes on where the last {@code fit} of this training ended.
     *
     * <p>An interrupt of the thread, as by {@code Future.cancel(true)} and by Ctrl-C in the shell of bn4j, ends it before the next step,
     * without judging the epoch that it cuts short: that has no entry, and its number is not used again. The interrupt stays with the
     * thread, so that what comes next in a cancelled task ends as well; {@code Thread.interrupted()} takes it away.
     *
     * @return all epochs of this training so far, and why it {@linkplain History#endedEarly ended early} if it did
     * @throws IllegalArgumentException if the data do not fit the network, contain NaN or infinity or class numbers that
     *     are none, or a batch has only one value per channel of a batch normalisation; the network is unchanged then
     * @throws IllegalStateException if another {@code fit} is running on the network, or if numbers stop being finite on
     *     the way; the message then names the layer, and the parameters are those before the step
     */
    public History fit(Dataset data) {
        checkGiven(data, "fit", "a Dataset");
        return train(data, null);
    }

    /** Trains like {@link #fit(Dataset)}, and judges by {@code validation} after each epoch. */
    public History fit(Dataset data, Dataset validation) {
        checkGiven(data, "fit", "a Dataset");
        checkGiven(validation, "fit", "a Dataset for validation, or none,");
        return train(data, validation);
    }

    /**
     * A training whose batches are handed to it one by one, with what this trainer says of a step: optimiser, loss, changes of
     * gradients, seed, {@link #accumulateAsOne}. Epochs, batch size and tail are those of {@code fit} alone. A schedule is asked
     * with a number of steps that nobody knows: those that fall towards an end need {@link #loop(int, long)}.
     *
     * @param batchSize the most rows that the network is run on at a time, at least 1; steps of fewer are smaller, those of more
     *     are made as {@link #accumulate} does, in batches of almost equal size
     * @return to be closed
     * @throws IllegalArgumentException if there is no loss, or something is set that is not of a step, as a listener
     * @throws IllegalStateException if the schedule has to know the number of steps, or parameters are not finite
     */
    public Loop loop(int batchSize) {
        return openLoop(batchSize, 0);
    }

    /**
     * A training like {@link #loop(int)}, with a schedule that ends in step {@code steps}; for steps after that it stays where it
     * is.
     *
     * @param steps at least 1
     */
    public Loop loop(int batchSize, long steps) {
        checkArgument(steps >= 1, "loop expects at least 1 step but got %s", steps);
        return openLoop(batchSize, steps);
    }

    private Loop openLoop(int batchSize, long steps) {
        checkArgument(batchSize >= 1, "loop expects batches of at least 1 example but got %s", batchSize);
        return new Loop(model, memory, state, settings, batchSize, steps);
    }

    /**
     * Ends the {@code fit} of this training that is under way, after its next step; for any thread. See {@link TrainingRun#stop}.
     *
     * @param reason why, as a part of a sentence
     * @return whether a {@code fit} was under way
     */
    public boolean stop(String reason) {
        TrainingRun.checkReason(reason);
        return state.stop(reason);
    }

    /**
     * A trainer with these settings that begins a new training of the same network: epochs count from 1, the optimiser and listeners remember
     * nothing, and order, masks and augmentation are others. The parameters stay what they are; {@code build} makes new ones.
     */
    public Trainer restart() {
        return new Trainer(model, memory, new TrainingState(memory), settings);
    }

    /**
     * Tries learning rates, from 1e-7 to 10 in 100 steps each larger than the one before by the same factor, with the settings of this
     * trainer but for its schedule and listeners, until the loss gets much larger. All of it happens to a copy: the network, what
     * the optimiser remembers and the next {@code fit} are what they would be without.
     *
     * @param data to train the copy on
     * @throws IllegalArgumentException if the data do not fit the network
     * @throws CancellationException if the thread is interrupted
     */
    public RateFinder findRate(Dataset data) {
        checkGiven(data, "findRate", "a Dataset");
        return RateSearch.run(model, memory, settings, data);
    }

    /**
     * Trains like {@link #fit(Dataset)}, but goes on from the newest of the {@link #checkpoints}, if there is one. What follows is, to
     * the bit, what would have followed there: parameters, what the optimiser remembers, history, and all that listeners with a name
     * remember. A training that had come to its end is brought back, and takes no step.
     *
     * <p>Network, data and settings have to be those that it was begun with. Another number of epochs is right where the schedule
     * would have been the same so far, and {@link #keepBest(Path)} may name another file.
     *
     * @return all epochs of the training
     * @throws io.github.bn4j.checkpoint.CheckpointException if network, data or settings differ, the message says in what and has both;
     *     or if there are checkpoints, but none that can be read. The network is unchanged then
     * @throws IllegalArgumentException if no checkpoints are set, and whenever {@code fit} throws it
     */
    public History resume(Dataset data) {
        checkGiven(data, "resume", "a Dataset");
        return resumed(data, null);
    }

    /** Goes on like {@link #resume(Dataset)}, and judges by {@code validation} after each epoch. */
    public History resume(Dataset data, Dataset validation) {
        checkGiven(data, "resume", "a Dataset");
        checkGiven(validation, "resume", "a Dataset for validation, or none,");
        return resumed(data, validation);
    }

    private History resumed(Dataset data, @Nullable Dataset validation) {
        Checkpoints how = checkPresent(
                settings.checkpoints,
                "resume expects a trainer with checkpoints to go on from but got one without; call"
                        + " checkpoints(Checkpoints.in(folder)) first, for the run to be resumed as well");
        Settings said = settings.withLosses(model.graph(), data);
        Preparation prepared = Preparation.of(model, memory, said, data, validation);
        History history = new CheckpointedFit(how, model, memory, state, said)
                .resume(prepared, RunTerms.of(model, said, data, validation));
        return withDetails(history, said, data, validation);
    }

    private History withDetails(History history, Settings said, Dataset data, @Nullable Dataset validation) {
        return history.with(RunDetails.of(model, memory, state, said, data, Optional.ofNullable(validation)));
    }

    /** A trainer of the same training that writes what it stores beside what this one would, as that of {@code whose}. */
    Trainer apart(String whose) {
        return with(changed -> {
            Checkpoints how = settings.checkpoints;
            Path best = settings.bestPath;
            changed.checkpoints = how == null ? null : how.apart(whose);
            changed.bestPath = best == null ? null : best.resolveSibling(whose + "-" + best.getFileName());
        });
    }

    /** Resumes if there are checkpoints to store, else fits. */
    History fitOrResume(Dataset data, @Nullable Dataset validation) {
        return settings.checkpoints == null ? train(data, validation) : resumed(data, validation);
    }

    Model model() {
        return model;
    }

    TrainingMemory memory() {
        return memory;
    }

    TrainingState state() {
        return state;
    }

    Settings settings() {
        return settings;
    }

    boolean hasTrained() {
        return state.hasBegun();
    }

    /** Judges the network as it is. */
    Evaluation evaluate(Dataset data) {
        try (Prediction prediction = new Prediction(model)) {
            return new Evaluator(model.graph(), memory)
                    .evaluate(
                            data,
                            Optional.empty(),
                            inputs -> prediction.run(
                                    Binding.ofData("evaluate", model.graph().inputs(), inputs)));
        }
    }

    private History train(Dataset data, @Nullable Dataset validation) {
        Settings said = settings.withLosses(model.graph(), data);
        Preparation prepared = Preparation.of(model, memory, said, data, validation);
        Checkpoints how = said.checkpoints;
        History history = how == null
                ? new Fit(prepared, model, state, said).run()
                : new CheckpointedFit(how, model, memory, state, said)
                        .begin(prepared, RunTerms.of(model, said, data, validation));
        return withDetails(history, said, data, validation);
    }

    @Override
    public String toString() {
        return "Trainer[" + settings.describe(settings.seed(state.seed(model.seed()))) + "]";
    }
}
