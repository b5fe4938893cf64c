package io.github.bn4j.train;

import io.github.bn4j.checkpoint.Sections;
import io.github.bn4j.checkpoint.TensorFile;
import io.github.bn4j.checkpoint.internal.ModelFile;
import io.github.bn4j.engine.Model;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The file of a checkpoint: that of the network with more sections and tensors, and a digest. */
final class TrainingFile {

    private static final String TERMS = "training.terms";
    private static final String LIMITS = "training.limits";
    private static final String POSITION = "training.position";
    private static final String UNDER_WAY = "training.epochUnderWay";
    private static final String STOPPED = "training.stopped";
    private static final String EPOCH = "training.epoch.";
    private static final String LISTENERS = "training.listeners";
    private static final String PROVENANCE = "training.provenance";

    // No name of a parameter has a slash.
    private static final String OPTIMIZER_TENSOR = "training/optimizer/";
    private static final String LISTENER_TENSOR = "training/listener/";
    private static final String METRIC = "metric ";

    private TrainingFile() {}

    /** Writes a checkpoint as a whole or not at all. */
    static void write(Path file, Model model, TrainingMemory memory, RunSnapshot run) {
        Map<String, String> sections = new LinkedHashMap<>(TrainingSections.of(memory));
        sections.put(TERMS, Sections.text(run.terms().texts()));
        sections.put(LIMITS, text(run.limits()));
        sections.put(POSITION, text(run.position()));
        EpochSoFar underWay = run.underWay();
        if (underWay != null) {
            sections.put(UNDER_WAY, text(underWay));
        }
        String stopped = run.stopped();
        if (stopped != null) {
            sections.put(STOPPED, stopped);
        }
        for (int i = 0; i < run.epochs().size(); i++) {
            sections.put(EPOCH + i, text(run.epochs().get(i)));
        }
        sections.put(LISTENERS, Sections.text(run.listeners().keySet()));
        sections.put(PROVENANCE, text(Provenance.now(model.engine())));
        Map<String, INDArray> tensors = new LinkedHashMap<>();
        put(OPTIMIZER_TENSOR, run.optimizer(), tensors);
        int number = 0;
        for (Map<String, INDArray> state : run.listeners().values()) {
            put(listener(number++), state, tensors);
        }
        ModelFile.saveWith(file, model, tensors, sections);
    }

    private static String listener(int number) {
        return LISTENER_TENSOR + number + "/";
    }

    private static void put(String prefix, Map<String, INDArray> from, Map<String, INDArray> to) {
        from.forEach((name, tensor) -> to.put(prefix + name, tensor));
    }

    private static String text(RunLimits limits) {
        Map<String, String> map = new LinkedHashMap<>();
        map.put("epochs", Integer.toString(limits.epochs()));
        map.put("maxSteps", Long.toString(limits.maxSteps()));
        limits.maxTime().ifPresent(time -> map.put("maxTime", time.toString()));
        return Sections.text(map);
    }

    private static String text(RunPosition position) {
        Map<String, String> map = new LinkedHashMap<>();
        map.put("training", Long.toString(position.training()));
        map.put("before", Integer.toString(position.before()));
        map.put("epoch", Integer.toString(position.epoch()));
        map.put("steps", Long.toString(position.steps()));
        map.put("runs", Long.toString(position.runs()));
        map.put("optimizerSteps", Long.toString(position.optimizerSteps()));
        return Sections.text(map);
    }

    private static String text(EpochSoFar epoch) {
        Map<String, String> map = new LinkedHashMap<>();
        map.put("number", Integer.toString(epoch.number()));
        map.put("steps", Integer.toString(epoch.steps()));
        map.put("lossSum", Double.toString(epoch.lossSum()));
        map.put("counted", Double.toString(epoch.counted()));
        map.put("seconds", Double.toString(epoch.seconds()));
        return Sections.text(map);
    }

    private static String text(Epoch epoch) {
        Map<String, String> map = new LinkedHashMap<>();
        map.put("number", Integer.toString(epoch.number()));
        map.put("trainLoss", Double.toString(epoch.trainLoss()));
        map.put("validationLoss", Double.toString(epoch.validationLoss()));
        map.put("validationAccuracy", Double.toString(epoch.validationAccuracy()));
        map.put("seconds", Double.toString(epoch.seconds()));
        map.put("judgedBy", epoch.judgedBy());
        epoch.metrics().forEach((name, value) -> map.put(METRIC + name, Double.toString(value)));
        return Sections.text(map);
    }

    private static String text(Provenance provenance) {
        Map<String, String> map = new LinkedHashMap<>();
        map.put("version", provenance.version());
        map.put("engine", provenance.engine());
        map.put("threads", Integer.toString(provenance.threads()));
        map.put("java", provenance.java());
        map.put("system", provenance.system());
        map.put("time", provenance.time().toString());
        return Sections.text(map);
    }

    /**
     * Reads a checkpoint.
     *
     * @param passedOver newer ones that cannot be read, and why
     * @throws io.github.bn4j.checkpoint.CheckpointException if it is damaged, or another file
     */
    static SavedTraining read(Path file, List<String> passedOver) {
        TensorFile content = TensorFile.readWithDigest(file);
        Sections sections = Sections.of(content, file);
        List<Epoch> epochs = new ArrayList<>();
        while (sections.has(EPOCH + epochs.size())) {
            epochs.add(epoch(sections.within(EPOCH + epochs.size())));
        }
        Map<String, Map<String, INDArray>> listeners = new LinkedHashMap<>();
        for (String name : sections.list(LISTENERS)) {
            listeners.put(name, under(listener(listeners.size()), content));
        }
        RunSnapshot run = new RunSnapshot(
                new RunTerms(sections.within(TERMS).texts()),
                limits(sections.within(LIMITS)),
                position(sections.within(POSITION)),
                underWay(sections),
                sections.has(STOPPED) ? sections.text(STOPPED) : null,
                epochs,
                under(OPTIMIZER_TENSOR, content),
                listeners);
        return new SavedTraining(file, content, run, provenance(sections.within(PROVENANCE)), passedOver);
    }

    private static Map<String, INDArray> under(String prefix, TensorFile content) {
        Map<String, INDArray> tensors = new LinkedHashMap<>();
        content.tensors().forEach((name, tensor) -> {
            if (name.startsWith(prefix)) {
                tensors.put(name.substring(prefix.length()), tensor);
            }
        });
        return tensors;
    }

    private static RunLimits limits(Sections fields) {
        Optional<Duration> time =
                fields.has("maxTime") ? Optional.of(time(fields, "maxTime", Duration::parse)) : Optional.empty();
        return new RunLimits(count(fields, "epochs"), fields.whole("maxSteps"), time);
    }

    private static RunPosition position(Sections fields) {
        return new RunPosition(
                fields.whole("training"),
                count(fields, "before"),
                count(fields, "epoch"),
                fields.whole("steps"),
                fields.whole("runs"),
                fields.whole("optimizerSteps"));
    }

    private static @Nullable EpochSoFar underWay(Sections sections) {
        if (!sections.has(UNDER_WAY)) {
            return null;
        }
        Sections fields = sections.within(UNDER_WAY);
        return new EpochSoFar(
                count(fields, "number"),
                count(fields, "steps"),
                fields.number("lossSum"),
                fields.number("counted"),
                fields.number("seconds"));
    }

    private static Epoch epoch(Sections fields) {
        Map<String, Double> metrics = new LinkedHashMap<>();
        fields.texts().keySet().stream()
                .filter(name -> name.startsWith(METRIC))
                .forEach(name -> metrics.put(name.substring(METRIC.length()), fields.number(name)));
        return new Epoch(
                count(fields, "number"),
                fields.number("trainLoss"),
                fields.number("validationLoss"),
                fields.number("validationAccuracy"),
                fields.number("seconds"),
                metrics,
                fields.text("judgedBy"));
    }

    private static Provenance provenance(Sections fields) {
        return new Provenance(
                fields.text("version"),
                fields.text("engine"),
                count(fields, "threads"),
                fields.text("java"),
                fields.text("system"),
                time(fields, "time", Instant::parse));
    }

    private static <T> T time(Sections fields, String name, Function<String, T> parse) {
        try {
            return parse.apply(fields.text(name));
        } catch (DateTimeException e) {
            throw fields.damaged("a time as \"" + name + "\"", "\"" + fields.text(name) + "\"");
        }
    }

    private static int count(Sections fields, String name) {
        long count = fields.whole(name);
        if (count < 0 || count > Integer.MAX_VALUE) {
            throw fields.damaged("a whole number from 0 to " + Integer.MAX_VALUE + " as \"" + name + "\"", count);
        }
        return (int) count;
    }
}
