package io.github.bn4j.train;

import io.github.bn4j.engine.Collective;
import io.github.bn4j.engine.Engine;
import io.github.bn4j.engine.InferenceProgram;
import io.github.bn4j.engine.Shard;
import io.github.bn4j.engine.TrainingProgram;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Parameters;

/**
 * Trains on the examples of each batch that one of several processes has.
 *
 * @param members of each group that batch normalisations take statistics of
 */
record PartEngine(Engine engine, Collective all, int members) implements Engine {

    @Override
    public TrainingProgram training(Graph graph, Parameters parameters, int batch, long seed) {
        return engine.training(graph, parameters, Shard.even(all, batch).groups(members), seed);
    }

    @Override
    public InferenceProgram inference(Graph graph, Parameters parameters, int batch) {
        return engine.inference(graph, parameters, batch);
    }

    @Override
    public String name() {
        return engine.name();
    }

    /** The processes that take the steps of an engine together. */
    static Collective processes(Engine engine) {
        return engine instanceof PartEngine part ? part.all : Collective.alone();
    }
}
