package io.github.bn4j.train;

import static io.github.bn4j.internal.Checks.checkArgument;
import static io.github.bn4j.internal.Checks.checkGiven;
import static java.util.Objects.requireNonNull;

import io.github.bn4j.checkpoint.internal.ModelFile;
import io.github.bn4j.data.Dataset;
import io.github.bn4j.engine.Collective;
import io.github.bn4j.engine.Engine;
import io.github.bn4j.engine.Model;
import io.github.bn4j.engine.Precision;
import io.github.bn4j.internal.Parts;
import java.io.ByteArrayInputStream;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What one of the processes of a {@link SharedTraining} does in some steps of an epoch. Travels to it by Java's serialization. */
public final class SharedPart implements Serializable {

    private static final long serialVersionUID = 1;

    /**
     * What all processes are told alike.
     *
     * @param settings what they follow
     * @param size how many examples the data have
     * @param sample one of them
     * @param validation the validation data without their features; null if there are none
     * @param validationSample one of their examples; null likewise
     * @param reference whether they run on ND4J, whatever is faster
     * @param ops classes of which the network's ops are made
     * @param members of each group that batch normalisations take statistics of; 0 for all processes
     * @param averageEvery after how many steps of their own they average what they have come to; 0 if they take each step together
     */
    record Common(
            Settings settings,
            int size,
            Dataset sample,
            @Nullable Dataset validation,
            @Nullable Dataset validationSample,
            boolean reference,
            Precision precision,
            List<Class<?>> ops,
            int members,
            int averageEvery)
            implements Serializable {

        private static final long serialVersionUID = 1;

        Common members(int ofGroups) {
            return new Common(
                    settings,
                    size,
                    sample,
                    validation,
                    validationSample,
                    reference,
                    precision,
                    ops,
                    ofGroups,
                    averageEvery);
        }

        Common averageEvery(int steps) {
            return new Common(
                    settings, size, sample, validation, validationSample, reference, precision, ops, members, steps);
        }

        boolean isLocal() {
            return averageEvery > 0;
        }
    }

    private final Common common;
    private final int rank;
    private final int ranks;
    private final int epoch;
    private final int stepsPerEpoch;
    private final List<StepBatches> batches;
    private final @Nullable String stop;
    private final Map<String, Map<String, INDArray>> remembered;

    /**
     * A part.
     *
     * @param stop why the training is to end now; null if it is not
     * @param remembered what listeners elsewhere remember, by their names, for the state that is left
     */
    SharedPart(
            Common common,
            int rank,
            int ranks,
            int epoch,
            int stepsPerEpoch,
            List<StepBatches> batches,
            @Nullable String stop,
            Map<String, Map<String, INDArray>> remembered) {
        this.common = common;
        this.rank = rank;
        this.ranks = ranks;
        this.epoch = epoch;
        this.stepsPerEpoch = stepsPerEpoch;
        this.batches = new ArrayList<>(batches);
        this.stop = stop;
        this.remembered = new LinkedHashMap<>(remembered);
    }

    /** The number of the process that does it, from 0. */
    public int rank() {
        return rank;
    }

    /** How many processes there are. */
    public int ranks() {
        return ranks;
    }

    /** The number of the epoch, from 1. */
    public int epoch() {
        return epoch;
    }

    /** How many steps it has. */
    public int steps() {
        return batches.size();
    }

    int stepsPerEpoch() {
        return stepsPerEpoch;
    }

    List<StepBatches> batches() {
        return batches;
    }

    /** The numbers of its training examples in the data, in the order in which it has to be given them. */
    public int[] rows() {
        return StepBatches.runs(batches).stream()
                .flatMapToInt(batch -> Arrays.stream(batch.rows()))
                .toArray();
    }

    /** The numbers of its validation examples, neighbours in order; none without validation data. */
    public int[] validationRows() {
        Dataset all = common.validation();
        return all == null
                ? new int[0]
                : IntStream.range(start(rank, all.size()), start(rank + 1, all.size()))
                        .toArray();
    }

    private int start(int number, int size) {
        return number == 0 ? 0 : Parts.ends(size, ranks)[number - 1];
    }

    /**
     * Takes the steps, together with the other processes, which do the same at the same time. The collective stays open for the next
     * part, unless this one fails.
     *
     * @param collective all processes; this one has the rank that this part is for
     * @param state what the part before it left
     * @param examples those of {@link #rows}, in order; may be asked for by another thread
     * @param validation the inputs of those of {@link #validationRows}, in order; asked for where an epoch ends
     * @return the state after the steps from rank 0, which is what all have; empty from the others
     * @throws IllegalStateException if numbers stop being finite; the message says where, and is the same everywhere
     * @throws io.github.bn4j.engine.CollectiveException if another process fails, or is gone
     * @throws CancellationException if the thread is interrupted
     */
    public Optional<byte[]> run(
            Collective collective, byte[] state, Iterator<SharedExample> examples, Iterator<SharedExample> validation) {
        checkGiven(collective, "SharedPart", "a Collective");
        checkGiven(state, "SharedPart", "a state");
        checkGiven(examples, "SharedPart", "examples");
        checkGiven(validation, "SharedPart", "validation examples, or an iterator without any,");
        checkArgument(
                collective.rank() == rank && collective.size() == ranks,
                "SharedPart expects rank %s of %s but got %s of %s; each rank has a part of its own",
                rank,
                ranks,
                collective.rank(),
                collective.size());
        try {
            return steps(collective, state, examples, validation);
        } catch (RuntimeException | Error failure) {
            collective.fail(failure);
            throw failure;
        }
    }

    private Optional<byte[]> steps(
            Collective collective, byte[] state, Iterator<SharedExample> examples, Iterator<SharedExample> validation) {
        SavedTraining saved = StateBytes.read(state, file -> TrainingFile.read(file, List.of()));
        ModelFile file = ModelFile.load(
                new ByteArrayInputStream(state), "a state", common.ops().toArray(Class<?>[]::new));
        Model loaded = file.model();
        Model model = loaded.on(engine(loaded, collective));
        TrainingMemory memory =
                TrainingSections.read(file.sections(), model.graph().outputs().keySet());
        TrainingState training = new TrainingState(memory);
        List<byte[]> left = new ArrayList<>();
        Preparation prepared = prepared(model, memory, collective, examples, validation);
        if (stop != null) {
            prepared = prepared.with(new Stop(stop));
        }
        if (common.isLocal()) {
            prepared = prepared.with(
                    new LocalSteps(collective, model, training, common.settings(), common.averageEvery(), batches));
        }
        if (rank == 0) {
            prepared = prepared.with(new Checkpointing(
                    new StateStore(model, memory, remembered, left),
                    training,
                    saved.run().terms(),
                    prepared.listeners()));
        }
        new Fit(prepared, model, training, common.settings(), saved).run();
        if (Thread.currentThread().isInterrupted()) {
            throw new CancellationException("SharedPart expects to come to its end but got an interrupt after "
                    + (training.steps() - saved.steps()) + " of " + batches.size() + " steps");
        }
        return left.isEmpty() ? Optional.empty() : Optional.of(left.get(left.size() - 1));
    }

    private Engine engine(Model loaded, Collective collective) {
        loaded.engine()
                .obstacle(common.precision())
                .filter(reason -> !common.reference())
                .ifPresent(reason -> {
                    throw new IllegalStateException(
                            "training expects each process to gain from the mixed precision of the network but got, in rank "
                                    + rank + " of " + ranks + ": " + reason
                                    + "; train net.precision(Precision.FULL), or on other machines");
                });
        Engine usual = common.reference() ? Engine.nd4j() : loaded.engine().precision(common.precision());
        return common.isLocal()
                ? new OwnEngine(usual, rank)
                : new PartEngine(usual, collective, common.members() == 0 ? ranks : common.members());
    }

    private Preparation prepared(
            Model model,
            TrainingMemory memory,
            Collective collective,
            Iterator<SharedExample> examples,
            Iterator<SharedExample> validation) {
        Settings settings = common.settings();
        Objective objective =
                Objective.of(model.graph(), settings.losses, memory, common.sample(), DataRole.TRAINING, null);
        ExampleArrays arrays =
                ExampleArrays.of(objective, common.sample(), model.parameters().type());
        return Preparation.of(
                model,
                memory,
                settings,
                common.sample(),
                objective,
                seed -> new PartBatches(this, arrays, examples, settings.augmentation, common.size(), seed),
                judging(model, objective, collective, validation));
    }

    private @Nullable Validation judging(
            Model model, Objective objective, Collective collective, Iterator<SharedExample> examples) {
        Dataset all = common.validation();
        if (all == null) {
            return null;
        }
        Dataset sample = requireNonNull(common.validationSample());
        return Validation.of(
                objective,
                all,
                common.settings().metrics,
                new SharedValidation(
                        collective,
                        start(rank, all.size()),
                        start(rank + 1, all.size()),
                        all.size(),
                        ExampleArrays.ofInputs(
                                objective, sample, model.parameters().type()),
                        List.copyOf(
                                objective.features(sample, DataRole.VALIDATION).keySet()),
                        objective.judged(all, DataRole.VALIDATION),
                        examples));
    }

    /** Ends the training because the process that hands out parts says so. */
    record Stop(String reason) implements TrainingListener {

        @Override
        public void onStart(TrainingRun run) {
            run.stop(reason);
        }
    }

    @Override
    public String toString() {
        return "SharedPart[rank " + rank + " of " + ranks + ", " + batches.size() + " steps of epoch " + epoch + "]";
    }
}
