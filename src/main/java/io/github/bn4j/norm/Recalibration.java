package io.github.bn4j.norm;

import io.github.bn4j.data.Dataset;
import io.github.bn4j.engine.Model;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Measured;
import io.github.bn4j.graph.Node;
import io.github.bn4j.graph.Normalization;
import io.github.bn4j.graph.Parameters;
import io.github.bn4j.graph.RunningAverages;
import io.github.bn4j.graph.Value;
import io.github.bn4j.internal.Claim;
import io.github.bn4j.internal.Floats;
import io.github.bn4j.internal.Moments;
import io.github.bn4j.internal.Tensors;
import io.github.bn4j.norm.internal.MeasuredData;
import io.github.bn4j.norm.internal.NormCalls;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What replacing the running averages of a network by the statistics of a data set has changed. Prints as a table.
 *
 * @param examples size of the data set
 * @param changes one per batch normalisation, in the order in which they were measured
 */
public record Recalibration(long examples, List<Change> changes) {

    static final int BATCH = 256;
    private static final String WHO = "recalibrate";

    /* A running average lags behind the weights, and its batches were normalised by themselves. Here each batch
     * normalisation is measured on all examples with those before it done and in prediction mode, so that an example does
     * not depend on its batch and any split gives the same. That takes a pass over the data for each batch normalisation on
     * the longest path; those that do not depend on each other share one. */

    /**
     * One batch normalisation.
     *
     * @param layer its path
     * @param count number of values per channel that were measured, or the sum of their weights, rounded
     * @param meanDrift largest distance of an old running mean from the new one, in new standard deviations
     * @param varianceRatio the ratio of old and new variance of the channel where it is farthest from 1, as a number of at
     *     least 1
     */
    public record Change(String layer, long count, double meanDrift, double varianceRatio) {

        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "%s: %d values per channel, mean off by up to %.3g standard deviations, variance by a factor of up to"
                            + " %.3g",
                    layer,
                    count,
                    meanDrift,
                    varianceRatio);
        }
    }

    public Recalibration {
        changes = List.copyOf(changes);
    }

    /**
     * Replaces running means and variances by those of {@code data}.
     *
     * @param model Modified: its running means and variances
     * @param data all that is to be measured
     * @param layers which batch normalisations, by path; those whose running averages are fixed stay in any case
     * @throws IllegalArgumentException if the data do not fit the graph, or have one value per channel; nothing is changed
     *     then
     * @throws IllegalStateException if the input of a batch normalisation depends on its own running averages, or is not
     *     finite; nothing is changed then
     */
    public static Recalibration of(Model model, Dataset data, Predicate<String> layers) {
        return of(model, data, layers, BATCH);
    }

    static Recalibration of(Model model, Dataset data, Predicate<String> layers, int batchSize) {
        data.requireFinite();
        return of(model, new DataHere(WHO, data, batchSize), layers);
    }

    /**
     * Replaces running means and variances like {@link #of(Model, Dataset, Predicate)}, by those of data that are measured elsewhere.
     *
     * @param model Modified: its running means and variances
     * @param data are measured once for each round of batch normalisations that do not depend on each other
     */
    public static Recalibration of(Model model, MeasuredData data, Predicate<String> layers) {
        try (Claim own = Claim.on(model.parameters().trainable(), WHO)) {
            return measured(model, data, layers);
        }
    }

    /**
     * Refuses a network whose batch normalisations cannot be measured one after another.
     *
     * @throws IllegalStateException if the input of one depends on its own running averages
     */
    public static void requireMeasurable(Graph graph) {
        rounds(graph, any -> true);
    }

    private static Recalibration measured(Model model, MeasuredData data, Predicate<String> layers) {
        Parameters parameters = model.parameters();
        INDArray before = Tensors.copy(parameters.state());
        try {
            List<Change> changes = new ArrayList<>();
            for (List<List<Node>> round : rounds(model.graph(), layers)) {
                List<String> means = round.stream()
                        .map(calls -> NormCalls.runningMean(calls.get(0)))
                        .toList();
                List<Moments> moments = data.measure(model, means);
                for (int i = 0; i < round.size(); i++) {
                    changes.add(commit(round.get(i).get(0), moments.get(i), parameters));
                }
            }
            return new Recalibration(data.examples(), changes);
        } catch (RuntimeException failure) {
            parameters.state().assign(before);
            throw failure;
        }
    }

    private static List<List<List<Node>>> rounds(Graph graph, Predicate<String> layers) {
        Map<String, List<Node>> left = NormCalls.of(graph);
        left.values().removeIf(calls -> calls.stream()
                .anyMatch(node -> !layers.test(node.layer()) || hasFixedAverages(node)));
        Map<Value, Set<String>> upstream = new HashMap<>();
        for (Node node : graph.nodes()) {
            Set<String> through = new HashSet<>();
            node.inputs().forEach(value -> through.addAll(upstream.getOrDefault(value, Set.of())));
            if (node.op().normalization().isPresent()) {
                through.add(NormCalls.runningMean(node));
            }
            upstream.put(node.output(), through);
        }
        List<List<List<Node>>> rounds = new ArrayList<>();
        while (!left.isEmpty()) {
            Set<String> ready = left.entrySet().stream()
                    .filter(entry -> entry.getValue().stream()
                            .flatMap(node -> node.inputs().stream())
                            .flatMap(value -> upstream.getOrDefault(value, Set.of()).stream())
                            .noneMatch(left::containsKey))
                    .map(Map.Entry::getKey)
                    .collect(Collectors.toCollection(LinkedHashSet::new));
            if (ready.isEmpty()) {
                throw new IllegalStateException(
                        "recalibrate expects batch normalisations whose input does not depend on"
                                + " their own running averages but got " + layers(left)
                                + ", used at one place behind another; give each place a batch normalisation of its own");
            }
            rounds.add(ready.stream().map(left::get).toList());
            left.keySet().removeAll(ready);
        }
        return rounds;
    }

    private static boolean hasFixedAverages(Node node) {
        return !normalization(node).averages().update();
    }

    private static Set<String> layers(Map<String, List<Node>> norms) {
        return norms.values().stream()
                .flatMap(List::stream)
                .map(Node::layer)
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    static String runningVariance(Node node) {
        return node.parameter(RunningAverages.VARIANCE).name();
    }

    private static Normalization normalization(Node node) {
        return node.op().normalization().orElseThrow();
    }

    private static Change commit(Node node, Moments moments, Parameters parameters) {
        Change change = change(node, moments, parameters);
        store(WHO, node, moments, parameters);
        return change;
    }

    /**
     * Makes what was measured the running averages of a batch normalisation.
     *
     * @param who who measured, for messages
     * @throws IllegalArgumentException if there is one value per channel; nothing is changed then
     * @throws IllegalStateException if the moments are not finite as they are stored; they are stored then
     */
    static void store(String who, Node node, Moments moments, Parameters parameters) {
        if (!moments.vary()) {
            throw new IllegalArgumentException(who + " expects more than one value per channel before \"" + node.layer()
                    + "\" but got " + moments.count() + "; use more examples");
        }
        int channels = moments.channels();
        double[] mean = new double[channels];
        double[] variance = new double[channels];
        for (int c = 0; c < channels; c++) {
            mean[c] = moments.mean(c);
            variance[c] = moments.variance(c, false);
        }
        Measured all = new Measured(
                Tensors.of(DataType.DOUBLE, mean, channels),
                Tensors.of(DataType.DOUBLE, variance, channels),
                moments.sum());
        Map<String, INDArray> state = node.values(parameters);
        normalization(node).averages().replace(all, state);
        for (int c = 0; c < channels; c++) {
            if (!isFinite(state.get(RunningAverages.MEAN), c) || !isFinite(state.get(RunningAverages.VARIANCE), c)) {
                throw new IllegalStateException(who + " expects finite values before \"" + node.layer()
                        + "\" but got NaN or infinity in channel " + c
                        + "; look at the weights before it, or scale the data");
            }
        }
    }

    private static boolean isFinite(@Nullable INDArray stored, int channel) {
        return stored != null && Double.isFinite(stored.getDouble(channel));
    }

    private static Change change(Node node, Moments moments, Parameters parameters) {
        Normalization op = normalization(node);
        double[] oldMean = Floats.values(parameters.get(NormCalls.runningMean(node)));
        double[] old = Floats.values(parameters.get(runningVariance(node)));
        double drift = 0;
        double ratio = 1;
        for (int c = 0; c < old.length; c++) {
            double variance = moments.variance(c, op.averages().unbiased()) + op.epsilon();
            drift = Math.max(drift, Math.abs(oldMean[c] - moments.mean(c)) / Math.sqrt(variance));
            double r = (old[c] + op.epsilon()) / variance;
            ratio = Math.max(ratio, Math.max(r, 1 / r));
        }
        return new Change(node.layer(), moments.count(), drift, ratio);
    }

    @Override
    public String toString() {
        return changes.isEmpty()
                ? "no running averages to recalibrate"
                : changes.stream().map(Change::toString).collect(Collectors.joining(System.lineSeparator()));
    }
}
