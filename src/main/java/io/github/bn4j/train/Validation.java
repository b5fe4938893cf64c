package io.github.bn4j.train;

import static java.util.Objects.requireNonNull;

import io.github.bn4j.data.Dataset;
import io.github.bn4j.engine.Model;
import io.github.bn4j.engine.Prediction;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Judges a network by data that it is not trained on.
 *
 * @param graph the network with its loss, and with the scores of what is measured as outputs
 * @param outputs for the data
 * @param measured the outputs that have metrics
 * @param counted what of these outputs counts, by name, where not all does
 */
record Validation(Graph graph, Outputs outputs, List<Measured> measured, Map<String, CountedPositions> counted) {

    /** Yields the outputs of a network for the data. */
    @FunctionalInterface
    interface Outputs {

        /** All outputs by name, with a row for each example of the data. */
        Map<String, INDArray> of(Model running);
    }

    private static final String SCORES = "scores ";

    /** Loss, accuracy, and all metrics by name; NaN where there is none. */
    record Result(double loss, double accuracy, Map<String, Double> metrics) {

        static final Result NONE = new Result(Double.NaN, Double.NaN, Map.of());
    }

    /**
     * Compares the outputs with {@code data}.
     *
     * @param forLoss the same with the targets that the loss takes, which may be distributions for class numbers
     * @param metrics what to measure besides the accuracy of a classification
     */
    static Validation of(Objective objective, Dataset forLoss, Dataset data, List<Metric> metrics) {
        data.requireFinite();
        objective.features(forLoss, DataRole.VALIDATION);
        Map<String, INDArray> judged = objective.judged(forLoss, DataRole.VALIDATION);
        return of(objective, data, metrics, running -> {
            try (Prediction prediction = new Prediction(running)) {
                return DataOutputs.of(forLoss, judged, (inputs, wanted) -> {
                    Map<String, INDArray> all = objective.features(inputs, DataRole.VALIDATION);
                    all.putAll(wanted);
                    return prediction.run(all);
                });
            }
        });
    }

    /**
     * Compares outputs with {@code data}.
     *
     * @param data their features are not looked at
     * @param metrics what to measure besides the accuracy of a classification
     */
    static Validation of(Objective objective, Dataset data, List<Metric> metrics, Outputs outputs) {
        List<Objective.Target> targets = List.copyOf(objective.targets().values());
        List<INDArray> wanted = targets.stream()
                .map(target -> requireNonNull(data.targets().get(target.name())))
                .toList();
        List<Optional<Task>> tasks = new ArrayList<>();
        for (int i = 0; i < targets.size(); i++) {
            Objective.Target target = targets.get(i);
            tasks.add(Task.of(
                    target.value().shape(),
                    Objective.perExample(wanted.get(i)),
                    target.loss().task(),
                    requireNonNull(data.labelKinds().get(target.name()))));
        }
        List<Measured> measured = Measured.of(targets, tasks, wanted, metrics);
        Map<String, CountedPositions> counted = new LinkedHashMap<>();
        targets.forEach(target -> CountedPositions.of(
                        target, requireNonNull(data.targets().get(target.name())))
                .ifPresent(positions -> counted.put(target.output(), positions)));
        Map<String, Value> values = new LinkedHashMap<>(objective.graph().outputs());
        for (Measured each : measured) {
            targets.stream()
                    .filter(target -> target.output().equals(each.output()))
                    .forEach(target -> values.put(SCORES + each.output(), target.value()));
        }
        return new Validation(objective.graph().withOutputs(values), outputs, measured, counted);
    }

    /** What is measured besides the loss, by name. */
    Map<String, Metric> metrics() {
        Map<String, Metric> all = new LinkedHashMap<>();
        measured.forEach(each -> all.putAll(each.metrics()));
        return all;
    }

    private boolean isClassification() {
        return measured.size() == 1 && measured.get(0).task() == Task.CLASSIFICATION;
    }

    Result judge(Model model) {
        Map<String, INDArray> predicted = outputs.of(model.running(graph));
        double loss = requireNonNull(predicted.get(Objective.LOSS)).meanNumber().doubleValue();
        Map<String, Double> values = new LinkedHashMap<>();
        values.put(Watched.LOSS, loss);
        for (Measured each : measured) {
            INDArray scores = requireNonNull(predicted.get(SCORES + each.output()));
            CountedPositions positions = counted.get(each.output());
            values.putAll(positions == null ? each.values(scores) : each.values(scores, positions));
        }
        double accuracy = isClassification() ? values.getOrDefault(Watched.ACCURACY, Double.NaN) : Double.NaN;
        return new Result(loss, accuracy, values);
    }
}
