package io.github.bn4j.train;

import static io.github.bn4j.internal.Checks.checkArgument;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * An output that is judged in a training.
 *
 * @param output its name
 * @param wanted its targets
 * @param task what it is for
 * @param metrics what is measured, by the names that the training knows them by
 */
record Measured(String output, INDArray wanted, Task task, Map<String, Metric> metrics) {

    /**
     * Gives metrics to the outputs that they are for. The accuracy of the only output is always among them if that is a
     * classification.
     *
     * @param targets the outputs with a loss
     * @param tasks what they are for, in that order; empty where nobody knows
     * @param wanted their targets
     * @param metrics those that are asked for
     * @throws IllegalArgumentException if there is no output for one, or it does not fit
     */
    static List<Measured> of(
            List<Objective.Target> targets, List<Optional<Task>> tasks, List<INDArray> wanted, List<Metric> metrics) {
        List<Measured> all = new ArrayList<>();
        for (int i = 0; i < targets.size(); i++) {
            if (tasks.get(i).isEmpty()) {
                continue;
            }
            Objective.Target target = targets.get(i);
            Task task = tasks.get(i).get();
            Map<String, Metric> own = new LinkedHashMap<>();
            if (targets.size() == 1 && task == Task.CLASSIFICATION) {
                own.put(Watched.ACCURACY, Metric.accuracy());
            }
            for (Metric metric : metrics) {
                if (metric.tasks().contains(task)) {
                    metric.check(task.width(target.value().shape()));
                    own.put(targets.size() == 1 ? metric.name() : target.output() + "." + metric.name(), metric);
                }
            }
            if (!own.isEmpty()) {
                task.requireShapes(target.output(), target.value().shape(), Objective.perExample(wanted.get(i)));
                all.add(new Measured(target.output(), wanted.get(i), task, own));
            }
        }
        metrics.forEach(metric -> requireOutput(metric, tasks, targets));
        return all;
    }

    private static void requireOutput(Metric metric, List<Optional<Task>> tasks, List<Objective.Target> targets) {
        List<Task> known = tasks.stream().flatMap(Optional::stream).toList();
        checkArgument(
                !known.isEmpty(),
                "%s expects to know whether this is a classification but got a loss that does not say; use"
                        + " loss.forTask(Task.CLASSIFICATION) or another task",
                metric.name());
        checkArgument(
                known.stream().anyMatch(metric.tasks()::contains),
                "%s",
                targets.size() == 1
                        ? known.get(0).refusal(metric)
                        : metric.name() + " expects an output for a "
                                + metric.tasks().iterator().next() + " but got " + known
                                + "; leave it out");
    }

    /** Their values by name, over some positions alone. */
    Map<String, Double> values(INDArray scores, CountedPositions positions) {
        return new Measured(output, positions.labels(wanted), task, metrics).values(positions.scores(scores));
    }

    /** Their values by name. */
    Map<String, Double> values(INDArray scores) {
        List<Double> values = new Comparison(scores, wanted, task, List.of()).values(List.copyOf(metrics.values()));
        Map<String, Double> named = new LinkedHashMap<>();
        metrics.keySet().forEach(name -> named.put(name, values.get(named.size())));
        return named;
    }
}
