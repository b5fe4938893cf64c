package io.github.bn4j.train;

import static java.util.Objects.requireNonNull;

import io.github.bn4j.data.Dataset;
import io.github.bn4j.engine.Model;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.Value;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Judges a network by data that it is not trained on.
 *
 * @param graph the network with its loss, both as outputs
 * @param inputs the data for each input of that graph
 * @param classes what was wanted of the only output with a loss, where that is a classification; else null
 */
record Validation(Graph graph, Map<String, INDArray> inputs, @Nullable INDArray classes) {

    private static final String SCORES = "scores";

    /** Loss and accuracy; NaN where there is none. */
    record Result(double loss, double accuracy) {

        static final Result NONE = new Result(Double.NaN, Double.NaN);
    }

    /**
     * Compares the outputs with {@code data}.
     *
     * @param forLoss the same with the targets that the loss takes, which may be distributions for class numbers
     */
    static Validation of(Objective objective, Dataset forLoss, Dataset data) {
        data.requireFinite();
        Map<String, INDArray> inputs = objective.arrays(forLoss, "validation data");
        Map<String, Value> outputs = new LinkedHashMap<>(objective.graph().outputs());
        if (objective.targets().size() == 1) {
            Objective.Target target = objective.targets().values().iterator().next();
            INDArray wanted = requireNonNull(data.targets().get(target.name()));
            Shape shape = target.value().shape();
            Optional<Task> task = Task.of(
                    shape,
                    Objective.perExample(wanted),
                    target.loss().task(),
                    requireNonNull(data.labelKinds().get(target.name())));
            if (task.equals(Optional.of(Task.CLASSIFICATION))) {
                Task.CLASSIFICATION.requireShapes(target.output(), shape, Objective.perExample(wanted));
                outputs.put(SCORES, target.value());
                return new Validation(objective.graph().withOutputs(outputs), inputs, wanted);
            }
        }
        return new Validation(objective.graph(), inputs, null);
    }

    boolean isClassification() {
        return classes != null;
    }

    Result judge(Model model) {
        Map<String, INDArray> outputs = model.running(graph).predict(inputs);
        double loss = requireNonNull(outputs.get(Objective.LOSS)).meanNumber().doubleValue();
        double accuracy = classes == null
                ? Double.NaN
                : Evaluation.of(requireNonNull(outputs.get(SCORES)), classes, Task.CLASSIFICATION)
                        .accuracy();
        return new Result(loss, accuracy);
    }
}
