package io.github.bn4j.engine;

import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Parameters;
import java.util.Optional;

/**
 * An engine that was chosen because faster ones cannot run, and says so.
 *
 * @param engine what runs
 * @param others the faster ones, with their reasons
 */
record InsteadOf(Engine engine, String others) implements Engine {

    @Override
    public TrainingProgram training(Graph graph, Parameters parameters, int batch, long seed) {
        return engine.training(graph, parameters, batch, seed);
    }

    @Override
    public InferenceProgram inference(Graph graph, Parameters parameters, int batch) {
        return engine.inference(graph, parameters, batch);
    }

    @Override
    public Precision precision() {
        return engine.precision();
    }

    @Override
    public Optional<String> obstacle(Precision precision) {
        return engine.obstacle(precision);
    }

    @Override
    public Engine precision(Precision precision) {
        return new InsteadOf(engine.precision(precision), others);
    }

    @Override
    public String name() {
        return engine.name();
    }

    @Override
    public String toString() {
        return engine + " instead of " + others;
    }
}
