package io.github.bn4j.engine;

import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Parameter;
import io.github.bn4j.graph.Parameters;
import io.github.bn4j.graph.Value;
import io.github.bn4j.rewrite.DropBiases;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What travels as a whole: a graph with what became of its biases, its parameters, the engine that runs it, and a seed. */
public final class Model {

    private final Graph traced;
    private final Set<String> absent;
    private final Graph graph;
    private final Parameters parameters;
    private final Engine engine;
    private final long seed;

    /**
     * A model.
     *
     * @param traced the graph with all its biases
     * @param absent names of the biases that it does without
     * @param parameters values of all others; shared, not copied
     * @param engine what runs it
     * @param seed of all random numbers
     */
    public Model(Graph traced, Set<String> absent, Parameters parameters, Engine engine, long seed) {
        this.traced = traced;
        this.absent = absent;
        this.graph = absent.isEmpty() ? traced : DropBiases.apply(traced, absent);
        this.parameters = parameters;
        this.engine = engine;
        this.seed = seed;
    }

    /** The graph with all its biases. */
    public Graph traced() {
        return traced;
    }

    /** Names of the biases that the model does without. */
    public Set<String> absent() {
        return absent;
    }

    /** The graph that is run, without those. */
    public Graph graph() {
        return graph;
    }

    /** Values of the parameters. */
    public Parameters parameters() {
        return parameters;
    }

    /** What runs the graph. */
    public Engine engine() {
        return engine;
    }

    /** The seed of all random numbers. */
    public long seed() {
        return seed;
    }

    /** Runs on another engine, with these parameters. */
    public Model on(Engine other) {
        return new Model(traced, absent, parameters, other, seed);
    }

    /** Has other values for the same parameters. */
    public Model with(Parameters values) {
        return new Model(traced, absent, values, engine, seed);
    }

    /**
     * Has another graph, whose parameters are among these though described otherwise, and shares their values.
     *
     * @param other a graph with all its biases, of which it does without those that this model does without
     */
    public Model sharing(Graph other) {
        Set<String> without = new LinkedHashSet<>(absent);
        without.retainAll(other.parameters().stream().map(Parameter::name).collect(Collectors.toSet()));
        return with(
                other,
                without,
                parameters.sharedBy(DropBiases.apply(other, without).parameters()));
    }

    /** Has copies of the parameters, which share nothing with these. */
    public Model copy() {
        return with(parameters.to(parameters.type()));
    }

    /** Has another graph and does without other biases. */
    public Model with(Graph other, Set<String> without, Parameters values) {
        return new Model(other, without, values, engine, seed);
    }

    /** Has another graph, does without other biases, and has copies of the parameters that are in both; others are 0. */
    public Model copied(Graph other, Set<String> without) {
        Parameters copy = new Parameters(DropBiases.apply(other, without).parameters(), parameters.type());
        parameters.names().stream().filter(copy::has).forEach(name -> copy.get(name)
                .assign(parameters.get(name)));
        return with(other, without, copy);
    }

    /** Has copies of the parameters in another floating-point type, and the fastest engine for it if it is another one. */
    public Model to(DataType type) {
        return with(parameters.to(type)).on(type == parameters.type() ? engine : Engine.fastest(type));
    }

    /** Runs another graph, all of whose parameters are among these. */
    public Model running(Graph other) {
        return with(other, Set.of(), parameters);
    }

    /** Yields other values of the graph that is run, by name. */
    public Model yielding(Map<String, Value> outputs) {
        return running(graph.withOutputs(outputs));
    }

    /** A program for training steps; its first output has to be a loss. To be closed. */
    public TrainingProgram training(int batch) {
        return engine.training(graph, parameters, batch, seed);
    }

    /** A program for predictions. To be closed. */
    public InferenceProgram inference(int batch) {
        return engine.inference(graph, parameters, batch);
    }

    /**
     * The outputs by name, of programs that are closed again.
     *
     * @param inputs an array {@code [rows, shape]} for each input by name. Not modified.
     */
    public Map<String, INDArray> predict(Map<String, INDArray> inputs) {
        try (Prediction prediction = new Prediction(this)) {
            return prediction.run(inputs);
        }
    }

    /**
     * Refuses parameters that nothing right can be computed with.
     *
     * @param who who wants to compute, for the message
     * @throws IllegalStateException if a value is NaN or infinite, or a running variance is negative; the message says which
     */
    public void requireFinite(String who) {
        Finiteness.require(who, graph, parameters);
    }
}
