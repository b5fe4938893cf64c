package io.github.bn4j.engine.nd4j;

import io.github.bn4j.engine.Engine;
import io.github.bn4j.engine.InferenceProgram;
import io.github.bn4j.engine.ProgramRequirements;
import io.github.bn4j.engine.Shard;
import io.github.bn4j.engine.TrainingProgram;
import io.github.bn4j.engine.internal.StepSums;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Parameters;

/** Interprets a graph with each op's reference arithmetic. Thread-safe. */
public final class Nd4jEngine implements Engine {

    /** The only one. */
    public static final Nd4jEngine INSTANCE = new Nd4jEngine();

    private Nd4jEngine() {}

    @Override
    public TrainingProgram training(Graph graph, Parameters parameters, int batch, long seed) {
        ProgramRequirements.requireBatch(batch);
        return training(graph, parameters, Shard.whole(batch), seed);
    }

    @Override
    public TrainingProgram training(Graph graph, Parameters parameters, Shard shard, long seed) {
        return StepSums.guarded(shard, () -> new Nd4jTraining(graph, parameters, shard, seed));
    }

    @Override
    public InferenceProgram inference(Graph graph, Parameters parameters, int batch) {
        return new Nd4jInference(graph, parameters, batch);
    }

    @Override
    public String name() {
        return "ND4J";
    }

    @Override
    public String toString() {
        return name();
    }
}
