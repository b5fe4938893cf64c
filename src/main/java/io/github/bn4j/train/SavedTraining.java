package io.github.bn4j.train;

import static java.util.Objects.requireNonNull;

import io.github.bn4j.checkpoint.Sections;
import io.github.bn4j.checkpoint.TensorFile;
import io.github.bn4j.engine.Model;
import io.github.bn4j.graph.Parameters;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A training as a checkpoint holds it: how far it has come, what it follows from, and what it was run by. Prints as that in one
 * line.
 */
public final class SavedTraining {

    private final Path file;
    private final TensorFile content;
    private final RunSnapshot run;
    private final Provenance provenance;
    private final List<String> passedOver;

    SavedTraining(Path file, TensorFile content, RunSnapshot run, Provenance provenance, List<String> passedOver) {
        this.file = file;
        this.content = content;
        this.run = run;
        this.provenance = provenance;
        this.passedOver = List.copyOf(passedOver);
    }

    /** The file, which {@code Network.load} reads as well. */
    public Path file() {
        return file;
    }

    /** How many steps the training has taken. */
    public long steps() {
        return run.position().steps();
    }

    /** All finished epochs. */
    public List<Epoch> epochs() {
        return Collections.unmodifiableList(run.epochs());
    }

    /** All finished epochs as a history, which knows the settings and what they were run by, but neither network nor data. */
    public History history() {
        return new History(run.epochs(), new History(List.of()).metrics(), stopped(), Optional.of(RunDetails.of(this)));
    }

    /** Why the training ended before its last epoch; empty if it did not. */
    public Optional<String> stopped() {
        return Optional.ofNullable(run.stopped());
    }

    /** The network, the data, the seed and all settings that the training follows from, by name; of data there is a digest. */
    public Map<String, String> terms() {
        return Collections.unmodifiableMap(run.terms().texts());
    }

    /** What it was run by. */
    public Provenance provenance() {
        return provenance;
    }

    /** Newer checkpoints that cannot be read, each with what is wrong with it. */
    public List<String> passedOver() {
        return passedOver;
    }

    RunSnapshot run() {
        return run;
    }

    /**
     * The seed of the training, if nobody said one.
     *
     * @param seed that of the network
     */
    long seed(long seed) {
        return TrainingState.seed(seed, run.position().training());
    }

    /** The epochs up to a number. */
    History history(int number, Map<String, Metric> metrics) {
        return new History(
                run.epochs().stream().filter(epoch -> epoch.number() <= number).toList(), metrics, Optional.empty());
    }

    /** What whoever watches the training go on should know. */
    List<String> notices(Provenance now) {
        List<String> notices = new ArrayList<>();
        passedOver.forEach(why -> notices.add("passed over a checkpoint: " + why));
        notices.add("goes on from " + this);
        if (!provenance.isLike(now)) {
            notices.add("now by " + now + ", so last bits may differ");
        }
        return notices;
    }

    /** Brings back parameters, running statistics and what the network remembers of its trainings. */
    void restore(Model model, TrainingMemory memory) {
        Parameters parameters = model.parameters();
        parameters.step(() -> {
            for (String name : parameters.names()) {
                parameters.get(name).assign(requireNonNull(content.tensors().get(name)));
            }
        });
        Sections sections = Sections.of(content, file);
        memory.restore(TrainingSections.read(sections, model.graph().outputs().keySet()));
    }

    @Override
    public String toString() {
        EpochSoFar epoch = run.underWay();
        return "\"" + file + "\", " + steps() + " steps, " + epochs().size()
                + (epochs().size() == 1 ? " epoch" : " epochs")
                + (epoch == null ? "" : " and " + epoch.steps() + " steps of epoch " + epoch.number())
                + stopped().map(reason -> ", ended because " + reason).orElse("") + ", written at " + provenance.time()
                + " by "
                + provenance;
    }
}
