package io.github.bn4j.engine.replica;

import static io.github.bn4j.internal.Checks.checkArgument;

import io.github.bn4j.engine.Engine;
import io.github.bn4j.engine.InferenceProgram;
import io.github.bn4j.engine.Precision;
import io.github.bn4j.engine.TrainingProgram;
import io.github.bn4j.engine.nd4j.Nd4jEngine;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Parameters;
import io.github.bn4j.internal.Parts;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.IntFunction;

/** Trains on parts of each batch as if they were one; predicts like the engine of the parts. Thread-safe. */
public final class ReplicaEngine implements Engine {

    private final Engine engine;
    private final String description;
    private final boolean atOnce;
    private final IntFunction<int[]> sizes;

    private ReplicaEngine(Engine engine, String description, boolean atOnce, IntFunction<int[]> sizes) {
        this.engine = engine;
        this.description = description;
        this.atOnce = atOnce;
        this.sizes = sizes;
    }

    /** One that splits batches evenly and trains on all parts at once. */
    public static ReplicaEngine of(int count, Engine engine) {
        checkArgument(count >= 1, "Engine.replicas expects at least 1 replica but got %s", count);
        return new ReplicaEngine(engine, count + " replicas", true, batch -> Parts.even(batch, count));
    }

    /** One that splits batches into parts of the given sizes and trains on all at once. */
    public static ReplicaEngine of(int[] sizes) {
        int[] own = sizes.clone();
        String text = Arrays.toString(own);
        checkArgument(
                own.length > 0 && Arrays.stream(own).allMatch(size -> size >= 1),
                "Engine.replicas expects at least 1 example for each replica but got %s",
                text);
        int total = Arrays.stream(own).sum();
        return new ReplicaEngine(Nd4jEngine.INSTANCE, "replicas of " + text, true, batch -> {
            checkArgument(
                    total == batch,
                    "Engine.replicas of %s examples expects batches of %s but got %s; use TailBatch.DROP, or give the"
                            + " number of replicas only",
                    text,
                    total,
                    batch);
            return own;
        });
    }

    /**
     * One that trains on parts of at most {@code largest} examples one after another, in the memory of one part: a part is
     * run up to the first sum over the batch that is not known yet, then the next one, and all over again for the next sum.
     */
    public static ReplicaEngine inTurn(int largest) {
        return new ReplicaEngine(
                Nd4jEngine.INSTANCE, "parts of " + largest, false, batch -> Parts.upTo(largest, batch));
    }

    @Override
    public TrainingProgram training(Graph graph, Parameters parameters, int batch, long seed) {
        int[] parts = sizes.apply(batch);
        return atOnce
                ? new ReplicaTraining(graph, parameters, engine, seed, parts)
                : new InTurnTraining(graph, parameters, seed, parts);
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
        return new ReplicaEngine(engine.precision(precision), description, atOnce, sizes);
    }

    @Override
    public String name() {
        return engine.name();
    }

    @Override
    public String toString() {
        return engine + " in " + description;
    }
}
