package io.github.bn4j.train;

import io.github.bn4j.data.Dataset;
import io.github.bn4j.engine.Binding;
import io.github.bn4j.engine.Model;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * What a training was run with: of a history that {@code fit} returns also the network and the data themselves, which it keeps in memory
 * as long as it is kept; of one that was read from a checkpoint what the file says.
 */
public final class RunDetails {

    private final Map<String, String> settings;
    private final Provenance provenance;
    private final Optional<Subject> subject;

    /**
     * What was trained, on what.
     *
     * @param model as it is now
     * @param data what it was trained on
     * @param validation what its epochs were judged by; empty if there was nothing
     * @param memory what the network remembers of its trainings
     * @param changed whether it has been trained on since
     */
    record Subject(
            Model model, Dataset data, Optional<Dataset> validation, TrainingMemory memory, BooleanSupplier changed) {}

    RunDetails(Map<String, String> settings, Provenance provenance, Optional<Subject> subject) {
        this.settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
        this.provenance = provenance;
        this.subject = subject;
    }

    /** Those of a training that has just ended. */
    static RunDetails of(
            Model model,
            TrainingMemory memory,
            TrainingState state,
            Settings settings,
            Dataset data,
            Optional<Dataset> validation) {
        Map<String, String> texts = new LinkedHashMap<>();
        settings.terms().forEach((name, value) -> texts.put(name, RunTerms.lasting(value)));
        addLimits(texts, settings.limits());
        texts.put("seed", Long.toString(settings.seed(state.seed(model.seed()))));
        texts.put("type", model.parameters().type().toString());
        texts.put("training data", data.toString());
        texts.put("validation data", validation.map(Dataset::toString).orElse("none"));
        long steps = state.steps();
        long trainings = memory.trainings();
        BooleanSupplier changed = () -> state.steps() != steps || memory.trainings() != trainings;
        return new RunDetails(
                texts,
                Provenance.now(model.engine()),
                Optional.of(new Subject(model, data, validation, memory, changed)));
    }

    /** Those that a checkpoint holds. */
    static RunDetails of(SavedTraining saved) {
        Map<String, String> texts = new LinkedHashMap<>(saved.terms());
        addLimits(texts, saved.run().limits());
        return new RunDetails(texts, saved.provenance(), Optional.empty());
    }

    private static void addLimits(Map<String, String> texts, RunLimits limits) {
        texts.put("epochs", Integer.toString(limits.epochs()));
        if (limits.maxSteps() < Long.MAX_VALUE) {
            texts.put("maxSteps", Long.toString(limits.maxSteps()));
        }
        limits.maxTime().ifPresent(time -> texts.put("maxTime", time.toString()));
    }

    /** All settings in the words of the {@link Trainer}, and what the data are, by name. */
    public Map<String, String> settings() {
        return settings;
    }

    /** What it was run by, and when it ended. */
    public Provenance provenance() {
        return provenance;
    }

    /** The network as it is now; empty where it is in another process. */
    public Optional<Model> model() {
        return subject.map(Subject::model);
    }

    /** What the network was trained on; empty where that is in another process. */
    public Optional<Dataset> data() {
        return subject.map(Subject::data);
    }

    /** What the epochs were judged by; empty if there was nothing, or it is in another process. */
    public Optional<Dataset> validation() {
        return subject.flatMap(Subject::validation);
    }

    /** Whether the network has been trained on since, so that it is no longer what the last epoch made of it. */
    public boolean hasChanged() {
        return subject.isPresent() && subject.get().changed().getAsBoolean();
    }

    /** Judges the network as it is now by the validation data; empty if there are none, or they are in another process. */
    public Optional<Evaluation> evaluation() {
        return subject.flatMap(of -> of.validation().map(data -> {
            Model model = of.model();
            return new Evaluator(model.graph(), of.memory())
                    .evaluate(
                            data,
                            Optional.empty(),
                            inputs -> model.predict(
                                    Binding.ofData("evaluate", model.graph().inputs(), inputs)));
        }));
    }

    @Override
    public String toString() {
        return "RunDetails[" + settings + ", " + provenance + "]";
    }
}
