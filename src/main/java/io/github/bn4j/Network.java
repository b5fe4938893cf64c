package io.github.bn4j;

import static java.util.Objects.requireNonNull;

import io.github.bn4j.bias.BiasAnalysis;
import io.github.bn4j.bias.BiasReport;
import io.github.bn4j.data.Dataset;
import io.github.bn4j.engine.Engine;
import io.github.bn4j.engine.Prediction;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Op;
import io.github.bn4j.graph.Parameters;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.rewrite.DropBiases;
import io.github.bn4j.train.Evaluation;
import io.github.bn4j.train.Trainer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A built network: a graph whose pointless biases have been left out, its parameters, and the engine that runs it.
 *
 * <p>Predictions may run in several threads at once; training needs the network for itself. Nothing has to be closed.
 */
public final class Network {

    private final Graph traced;
    private final Graph graph;
    private final BiasReport report;
    private final Parameters parameters;
    private final Engine engine;
    private final long seed;

    private Network(Graph traced, Graph graph, BiasReport report, Parameters parameters, Engine engine, long seed) {
        this.traced = traced;
        this.graph = graph;
        this.report = report;
        this.parameters = parameters;
        this.engine = engine;
        this.seed = seed;
    }

    /**
     * Starts a network on one input.
     *
     * @param shape shape of one example, without the batch axis: {@code 64} features, or {@code 1, 8, 8} for channels,
     *     height and width
     */
    public static NetworkBuilder input(long... shape) {
        return new NetworkBuilder(Shape.of(shape));
    }

    /** Decides about the biases of a traced graph and draws initial parameters. */
    static Network build(Graph traced, long seed, DataType type) {
        BiasReport report = BiasAnalysis.of(traced);
        Graph graph = DropBiases.apply(traced, report.dropped());
        return new Network(
                traced, graph, report, Parameters.initial(graph.parameters(), seed, type), Engine.nd4j(), seed);
    }

    /**
     * The first output for any number of rows, in prediction mode: nothing is updated.
     *
     * @param features {@code [rows, shape]}. Not modified.
     * @throws IllegalArgumentException if the network has several inputs
     */
    public INDArray predict(INDArray features) {
        return forward(features).values().iterator().next();
    }

    /** The first output for several inputs by name, in prediction mode. */
    public INDArray predict(Map<String, INDArray> inputs) {
        return forward(inputs).values().iterator().next();
    }

    /**
     * All outputs by name, in prediction mode.
     *
     * @param features {@code [rows, shape]}. Not modified.
     */
    public Map<String, INDArray> forward(INDArray features) {
        if (graph.inputs().size() != 1) {
            throw new IllegalArgumentException(
                    "network expects inputs " + graph.inputs().keySet() + " but got a single array; pass a map");
        }
        return forward(Map.of(graph.inputs().keySet().iterator().next(), features));
    }

    /** All outputs by name for several inputs by name, in prediction mode. */
    public Map<String, INDArray> forward(Map<String, INDArray> inputs) {
        return Prediction.run(engine, graph, parameters, inputs);
    }

    /** Compares the first output with the labels of {@code data}. */
    public Evaluation evaluate(Dataset data) {
        Map<String, INDArray> inputs = new LinkedHashMap<>(data.inputs());
        if (inputs.size() == 1 && graph.inputs().size() == 1) {
            inputs = Map.of(graph.inputs().keySet().iterator().next(), data.features());
        }
        Map.Entry<String, INDArray> output =
                forward(inputs).entrySet().iterator().next();
        INDArray target = data.targets().size() == 1
                ? data.labels()
                : requireNonNull(data.targets().get(output.getKey()), "targets of output " + output.getKey());
        return Evaluation.of(output.getValue(), target);
    }

    /** A trainer of this network's parameters, with defaults. */
    public Trainer trainer() {
        return Trainer.of(graph, parameters, engine, seed);
    }

    /** A table of the layers: output shapes, parameters, running statistics, and what became of each bias. */
    public String summary() {
        return Summary.of(graph, report, engine.name());
    }

    /** What became of each bias, and why. */
    public BiasReport explainBias() {
        return report;
    }

    /**
     * What became of the bias of one layer, and why, in full sentences.
     *
     * @throws IllegalArgumentException if there is no such layer; the message lists those with a bias to decide about
     */
    public String explainBias(String layer) {
        return report.of(layer).story();
    }

    /**
     * Writes the network to one safetensors file: the op graph as traced with what became of each bias, all parameters
     * and running statistics. The file appears whole or not at all.
     *
     * @throws io.github.bn4j.checkpoint.CheckpointException if the directory does not exist or an op cannot be stored
     */
    public void save(Path path) {
        NetworkFile.save(path, traced, graph, parameters, seed);
    }

    /**
     * Reads a network that {@link #save} wrote; it keeps its bias decisions.
     *
     * @param ownOps classes of the ops in it that are not of this library
     * @throws io.github.bn4j.checkpoint.CheckpointException if there is no such file, it is damaged, or the class of an op
     *     is missing
     */
    @SafeVarargs
    @SuppressWarnings("varargs")
    public static Network load(Path path, Class<? extends Op>... ownOps) {
        NetworkFile file = NetworkFile.load(path, ownOps);
        return new Network(
                file.traced(),
                file.graph(),
                BiasAnalysis.of(file.traced()),
                file.parameters(),
                Engine.nd4j(),
                file.seed());
    }

    /** The parameters, by name; {@code parameters().get("conv2d_1.weight")} is a view. */
    public Parameters parameters() {
        return parameters;
    }

    /** The graph that is run, without the biases that were dropped. */
    public Graph graph() {
        return graph;
    }

    /** What runs the network. */
    public Engine engine() {
        return engine;
    }

    /** A copy in another floating-point type that shares nothing with this network. */
    public Network to(DataType type) {
        return new Network(traced, graph, report, parameters.to(type), engine, seed);
    }

    @Override
    public String toString() {
        return summary();
    }
}
