package io.github.bn4j.bias;

import static io.github.bn4j.internal.Checks.checkArgument;

import io.github.bn4j.engine.BatchStatistics;
import io.github.bn4j.engine.Model;
import io.github.bn4j.engine.internal.TrainingPass;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Initializer;
import io.github.bn4j.graph.Parameter;
import io.github.bn4j.graph.Parameters;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.Value;
import io.github.bn4j.internal.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * A training step in float64 of a graph with all its biases, always on the same batch and with the same random masks: what
 * changes between two runs is what was done to the parameters between them.
 */
final class Probe implements AutoCloseable {

    private static final int BATCH = 8;

    private final Parameters parameters;
    private final INDArray[] inputs;
    private final TrainingPass pass;

    /**
     * What one run gave.
     *
     * @param outputs elements of each output of the graph
     * @param gradients elements of the gradient vector
     * @param statistics what each batch normalisation measured
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Measurement(List<double[]> outputs, double[] gradients, List<BatchStatistics> statistics) {}

    /**
     * A probe.
     *
     * @param model the graph with all its biases, and values in float64, which may be changed between runs; of the seed
     *     depends what is drawn
     * @param batch an array for each input by name; normal random numbers where there is none, their absolute
     *     values for weights. Not modified.
     */
    Probe(Model model, Map<String, INDArray> batch) {
        this.parameters = model.parameters();
        Graph graph = model.traced();
        checkArgument(
                graph.inputs().keySet().containsAll(batch.keySet()),
                "probe expects arrays for inputs %s but got %s; give it one for each",
                graph.inputs().keySet(),
                batch.keySet());
        batch.forEach((name, array) -> checkArgument(
                !array.isEmpty(), "probe expects at least one example in input \"%s\" but got an empty array", name));
        int examples =
                batch.isEmpty() ? BATCH : (int) batch.values().iterator().next().size(0);
        Random random = new Random(model.seed());
        Set<Value> weights = weights(graph);
        List<INDArray> arrays = new ArrayList<>();
        graph.inputs().forEach((name, value) -> {
            INDArray given = batch.get(name);
            long[] shape = value.shape().batched(examples);
            checkArgument(
                    given == null || Arrays.equals(given.shape(), shape),
                    "probe expects %s in input \"%s\" but got %s",
                    Arrays.toString(shape),
                    name,
                    given == null ? "" : Arrays.toString(given.shape()));
            INDArray array = given == null ? noise(random, shape) : Tensors.dense(given, DataType.DOUBLE);
            arrays.add(given == null && weights.contains(value) ? Transforms.abs(array) : array);
        });
        List<INDArray> targets = graph.outputs().values().stream()
                .map(output -> noise(random, output.shape().batched(examples)))
                .toList();
        this.inputs = arrays.toArray(INDArray[]::new);
        this.pass = new TrainingPass(model, examples, targets);
    }

    /** Inputs that weigh the values of a batch normalisation, which has to be given numbers of at least 0. */
    private static Set<Value> weights(Graph graph) {
        return graph.nodes().stream()
                .filter(node -> node.op().normalization().isPresent())
                .flatMap(node -> node.inputs().stream().skip(1))
                .collect(Collectors.toSet());
    }

    /** Values of all parameters of a traced graph in float64, and zeros for those that the model lacks. */
    static Parameters complete(Model model) {
        Graph graph = model.traced();
        Parameters present = model.parameters();
        Parameters all = new Parameters(graph.parameters(), DataType.DOUBLE);
        for (Parameter parameter : graph.parameters()) {
            if (present.has(parameter.name())) {
                all.get(parameter.name()).assign(present.get(parameter.name()).castTo(DataType.DOUBLE));
            }
        }
        return all;
    }

    Measurement run() {
        TrainingPass.Result result = pass.run(1, inputs);
        if (!Double.isFinite(result.loss())) {
            throw new IllegalStateException("probe expects finite numbers in a training step but got a loss of "
                    + result.loss() + "; pass a batch of your data as the probe");
        }
        List<double[]> outputs = result.outputs().values().stream()
                .map(array -> array.data().asDouble())
                .toList();
        return new Measurement(outputs, parameters.gradients().dup('c').data().asDouble(), result.statistics());
    }

    static INDArray noise(Random random, long... shape) {
        return Tensors.of(DataType.DOUBLE, draw(Initializer.normal(1), random, shape), shape);
    }

    /** Constants far enough from 0 to be seen, of either sign. */
    static INDArray constants(Random random, long... shape) {
        Initializer signed = source -> (source.nextBoolean() ? 1 : -1) * (0.5 + source.nextDouble());
        return Tensors.of(DataType.DOUBLE, draw(signed, random, shape), shape);
    }

    private static double[] draw(Initializer initializer, Random random, long... shape) {
        double[] values = new double[Math.toIntExact(Shape.of(shape).size())];
        for (int i = 0; i < values.length; i++) {
            values[i] = initializer.next(random);
        }
        return values;
    }

    static double largest(double[] values) {
        return Arrays.stream(values).map(Math::abs).max().orElse(0);
    }

    static double largestDifference(double[] first, double[] second) {
        double largest = 0;
        for (int i = 0; i < first.length; i++) {
            double difference = Math.abs(first[i] - second[i]);
            // A comparison with NaN is false.
            largest = difference <= largest ? largest : difference;
        }
        return largest;
    }

    @Override
    public void close() {
        pass.close();
    }
}
