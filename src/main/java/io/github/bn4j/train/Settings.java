package io.github.bn4j.train;

import io.github.bn4j.data.Augmentation;
import io.github.bn4j.data.Dataset;
import io.github.bn4j.data.Sampling;
import io.github.bn4j.data.TailBatch;
import io.github.bn4j.graph.Graph;
import java.io.Serializable;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What can be said of a training. A {@link Trainer} changes a copy and then leaves it alone. */
final class Settings implements Serializable {

    private static final long serialVersionUID = 1;

    private static final Sampling SHUFFLED = Sampling.shuffled();

    Optimizer optimizer = Adam.of(1e-3);
    ParameterRules rules = ParameterRules.NONE;
    List<Penalty> penalties = List.of();
    List<GradientChange> changes = List.of();
    Schedule schedule = Schedule.constant();
    Map<String, Loss> losses = Map.of();

    /** What is to be told before the first step. */
    List<String> notices = List.of();

    int epochs = 1;
    long maxSteps = Long.MAX_VALUE;

    @Nullable
    Duration maxTime;

    int batchSize = 32;
    Accumulation accumulation = Accumulation.NONE;
    Sampling sampling = SHUFFLED;
    TailBatch tail = TailBatch.KEEP;

    @Nullable
    Long seed;

    List<TrainingListener> listeners = List.of();

    @Nullable
    TrainingListener usual;

    @Nullable
    Augmentation augmentation;

    @Nullable
    Path bestPath;

    KeepBest best = KeepBest.byLoss();
    List<Metric> metrics = List.of();

    @Nullable
    EarlyStopping stopping;

    @Nullable
    Checkpoints checkpoints;

    @Nullable
    Averaging averaging;

    Settings copy() {
        Settings copy = new Settings();
        copy.optimizer = optimizer;
        copy.rules = rules;
        copy.penalties = penalties;
        copy.changes = changes;
        copy.schedule = schedule;
        copy.losses = new LinkedHashMap<>(losses);
        copy.notices = notices;
        copy.epochs = epochs;
        copy.maxSteps = maxSteps;
        copy.maxTime = maxTime;
        copy.batchSize = batchSize;
        copy.accumulation = accumulation;
        copy.sampling = sampling;
        copy.tail = tail;
        copy.seed = seed;
        copy.listeners = listeners;
        copy.usual = usual;
        copy.augmentation = augmentation;
        copy.bestPath = bestPath;
        copy.best = best;
        copy.metrics = metrics;
        copy.stopping = stopping;
        copy.checkpoints = checkpoints;
        copy.averaging = averaging;
        return copy;
    }

    /** These, with the losses that the targets of {@code data} stand for where none was said. */
    Settings withLosses(Graph graph, Dataset data) {
        if (!losses.isEmpty()) {
            return this;
        }
        data.requireFinite();
        List<UsualLoss> usual = UsualLoss.of(DataRole.TRAINING.who(), graph, data);
        Settings copy = copy();
        copy.losses = UsualLoss.byOutput(usual);
        copy.notices = usual.stream().map(UsualLoss::toString).toList();
        return copy;
    }

    /**
     * The seed that was said.
     *
     * @param usual if none was
     */
    long seed(long usual) {
        Long said = seed;
        return said == null ? usual : said;
    }

    /** Those that each of several processes follows, which all do the same. */
    Settings replicated() {
        Settings copy = copy();
        copy.listeners = List.of();
        copy.usual = null;
        copy.bestPath = null;
        copy.maxTime = null;
        copy.checkpoints = null;
        return copy;
    }

    RunLimits limits() {
        return new RunLimits(epochs, maxSteps, Optional.ofNullable(maxTime));
    }

    /** Those who are told, with the usual one unless there is another of its class. */
    List<TrainingListener> told() {
        TrainingListener also = usual;
        if (also == null || listeners.stream().anyMatch(also.getClass()::isInstance)) {
            return listeners;
        }
        return Stream.concat(listeners.stream(), Stream.of(also)).toList();
    }

    /** The number of examples of a step. */
    int stepSize() {
        return Math.multiplyExact(batchSize, accumulation.batches());
    }

    /** All that the steps of a training follow from, besides their number and the seed, in the words of the trainer. */
    Map<String, Object> terms() {
        Map<String, Object> terms = new LinkedHashMap<>();
        terms.put("optimizer", optimizer);
        terms.put("rules", rules);
        terms.put("penalties", penalties);
        terms.put("gradients", changes);
        terms.put("schedule", schedule);
        terms.put("losses", losses);
        terms.put("batchSize", batchSize);
        terms.put("steps of", accumulation);
        terms.put("tail", tail);
        terms.put("sampling", sampling);
        terms.put("augment", augmentation == null ? "none" : augmentation);
        terms.put("metrics", metrics.stream().map(Metric::name).toList());
        terms.put("stopEarly", stopping == null ? "none" : stopping);
        terms.put("averageWeights", averaging == null ? "none" : averaging);
        terms.put("keepBest", bestPath == null ? "none" : best);
        terms.put(
                "listeners",
                listeners.stream()
                        .map(TrainingListener::name)
                        .filter(name -> !name.isEmpty())
                        .toList());
        return terms;
    }

    /** What is said of more than steps, in the words of the trainer. */
    List<String> besidesSteps() {
        List<String> words = new ArrayList<>();
        if (augmentation != null) {
            words.add("augment");
        }
        if (!sampling.equals(SHUFFLED)) {
            words.add("sampling");
        }
        if (!listeners.isEmpty()) {
            words.add("listener");
        }
        if (!metrics.isEmpty()) {
            words.add("metrics");
        }
        if (stopping != null) {
            words.add("stopEarly");
        }
        if (averaging != null) {
            words.add("averageWeights");
        }
        if (bestPath != null) {
            words.add("keepBest");
        }
        if (maxSteps < Long.MAX_VALUE) {
            words.add("maxSteps");
        }
        if (maxTime != null) {
            words.add("maxTime");
        }
        if (checkpoints != null) {
            words.add("checkpoints");
        }
        schedule.watches().ifPresent(metric -> words.add("schedule " + schedule));
        return words;
    }

    /**
     * Describes all but listeners and files.
     *
     * @param seed the one that is used
     */
    String describe(long seed) {
        return optimizer.toString()
                + (rules.equals(ParameterRules.NONE) ? "" : ", " + rules)
                + (penalties.isEmpty() ? "" : ", penalties " + penalties)
                + (changes.isEmpty() ? "" : ", gradients " + changes)
                + ", schedule " + schedule
                + ", losses " + losses + ", epochs " + epochs
                + (maxSteps == Long.MAX_VALUE ? "" : ", maxSteps " + maxSteps)
                + (maxTime == null ? "" : ", maxTime " + maxTime)
                + ", batchSize " + batchSize
                + (accumulation.equals(Accumulation.NONE) ? "" : ", steps of " + accumulation)
                + (sampling.equals(SHUFFLED) ? "" : ", sampling " + sampling) + ", tail " + tail
                + ", seed " + seed
                + (augmentation == null ? "" : ", augment " + augmentation)
                + (metrics.isEmpty()
                        ? ""
                        : ", metrics " + metrics.stream().map(Metric::name).toList())
                + (stopping == null ? "" : ", " + stopping)
                + (averaging == null ? "" : ", averages " + averaging);
    }
}
