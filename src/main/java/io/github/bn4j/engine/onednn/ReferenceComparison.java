package io.github.bn4j.engine.onednn;

import io.github.bn4j.engine.BatchStatistics;
import io.github.bn4j.engine.InferenceProgram;
import io.github.bn4j.engine.Precision;
import io.github.bn4j.engine.Shard;
import io.github.bn4j.engine.TrainingProgram;
import io.github.bn4j.engine.onednn.internal.choice.ProgramSettings;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Parameter;
import io.github.bn4j.graph.Parameters;
import io.github.bn4j.internal.Floats;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A training step and a prediction of the {@link CheckedNetwork} on oneDNN, beside the {@link ReferenceResults}. */
final class ReferenceComparison {

    /** Far above what float32 rounds away, far below what a wrong kernel does. */
    private static final double BOUND = 1e-3;

    /** The same of bfloat16: with few numbers, a ReLU that takes another side alone makes a third of a gradient; a wrong kernel is off by more than all. */
    private static final double MIXED_BOUND = 0.6;

    /** Compiles a program. */
    interface Compilation<T> {
        T of(Graph graph, Parameters parameters);
    }

    private ReferenceComparison() {}

    /** The first tensor in which the engines differ; empty if they agree. */
    static Optional<String> difference(Precision precision) {
        ProgramSettings settings = new ProgramSettings(1, 1, false, null, precision);
        return difference(
                precision.mixed() ? MIXED_BOUND : BOUND,
                (graph, parameters) -> new OneDnnTraining(
                        graph, parameters, Shard.whole(CheckedNetwork.BATCH), CheckedNetwork.SEED, settings),
                (graph, parameters) -> new OneDnnInference(graph, parameters, CheckedNetwork.BATCH, settings));
    }

    static Optional<String> difference(
            double bound, Compilation<TrainingProgram> training, Compilation<InferenceProgram> inference) {
        Map<String, double[]> actual = results(DataType.FLOAT, training, inference);
        for (Map.Entry<String, float[]> expected : ReferenceResults.read().entrySet()) {
            double error = error(actual.get(expected.getKey()), expected.getValue());
            if (!(error <= bound)) {
                return Optional.of(String.format(
                        Locale.ROOT,
                        "its results differ from those of ND4J, the %s by %.1g of the largest number",
                        expected.getKey(),
                        error));
            }
        }
        return Optional.empty();
    }

    /** What programs compute for the network, tensors by name. */
    static Map<String, double[]> results(
            DataType type, Compilation<TrainingProgram> training, Compilation<InferenceProgram> inference) {
        Graph graph = CheckedNetwork.graph();
        Parameters parameters = CheckedNetwork.parameters(graph, type);
        INDArray[] inputs = CheckedNetwork.inputs(graph, type);
        Map<String, double[]> results = results(training.of(graph, parameters), parameters, inputs);
        try (InferenceProgram program = inference.of(graph, parameters)) {
            results.put(
                    "output of a prediction", Floats.values(program.run(inputs).get(1)));
        }
        return results;
    }

    private static Map<String, double[]> results(TrainingProgram program, Parameters parameters, INDArray... inputs) {
        try (program) {
            Map<String, double[]> results = new LinkedHashMap<>();
            results.put("loss", new double[] {program.step(CheckedNetwork.SEED, inputs)});
            results.put("output of training", Floats.values(program.outputs().get(0)));
            for (BatchStatistics measured : program.statistics()) {
                results.put("mean of " + measured.node(), Floats.values(measured.mean()));
                results.put("variance of " + measured.node(), Floats.values(measured.variance()));
            }
            for (Parameter parameter : parameters.all()) {
                if (parameter.trainable()) {
                    String name = parameter.name();
                    results.put("gradient of " + name, Floats.values(parameters.gradient(name)));
                }
            }
            return results;
        }
    }

    private static double error(double @Nullable [] actual, float... expected) {
        if (actual == null || actual.length != expected.length) {
            return Double.POSITIVE_INFINITY;
        }
        double largest = 1e-2;
        double error = 0;
        for (int i = 0; i < expected.length; i++) {
            largest = Math.max(largest, Math.abs(expected[i]));
            double one = Math.abs(actual[i] - expected[i]);
            error = one <= error ? error : one;
        }
        return error / largest;
    }
}
