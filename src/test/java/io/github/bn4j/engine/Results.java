package io.github.bn4j.engine;

import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Parameter;
import io.github.bn4j.graph.Parameters;
import io.github.bn4j.internal.Floats;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;

/** All that an engine computes, as whole tensors by name. */
final class Results {

    static final String MEAN = "mean of ";
    static final String VARIANCE = "variance of ";
    static final String GRADIENT = "gradient of ";

    private static final long SEED = 3;
    private static final int STEP = 7;

    private Results() {}

    /** Loss, outputs, statistics and gradients of a training step; on oneDNN the second of two, so that leftovers would show. */
    static Map<String, double[]> training(
            Engine engine, Graph graph, Parameters parameters, int batch, List<INDArray> inputs) {
        INDArray[] arrays = inputs.toArray(INDArray[]::new);
        try (TrainingProgram program = engine.training(graph, parameters, batch, SEED)) {
            if (!engine.equals(Engine.nd4j())) {
                program.step(STEP - 1, arrays);
            }
            Map<String, double[]> results = new LinkedHashMap<>();
            results.put("loss", new double[] {program.step(STEP, arrays)});
            List<String> names = List.copyOf(graph.outputs().keySet());
            List<INDArray> outputs = program.outputs();
            for (int i = 0; i < outputs.size(); i++) {
                results.put(names.get(i + 1), Floats.values(outputs.get(i)));
            }
            for (BatchStatistics measured : program.statistics()) {
                int node = measured.node().output().id();
                results.put(MEAN + node, Floats.values(measured.mean()));
                results.put(VARIANCE + node, Floats.values(measured.variance()));
                results.put("count of " + node, new double[] {measured.count()});
            }
            for (Parameter parameter : parameters.all()) {
                if (parameter.trainable()) {
                    results.put(GRADIENT + parameter.name(), Floats.values(parameters.gradient(parameter.name())));
                }
            }
            return results;
        }
    }

    /** The outputs of a prediction. */
    static Map<String, double[]> prediction(
            Engine engine, Graph graph, Parameters parameters, int batch, List<INDArray> inputs) {
        try (InferenceProgram program = engine.inference(graph, parameters, batch)) {
            List<INDArray> outputs = program.run(inputs.toArray(INDArray[]::new));
            Map<String, double[]> results = new LinkedHashMap<>();
            graph.outputs().keySet().forEach(name -> results.put(name, Floats.values(outputs.get(results.size()))));
            return results;
        }
    }
}
