package io.github.bn4j.train;

import io.github.bn4j.data.Dataset;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.ShapeException;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A network with the losses of one batch on top, as a step of a training has them: for what looks at gradients.
 *
 * @param graph its first output is the loss of each example, which outputs the losses belong to weighted as in training
 * @param inputs an array for each input of the graph, in their order: features, targets, and what losses are multiplied by
 */
public record BatchLoss(Graph graph, List<INDArray> inputs) {

    public BatchLoss {
        inputs = List.copyOf(inputs);
    }

    /**
     * That of a batch.
     *
     * @param network the graph without losses
     * @param losses by the names of outputs
     * @param memory what the network was trained on, with which class numbers have to agree
     * @param batch examples with targets
     * @throws IllegalArgumentException if the data do not fit, are NaN or infinite, or an output does not exist
     * @throws ShapeException if examples, or targets, have another shape
     */
    public static BatchLoss of(Graph network, Map<String, Loss> losses, TrainingMemory memory, Dataset batch) {
        batch.requireFinite();
        Objective objective = Objective.of(network, losses, memory, batch, DataRole.GRADIENTS, null);
        Map<String, INDArray> arrays = objective.features(batch, DataRole.GRADIENTS);
        arrays.putAll(objective.judged(batch, DataRole.GRADIENTS));
        return new BatchLoss(objective.graph(), List.copyOf(arrays.values()));
    }
}
