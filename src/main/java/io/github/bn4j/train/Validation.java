package io.github.bn4j.train;

import static java.util.Objects.requireNonNull;

import io.github.bn4j.data.Dataset;
import io.github.bn4j.engine.Engine;
import io.github.bn4j.engine.Prediction;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Parameters;
import io.github.bn4j.graph.Value;
import java.util.LinkedHashMap;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Judges a network by data that it is not trained on.
 *
 * @param graph the network with its loss, both as outputs
 * @param inputs the data for each input of that graph
 * @param output the output whose classes are compared with {@code labels}; empty if there are several, or none to compare
 * @param labels what was wanted
 */
record Validation(Graph graph, Map<String, INDArray> inputs, String output, INDArray labels) {

    /** Loss and accuracy; NaN where there is none. */
    record Result(double loss, double accuracy) {

        static final Result NONE = new Result(Double.NaN, Double.NaN);
    }

    /**
     * Compares the outputs with {@code data} for the loss.
     *
     * @param wanted the targets for the accuracy, which may be class numbers where the loss has distributions
     */
    static Validation of(Objective objective, Graph network, Dataset data, Map<String, INDArray> wanted) {
        data.requireFinite();
        Map<String, INDArray> inputs = objective.arrays(data, "validation data");
        Map<String, Value> outputs = new LinkedHashMap<>(network.outputs());
        outputs.putAll(objective.graph().outputs());
        boolean single = network.outputs().size() == 1 && data.targets().size() == 1;
        return new Validation(
                objective.graph().withOutputs(outputs),
                inputs,
                single ? network.outputs().keySet().iterator().next() : "",
                wanted.values().iterator().next());
    }

    /** Whether there is one output whose targets are class numbers. */
    boolean hasClasses() {
        return !output.isEmpty() && labels.rank() == 1;
    }

    Result judge(Engine engine, Parameters parameters) {
        Map<String, INDArray> outputs = Prediction.once(engine, graph, parameters, inputs);
        double loss = requireNonNull(outputs.get(Objective.LOSS)).meanNumber().doubleValue();
        INDArray output = outputs.get(this.output);
        if (output == null || labels.rank() != 1) {
            return new Result(loss, Double.NaN);
        }
        Evaluation evaluation = Evaluation.of(output, labels);
        return new Result(loss, evaluation.isClassification() ? evaluation.accuracy() : Double.NaN);
    }
}
