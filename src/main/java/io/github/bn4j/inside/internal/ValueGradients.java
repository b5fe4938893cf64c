package io.github.bn4j.inside.internal;

import static java.util.Objects.requireNonNull;

import io.github.bn4j.engine.Model;
import io.github.bn4j.engine.TrainingProgram;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Parameters;
import io.github.bn4j.graph.Value;
import io.github.bn4j.internal.Tensors;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Gradients of the mean of a loss by values of a graph, and by what its parameters are, on copies of them: a training step that changes
 * nothing.
 */
public final class ValueGradients implements AutoCloseable {

    private final PerturbedGraph perturbed;
    private final Parameters parameters;
    private final TrainingProgram program;
    private final List<String> outputs;

    /**
     * A program.
     *
     * @param model whose parameters are copied
     * @param batch number of examples
     * @param values of its graph, to have gradients by
     * @param withLoss adds a loss on top, as the first output of the graph that it yields; other outputs can be asked for
     */
    ValueGradients(Model model, int batch, List<Value> values, UnaryOperator<Graph> withLoss) {
        perturbed = PerturbedGraph.of(model.graph(), batch, values);
        Graph graph = withLoss.apply(perturbed.graph());
        Model copy = model.copied(graph, Set.of());
        parameters = copy.parameters();
        outputs = List.copyOf(graph.outputs().keySet());
        program = copy.training(batch);
    }

    /**
     * One step.
     *
     * @param inputs an array for each input of the graph with the loss, in their order. Not modified.
     * @return the mean loss
     */
    double run(INDArray... inputs) {
        INDArray[] typed = new INDArray[inputs.length];
        for (int i = 0; i < typed.length; i++) {
            typed[i] = Tensors.dense(inputs[i], parameters.type());
        }
        return program.step(1, typed);
    }

    /** The outputs of the last step after the loss, by name. */
    Map<String, INDArray> outputs() {
        List<INDArray> arrays = program.outputs();
        Map<String, INDArray> named = new LinkedHashMap<>();
        arrays.forEach(array -> named.put(outputs.get(1 + named.size()), array));
        return named;
    }

    /** The gradient of the last step by a value, {@code [batch, shape]}, as a copy. */
    INDArray by(Value value) {
        return Tensors.copy(parameters.gradient(
                requireNonNull(perturbed.changes().get(value)).name()));
    }

    /** The gradient of the last step by a parameter, as a copy. */
    INDArray by(String parameter) {
        return Tensors.copy(parameters.gradient(parameter));
    }

    @Override
    public void close() {
        program.close();
    }
}
