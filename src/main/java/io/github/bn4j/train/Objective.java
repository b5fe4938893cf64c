package io.github.bn4j.train;

import static io.github.bn4j.internal.Checks.checkPresent;

import io.github.bn4j.data.Dataset;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.ShapeException;
import io.github.bn4j.graph.Tracer;
import io.github.bn4j.graph.Value;
import io.github.bn4j.op.Addition;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A network's graph with target inputs and the loss on top.
 *
 * @param graph its output "loss" is the sum of all losses of an example
 * @param targets the data set's target for each graph input that is one
 */
record Objective(Graph graph, Map<String, String> targets) {

    static final String LOSS = "loss";
    private static final String PREFIX = "target ";

    /** Extends {@code network} by the losses of its outputs, for targets shaped like those of {@code data}. */
    static Objective of(Graph network, Map<String, Loss> losses, Dataset data) {
        Tracer tracer = new Tracer(network);
        Map<String, String> targets = new LinkedHashMap<>();
        @Nullable Value total = null;
        for (Map.Entry<String, Loss> entry : losses.entrySet()) {
            String output = entry.getKey();
            Value value = checkPresent(
                    network.outputs().get(output),
                    "loss expects the name of an output but got \"%s\"; this network has %s",
                    output,
                    network.outputs().keySet());
            String target = losses.size() == 1 && data.targets().size() == 1
                    ? data.targets().keySet().iterator().next()
                    : output;
            INDArray array = checkPresent(
                    data.targets().get(target),
                    "loss of output \"%s\" expects targets of that name but got %s",
                    output,
                    data.targets().keySet());
            Value wanted = tracer.input(PREFIX + output, perExample(array));
            targets.put(PREFIX + output, target);
            try {
                Value loss = entry.getValue().trace(tracer.scope(), value, wanted);
                total = total == null ? loss : tracer.scope().apply(new Addition(), total, loss);
            } catch (ShapeException failure) {
                throw failure.by("loss of output \"" + output + "\"");
            }
        }
        tracer.output(
                LOSS,
                checkPresent(
                        total, "fit expects a loss but got none; call loss(Loss.softmaxCrossEntropy()) or the like"));
        return new Objective(tracer.graph(), targets);
    }

    static Shape perExample(INDArray array) {
        return Shape.of(Arrays.copyOfRange(array.shape(), 1, array.rank()));
    }

    /** The arrays of {@code data} in the order of the graph's inputs, features and targets alike. */
    List<INDArray> arrays(Dataset data) {
        List<INDArray> arrays = new ArrayList<>();
        graph.inputs().forEach((name, value) -> {
            INDArray array = checkPresent(
                    array(data, name),
                    "network expects data for input \"%s\" but got %s",
                    name,
                    data.inputs().keySet());
            if (!perExample(array).equals(value.shape())) {
                throw ShapeException.expected(
                                value.shape() + " per example",
                                perExample(array).toString())
                        .by("input \"" + name + "\"");
            }
            arrays.add(array);
        });
        return arrays;
    }

    private @Nullable INDArray array(Dataset data, String name) {
        String target = targets.get(name);
        if (target != null) {
            return data.targets().get(target);
        }
        boolean single =
                graph.inputs().size() - targets.size() == 1 && data.inputs().size() == 1;
        return single ? data.features() : data.inputs().get(name);
    }
}
