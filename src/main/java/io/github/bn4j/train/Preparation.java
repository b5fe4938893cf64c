package io.github.bn4j.train;

import static io.github.bn4j.internal.Checks.checkArgument;
import static io.github.bn4j.internal.Checks.checkGiven;
import static io.github.bn4j.internal.Checks.checkPresent;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.github.bn4j.data.Augmentation;
import io.github.bn4j.data.Dataset;
import io.github.bn4j.engine.Model;
import io.github.bn4j.graph.Shape;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * What a training needs besides its settings. Everything that can be refused is refused when this is made, before the first
 * step.
 *
 * @param memory what the network remembers of its trainings
 * @param data the examples
 * @param objective the network with its loss
 * @param batches what the steps take of them, for a seed
 * @param validation null if there is none
 * @param listeners who is told of it, in order
 */
record Preparation(
        TrainingMemory memory,
        Dataset data,
        Objective objective,
        LongFunction<Batches> batches,
        @Nullable Validation validation,
        List<TrainingListener> listeners) {

    static Preparation of(
            Model model, TrainingMemory memory, Settings settings, Dataset data, @Nullable Dataset validationData) {
        data.requireFinite();
        model.requireFinite("fit");
        Trainables.require("fit", model.graph());
        DataType type = model.parameters().type();
        Dataset mixed = mixable(model, settings, data);
        Objective objective =
                Objective.of(model.graph(), settings.losses, memory, mixed, DataRole.TRAINING, validationData);
        Examples examples = Examples.of(objective, mixed, DataRole.TRAINING, type);
        Validation validation = validationData == null
                ? null
                : Validation.of(objective, mixable(model, settings, validationData), validationData, settings.metrics);
        objective.requireExamples(examples.countings(), DataRole.TRAINING);
        int losses = objective.targets().size();
        return of(
                model,
                memory,
                settings,
                data,
                objective,
                seed -> new DataBatches(data, examples, losses, settings, seed),
                validation);
    }

    /** What is the same wherever the examples are. */
    static Preparation of(
            Model model,
            TrainingMemory memory,
            Settings settings,
            Dataset data,
            Objective objective,
            LongFunction<Batches> batches,
            @Nullable Validation validation) {
        checkArgument(
                settings.metrics.isEmpty() || validation != null,
                "metrics expects validation data to measure on but got none; call fit(data, validation)");
        List<TrainingListener> listeners = listeners(model, memory, settings, data, validation);
        settings.schedule.watches().ifPresent(metric -> watched("schedule", metric, validation));
        int arrays = objective.graph().inputs().size() - objective.weighted().size();
        checkArgument(
                settings.augmentation == null || arrays == 2,
                "augment expects a network with one input and one loss but got %s arrays; leave it out",
                arrays);
        return new Preparation(memory, data, objective, batches, validation, listeners);
    }

    /** Those that the settings stand for, and then the user's; one that stores what the others remember has to be the last. */
    private static List<TrainingListener> listeners(
            Model model, TrainingMemory memory, Settings settings, Dataset data, @Nullable Validation validation) {
        List<TrainingListener> all = new ArrayList<>();
        Optional<Averages> averages =
                Optional.ofNullable(settings.averaging).map(how -> new Averages(how, model, data));
        averages.ifPresent(all::add);
        Path path = settings.bestPath;
        if (path != null && settings.best.recalibrate()) {
            all.add(new ExactStatistics(model, data));
        }
        if (path != null) {
            KeepBest best = settings.best;
            Watched watched = watched("keepBest", best.metric(), validation);
            all.add(new BestFile(path, best, watched, model, memory));
        }
        EarlyStopping stopping = settings.stopping;
        if (stopping != null) {
            all.add(new Stopping(stopping, watched("stopEarly", stopping.metric(), validation)));
        }
        averages.ifPresent(each -> all.add(each.last()));
        if (settings.maxSteps < Long.MAX_VALUE) {
            all.add(new StepBudget(settings.maxSteps));
        }
        Duration time = settings.maxTime;
        if (time != null) {
            all.add(new TimeBudget(time));
        }
        all.addAll(settings.told());
        Set<String> names = new HashSet<>();
        for (TrainingListener listener : all) {
            String name = checkGiven(listener.name(), "listener", "a name, or the empty one for none,");
            checkArgument(
                    name.isEmpty() || names.add(name),
                    "listener expects names of their own but got \"%s\" again; leave one out, or let it have another name",
                    name);
        }
        return List.copyOf(all);
    }

    /** Has another listener, the last one. */
    Preparation with(TrainingListener last) {
        List<TrainingListener> all = new ArrayList<>(listeners);
        all.add(last);
        return new Preparation(memory, data, objective, batches, validation, List.copyOf(all));
    }

    /** What is measured, by name. */
    Map<String, Metric> metrics() {
        return validation == null ? Map.of() : validation.metrics();
    }

    /** The data with distributions for class numbers where an augmentation mixes them. */
    private static Dataset mixable(Model model, Settings settings, Dataset any) {
        Augmentation augmentation = settings.augmentation;
        if (augmentation == null
                || !augmentation.mixesTargets()
                || any.targets().size() != 1
                || any.labels().rank() != 1) {
            return any;
        }
        Shape output = model.graph().outputs().values().iterator().next().shape();
        return output.rank() == 1 ? any.oneHot((int) output.dim(0)) : any;
    }

    @CanIgnoreReturnValue
    private static Watched watched(String who, String metric, @Nullable Validation validation) {
        Validation judging = checkPresent(
                validation, "%s expects validation data to judge by but got none; call fit(data, validation)", who);
        return Watched.of(who, metric, judging.metrics());
    }

    /** Lets the network remember what its outputs are trained for, and the training what it is judged by. */
    void tell(TrainingState state) {
        objective.tell(memory, data);
        state.measures(metrics());
    }
}
