package io.github.bn4j.engine.onednn;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.bn4j.engine.BatchStatistics;
import io.github.bn4j.engine.Engine;
import io.github.bn4j.engine.InferenceProgram;
import io.github.bn4j.engine.TrainingProgram;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Parameter;
import io.github.bn4j.graph.Parameters;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.Tracer;
import io.github.bn4j.graph.Value;
import io.github.bn4j.op.Addition;
import io.github.bn4j.op.MeanSquaredError;
import io.github.bn4j.op.Reshaping;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Runs one graph on an engine in float32 and on ND4J in float64, and finds where they differ most. */
public final class EngineComparison {

    private static final long SEED = 3;
    private static final int STEP = 7;
    private static final String MEAN = "mean of ";
    private static final String VARIANCE = "variance of ";
    private static final String GRADIENT = "gradient of ";

    private final Graph graph;
    private final Parameters parameters;
    private final Engine engine;
    private final int batch;
    private final INDArray[] inputs;

    /** The largest difference of two tensors in units of the largest element of the true one. */
    public record Difference(String where, double error) {}

    public EngineComparison(Graph graph, Parameters parameters, Engine engine, int batch, long seed) {
        this.graph = graph;
        this.parameters = parameters;
        this.engine = engine;
        this.batch = batch;
        Random random = new Random(seed);
        this.inputs = graph.inputs().values().stream()
                .map(value -> normal(random, value.shape().batched(batch)))
                .toArray(INDArray[]::new);
    }

    private static INDArray normal(Random random, long... shape) {
        INDArray array = Nd4j.create(DataType.FLOAT, shape);
        float[] values = new float[(int) array.length()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return Nd4j.createFromArray(values).reshape('c', shape);
    }

    /** The sum of squared distances of all outputs from random targets, as a loss before the outputs. */
    public static Graph withLoss(Graph network) {
        Tracer tracer = new Tracer(network);
        Value total = null;
        int number = 0;
        for (Value output : network.outputs().values()) {
            Value flat =
                    tracer.scope().apply(new Reshaping(Shape.of(output.shape().size())), output);
            Value target =
                    tracer.input("target" + number++, Shape.of(output.shape().size()));
            Value loss = tracer.scope().apply(new MeanSquaredError(), flat, target);
            total = total == null ? loss : tracer.scope().apply(new Addition(), total, loss);
        }
        Map<String, Value> outputs = new LinkedHashMap<>();
        outputs.put("loss", total);
        network.outputs().forEach((name, value) -> outputs.put("output " + name, value));
        tracer.output("loss", total);
        return tracer.graph().withOutputs(outputs);
    }

    /** Outputs of a prediction. */
    public Difference prediction() {
        return worst(
                predicted(engine, parameters, inputs),
                predicted(Engine.nd4j(), parameters, inputs),
                predicted(Engine.nd4j(), rounded(), roundedInputs()),
                predicted(Engine.nd4j(), parameters.to(DataType.DOUBLE), inputs));
    }

    /** The parameters in float64 with errors of a few roundings to float32. */
    private Parameters rounded() {
        Parameters copy = parameters.to(DataType.DOUBLE);
        copy.names().forEach(name -> copy.get(name).assign(rounded(copy.get(name))));
        return copy;
    }

    private INDArray[] roundedInputs() {
        return Arrays.stream(inputs).map(EngineComparison::rounded).toArray(INDArray[]::new);
    }

    private static INDArray rounded(INDArray values) {
        Random random = new Random(SEED);
        INDArray exact = values.castTo(DataType.DOUBLE).dup('c');
        // Class numbers, the only inputs without axes, stay whole.
        for (long i = 0; i < exact.length() && (values.rank() != 1 || values.isView()); i++) {
            double value = exact.getDouble(i);
            double error = 5e-7 * Math.max(Math.abs(value), 0.2);
            exact.putScalar(i, random.nextBoolean() ? value + error : value - error);
        }
        return exact;
    }

    private Map<String, INDArray> predicted(Engine engine, Parameters values, INDArray... inputs) {
        try (InferenceProgram program = engine.inference(graph, values, batch)) {
            List<INDArray> outputs = program.run(inputs);
            Map<String, INDArray> named = new LinkedHashMap<>();
            graph.outputs().keySet().forEach(name -> named.put("prediction " + name, outputs.get(named.size())));
            return named;
        }
    }

    /** Loss, outputs, statistics and gradients of a training step; the second of two, so that leftovers would show. */
    public Difference training() {
        return worst(
                trained(engine, parameters, inputs),
                trained(Engine.nd4j(), parameters, inputs),
                trained(Engine.nd4j(), rounded(), roundedInputs()),
                trained(Engine.nd4j(), parameters.to(DataType.DOUBLE), inputs));
    }

    private Map<String, INDArray> trained(Engine engine, Parameters values, INDArray... inputs) {
        try (TrainingProgram program = engine.training(graph, values, batch, SEED)) {
            program.step(STEP - 1, inputs);
            Map<String, INDArray> named = new LinkedHashMap<>();
            named.put("loss", Nd4j.createFromArray(program.step(STEP, inputs)));
            List<INDArray> outputs = program.outputs();
            List<String> names = List.copyOf(graph.outputs().keySet());
            for (int i = 0; i < outputs.size(); i++) {
                named.put("output " + names.get(i + 1), outputs.get(i));
            }
            for (BatchStatistics measured : program.statistics()) {
                named.put(MEAN + measured.node(), measured.mean().dup());
                named.put(VARIANCE + measured.node(), measured.variance().dup());
            }
            for (Parameter parameter : values.all()) {
                if (parameter.trainable()) {
                    String name = parameter.name();
                    named.put(GRADIENT + name, values.gradient(name).dup());
                }
            }
            return named;
        }
    }

    /**
     * The largest error of a tensor, less what float32 itself costs: where rounding is most of what is left of a tensor, as in a
     * gradient that cancels or a norm over two equal values, the reference engine in float32 errs too, and so does exact
     * arithmetic on rounded parameters; up to four times as much is no error.
     */
    private static Difference worst(
            Map<String, INDArray> fast,
            Map<String, INDArray> reference,
            Map<String, INDArray> rounded,
            Map<String, INDArray> truth) {
        assertThat(fast.keySet()).containsExactlyElementsOf(truth.keySet());
        Difference worst = new Difference("none", 0);
        for (Map.Entry<String, INDArray> entry : truth.entrySet()) {
            String name = entry.getKey();
            double scale = Math.max(Math.max(scale(name, truth), largest(entry.getValue())), Double.MIN_NORMAL);
            double error = distance(requireNonNull(fast.get(name)), entry.getValue()) / scale;
            double floor = Math.max(
                            distance(requireNonNull(reference.get(name)), entry.getValue()),
                            distance(requireNonNull(rounded.get(name)), entry.getValue()))
                    / scale;
            if (!(error <= 4 * floor) && !(error <= worst.error())) {
                worst = new Difference(name, error);
            }
        }
        return worst;
    }

    /** A scale that a tensor may fall far below by cancelling: a mean its deviation, a gradient the largest gradient, an output its input. */
    private static double scale(String name, Map<String, INDArray> truth) {
        if (name.startsWith(MEAN)) {
            INDArray variance = requireNonNull(truth.get(VARIANCE + name.substring(MEAN.length())));
            return Math.sqrt(largest(variance));
        }
        if (name.startsWith(GRADIENT)) {
            double most = truth.entrySet().stream()
                    .filter(entry -> entry.getKey().startsWith(GRADIENT))
                    .mapToDouble(entry -> largest(entry.getValue()))
                    .max()
                    .orElse(0);
            return Math.max(0.2 * most, 0.1);
        }
        return 0.1;
    }

    private static double largest(INDArray array) {
        return array.castTo(DataType.DOUBLE).amaxNumber().doubleValue();
    }

    private static double distance(INDArray actual, INDArray truth) {
        INDArray exact = truth.castTo(DataType.DOUBLE);
        return largest(actual.castTo(DataType.DOUBLE).reshape(truth.shape()).sub(exact));
    }
}
