package io.github.bn4j.inside.internal;

import static java.util.Objects.requireNonNull;

import io.github.bn4j.data.Dataset;
import io.github.bn4j.engine.Model;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Parameter;
import io.github.bn4j.graph.Value;
import io.github.bn4j.train.BatchLoss;
import io.github.bn4j.train.Loss;
import io.github.bn4j.train.TrainingMemory;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The gradients of the mean loss of a batch.
 *
 * @param loss it
 * @param inputs gradients by the inputs that have some, by name, {@code [batch, shape]}
 * @param parameters gradients by the parameters that are trained, by name
 */
public record BatchGradients(double loss, Map<String, INDArray> inputs, Map<String, INDArray> parameters) {

    /**
     * Those of a batch.
     *
     * @param model Not modified.
     * @param training whether it is seen as in a training step, else as in a prediction
     */
    public static BatchGradients of(
            Model model, TrainingMemory memory, Dataset batch, Map<String, Loss> losses, boolean training) {
        Graph graph = training ? model.graph() : PredictionMode.of(model.graph());
        Map<String, Value> inputs = new LinkedHashMap<>(graph.inputs());
        inputs.values().removeIf(value -> isChosenFrom(graph, value));
        AtomicReference<BatchLoss> made = new AtomicReference<>();
        int size = batch.size();
        try (ValueGradients gradients =
                new ValueGradients(model.running(graph), size, List.copyOf(inputs.values()), perturbed -> {
                    BatchLoss loss = BatchLoss.of(perturbed, losses, memory, batch);
                    made.set(loss);
                    return loss.graph();
                })) {
            double loss = gradients.run(requireNonNull(made.get()).inputs().toArray(INDArray[]::new));
            Map<String, INDArray> byInput = new LinkedHashMap<>();
            inputs.forEach((name, value) -> byInput.put(name, gradients.by(value)));
            Map<String, INDArray> byParameter = new LinkedHashMap<>();
            graph.parameters().stream()
                    .filter(Parameter::trainable)
                    .forEach(parameter -> byParameter.put(parameter.name(), gradients.by(parameter.name())));
            return new BatchGradients(loss, byInput, byParameter);
        }
    }

    /** Whether a value holds numbers of rows of a table somewhere, which nothing has a gradient by. */
    public static boolean isChosenFrom(Graph graph, Value value) {
        return graph.consumers(value).stream().anyMatch(node -> node.op()
                .wholeNumbers(node.inputs().indexOf(value), node.parameterShapes())
                .isPresent());
    }
}
