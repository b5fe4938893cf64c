package io.github.bn4j.engine.onednn;

import io.github.bn4j.engine.BatchStatistics;
import io.github.bn4j.engine.Engine;
import io.github.bn4j.engine.ProgramRequirements;
import io.github.bn4j.engine.Shard;
import io.github.bn4j.engine.TrainingProgram;
import io.github.bn4j.engine.internal.reference.ReferenceCall;
import io.github.bn4j.engine.onednn.internal.choice.ProgramSettings;
import io.github.bn4j.engine.onednn.internal.lowering.Compiler;
import io.github.bn4j.engine.onednn.internal.lowering.FusedCall;
import io.github.bn4j.engine.onednn.internal.lowering.Lowering;
import io.github.bn4j.engine.onednn.internal.lowering.ValueRanges;
import io.github.bn4j.engine.onednn.internal.plan.Buffer;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Parameters;
import io.github.bn4j.graph.Value;
import java.nio.FloatBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A training step as a list of primitives. */
final class OneDnnTraining implements TrainingProgram {

    private static final String AFTER_CLOSE =
            "training program expects to be open but got a step after close; compile a new one";

    private final Graph graph;
    private final Program program;
    private final Buffer losses;
    private final int batch;
    private final long seed;
    private final OnDemand<TrainingProgram> reference;
    private boolean byReference;

    OneDnnTraining(Graph graph, Parameters parameters, int batch, long seed, ProgramSettings settings) {
        this.graph = graph;
        this.batch = batch;
        this.seed = seed;
        reference = new OnDemand<>(() -> Engine.nd4j().training(graph, parameters, batch, seed));
        ProgramRequirements.requireTrainable(graph, Shard.whole(batch));
        Value loss = graph.outputs().values().iterator().next();
        Buffer[] made = new Buffer[1];
        program = Program.compile(graph, parameters, batch, true, settings, 1, lane -> {
            Compiler compiler = lane.compiler();
            Map<FusedCall, Lowering.Backward> backward = new LinkedHashMap<>();
            compiler.forward(FusedCall.of(graph, true), backward);
            made[0] = compiler.plain(loss);
            Buffer dy = compiler.plan().buffer(made[0].layout);
            compiler.plan().run(() -> fill(dy.floats(), 1f / batch), dy);
            lane.keepOutputs();
            compiler.backward(backward, loss, dy);
        });
        losses = made[0];
    }

    private static void fill(FloatBuffer floats, float value) {
        for (int i = 0; i < floats.limit(); i++) {
            floats.put(i, value);
        }
    }

    @Override
    public double step(long step, INDArray... inputs) {
        ProgramRequirements.requireInputs(graph, batch, inputs);
        Optional<Double> loss = program.run(AFTER_CLOSE, ReferenceCall.seed(seed, step), this::meanLoss, inputs);
        byReference = loss.isEmpty();
        return loss.orElseGet(() -> reference.get().step(step, inputs));
    }

    private double meanLoss() {
        FloatBuffer floats = losses.floats();
        double sum = 0;
        for (int i = 0; i < batch; i++) {
            sum += floats.get(i);
        }
        return sum / batch;
    }

    @Override
    public List<INDArray> outputs() {
        return byReference ? reference.get().outputs() : program.lane().outputs(1);
    }

    @Override
    public List<BatchStatistics> statistics() {
        return byReference
                ? reference.get().statistics()
                : program.lane().compiler().statistics();
    }

    Program program() {
        return program;
    }

    /** Whether a batch has been left to reference arithmetic, because {@link ValueRanges not all values were finite}. */
    boolean hasAskedReference() {
        return reference.isMade();
    }

    @Override
    public void close() {
        program.close();
    }
}
