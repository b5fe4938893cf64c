package io.github.bn4j.train;

import io.github.bn4j.engine.Engine;
import io.github.bn4j.engine.InferenceProgram;
import io.github.bn4j.engine.TrainingProgram;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Parameters;

/**
 * Trains on the examples of one of several processes as if there were no others, with random masks of its own.
 *
 * @param rank the number of the process; the first one has the masks of a training in one process
 */
record OwnEngine(Engine engine, int rank) implements Engine {

    @Override
    public TrainingProgram training(Graph graph, Parameters parameters, int batch, long seed) {
        return engine.training(graph, parameters, batch, seed + 0xBF58476D1CE4E5B9L * rank);
    }

    @Override
    public InferenceProgram inference(Graph graph, Parameters parameters, int batch) {
        return engine.inference(graph, parameters, batch);
    }

    @Override
    public String name() {
        return engine.name();
    }
}
