package io.github.bn4j.engine.onednn;

import io.github.bn4j.engine.BatchStatistics;
import io.github.bn4j.engine.InferenceProgram;
import io.github.bn4j.engine.Precision;
import io.github.bn4j.engine.Shard;
import io.github.bn4j.engine.TrainingProgram;
import io.github.bn4j.engine.nd4j.Nd4jEngine;
import io.github.bn4j.engine.onednn.internal.choice.ProgramSettings;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Initializer;
import io.github.bn4j.graph.Parameter;
import io.github.bn4j.graph.Parameters;
import io.github.bn4j.graph.RunningAverages;
import io.github.bn4j.graph.Scope;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.Statistics;
import io.github.bn4j.graph.Tracer;
import io.github.bn4j.graph.UseBias;
import io.github.bn4j.graph.Value;
import io.github.bn4j.internal.Floats;
import io.github.bn4j.op.Addition;
import io.github.bn4j.op.AveragePooling;
import io.github.bn4j.op.BatchNormalization;
import io.github.bn4j.op.Concatenation;
import io.github.bn4j.op.Convolution;
import io.github.bn4j.op.Elementwise;
import io.github.bn4j.op.GlobalAveragePooling;
import io.github.bn4j.op.LogSoftmax;
import io.github.bn4j.op.MatrixMultiply;
import io.github.bn4j.op.MatrixProduct;
import io.github.bn4j.op.MaxPooling;
import io.github.bn4j.op.MeanSquaredError;
import io.github.bn4j.op.Reshaping;
import io.github.bn4j.op.Sliding;
import io.github.bn4j.op.Softmax;
import io.github.bn4j.op.TransposedConvolution;
import io.github.bn4j.op.Transposition;
import io.github.bn4j.op.function.StandardFunction;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** oneDNN and reference arithmetic, a training step and a prediction each, on a small network with every kind of primitive. */
final class ReferenceComparison {

    /** Far above what float32 rounds away, far below what a wrong kernel does. */
    private static final double BOUND = 1e-3;

    /** The same of bfloat16: with few numbers, a ReLU that takes another side alone makes a third of a gradient; a wrong kernel is off by more than all. */
    private static final double MIXED_BOUND = 0.6;

    private static final int BATCH = 4;
    private static final int CHANNELS = 16;
    private static final int SIZE = 6;

    private ReferenceComparison() {}

    private static Graph graph() {
        Tracer tracer = new Tracer();
        Value target = tracer.input("target", Shape.of(2 * CHANNELS));
        Value x =
                normalized(tracer, "stem", convolution(tracer, "stem", tracer.input("x", Shape.of(3, SIZE, SIZE)), 1));
        Scope scope = tracer.scope();
        Value branch = normalized(tracer, "branch", convolution(tracer, "branch", x, CHANNELS));
        x = scope.apply(new Elementwise(StandardFunction.RELU), scope.apply(new Addition(), x, branch));
        Sliding two = Sliding.by(2);
        Value half = scope.apply(
                new Concatenation(0),
                List.of(
                        scope.apply(new MaxPooling(2, 2, two, two), x),
                        scope.apply(new AveragePooling(2, 2, two, two, false), x)),
                List.of());
        Parameter up = weight(tracer, "up", 2 * CHANNELS, CHANNELS, 2, 2);
        x = scope.apply(new Addition(), x, scope.apply(new TransposedConvolution(two, two, 0, 0, 1), half, up));
        for (StandardFunction function : List.of(
                StandardFunction.GELU, StandardFunction.SILU, StandardFunction.HARD_SWISH, StandardFunction.SOFTPLUS)) {
            x = scope.apply(new Elementwise(function), x);
        }
        Value rows = scope.apply(new Reshaping(Shape.of(CHANNELS, SIZE * SIZE)), x);
        Value columns = scope.apply(Transposition.of(1, 0), rows);
        Value attention = scope.apply(new Softmax(), scope.apply(new MatrixProduct(false, false), rows, columns));
        Value mixed = scope.apply(new MatrixProduct(false, false), attention, rows);
        Value image = scope.apply(new Reshaping(Shape.of(CHANNELS, SIZE, SIZE)), mixed);
        Value dense = scope.apply(
                new MatrixMultiply(),
                scope.apply(new GlobalAveragePooling(), image),
                weight(tracer, "dense", 2 * CHANNELS, CHANNELS));
        Value y = scope.apply(new LogSoftmax(), tracer.scope("dense", "").addBias(dense, UseBias.ON));
        tracer.output("loss", scope.apply(new MeanSquaredError(), y, target));
        tracer.output("y", y);
        return tracer.graph();
    }

    private static Value convolution(Tracer tracer, String name, Value x, int groups) {
        Sliding padded = Sliding.BY_ONE.padded(1);
        Parameter weight = weight(tracer, name, CHANNELS, x.shape().dim(0) / groups, 3, 3);
        return tracer.scope().apply(new Convolution(padded, padded, groups), x, weight);
    }

    private static Parameter weight(Tracer tracer, String name, long... dims) {
        return tracer.scope(name, "").weight("weight", Shape.of(dims), Initializer.normal(0.3));
    }

    private static Value normalized(Tracer tracer, String name, Value x) {
        Scope scope = tracer.scope(name, "");
        Shape channels = Shape.of(CHANNELS);
        Value y = scope.apply(
                new BatchNormalization(
                        1e-5, true, true, Statistics.batch(), new RunningAverages(0.1, true, true), true),
                x,
                scope.vector("gamma", channels, Initializer.constant(1)),
                scope.vector("beta", channels, Initializer.normal(0.3)),
                scope.state(RunningAverages.MEAN, channels, Initializer.constant(0)),
                scope.state(RunningAverages.VARIANCE, channels, Initializer.constant(1)));
        return scope.apply(new Elementwise(StandardFunction.RELU), y);
    }

    /** The first tensor in which the engines differ; empty if they agree. */
    static Optional<String> difference(Precision precision) {
        ProgramSettings settings = new ProgramSettings(1, 1, false, null, precision);
        return difference(
                precision.mixed() ? MIXED_BOUND : BOUND,
                (graph, parameters) -> new OneDnnTraining(graph, parameters, Shard.whole(BATCH), 1, settings),
                (graph, parameters) -> new OneDnnInference(graph, parameters, BATCH, settings));
    }

    /** Compiles a program. */
    interface Compilation<T> {
        T of(Graph graph, Parameters parameters);
    }

    static Optional<String> difference(
            double bound, Compilation<TrainingProgram> training, Compilation<InferenceProgram> inference) {
        Graph graph = graph();
        Parameters parameters = Parameters.initial(graph.parameters(), 1, DataType.FLOAT);
        INDArray[] inputs = inputs(graph);
        Map<String, double[]> expected =
                results(Nd4jEngine.INSTANCE.training(graph, parameters, BATCH, 1), parameters, inputs);
        expected.putAll(results(Nd4jEngine.INSTANCE.inference(graph, parameters, BATCH), inputs));
        Map<String, double[]> actual = results(training.of(graph, parameters), parameters, inputs);
        actual.putAll(results(inference.of(graph, parameters), inputs));
        for (Map.Entry<String, double[]> entry : expected.entrySet()) {
            double error = error(actual.get(entry.getKey()), entry.getValue());
            if (!(error <= bound)) {
                return Optional.of(String.format(
                        Locale.ROOT,
                        "its results differ from those of ND4J, the %s by %.1g of the largest number",
                        entry.getKey(),
                        error));
            }
        }
        return Optional.empty();
    }

    private static INDArray[] inputs(Graph graph) {
        Random random = new Random(1);
        return graph.inputs().values().stream()
                .map(value -> {
                    float[] numbers = new float[(int) value.shape().size() * BATCH];
                    for (int i = 0; i < numbers.length; i++) {
                        numbers[i] = (float) random.nextGaussian();
                    }
                    return Nd4j.createFromArray(numbers)
                            .reshape('c', value.shape().batched(BATCH));
                })
                .toArray(INDArray[]::new);
    }

    private static Map<String, double[]> results(TrainingProgram program, Parameters parameters, INDArray... inputs) {
        try (program) {
            Map<String, double[]> results = new LinkedHashMap<>();
            results.put("loss", new double[] {program.step(1, inputs)});
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

    private static Map<String, double[]> results(InferenceProgram program, INDArray... inputs) {
        try (program) {
            return Map.of(
                    "output of a prediction", Floats.values(program.run(inputs).get(1)));
        }
    }

    private static double error(double @Nullable [] actual, double... expected) {
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
