package io.github.bn4j.engine.onednn;

import io.github.bn4j.engine.BatchStatistics;
import io.github.bn4j.engine.Engine;
import io.github.bn4j.engine.ProgramRequirements;
import io.github.bn4j.engine.Shard;
import io.github.bn4j.engine.TrainingProgram;
import io.github.bn4j.engine.internal.StepSums;
import io.github.bn4j.engine.internal.reference.ReferenceCall;
import io.github.bn4j.engine.internal.reference.ShardPart;
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
import java.util.OptionalDouble;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A training step as a list of primitives. */
final class OneDnnTraining implements TrainingProgram {

    private static final String AFTER_CLOSE =
            "training program expects to be open but got a step after close; compile a new one";

    private final Graph graph;
    private final Program program;
    private final Buffer losses;
    private final Parameters parameters;
    private final Shard shard;
    private final INDArray[] nothing;
    private final long seed;
    private final StepSums sums;
    private final OnDemand<TrainingProgram> reference;
    private boolean byReference;

    OneDnnTraining(Graph graph, Parameters parameters, Shard shard, long seed, ProgramSettings settings) {
        this.graph = graph;
        this.parameters = parameters;
        this.shard = shard;
        this.seed = seed;
        sums = new StepSums(shard, parameters);
        nothing = ShardPart.nothing(graph, DataType.FLOAT, shard);
        reference = new OnDemand<>(() -> Engine.nd4j().training(graph, parameters, shard, seed));
        ProgramRequirements.requireTrainable(graph, shard);
        Value loss = graph.outputs().values().iterator().next();
        Buffer[] made = new Buffer[1];
        float share = shard.size() == 0 ? 0 : 1f / shard.batch();
        program = Program.compile(graph, parameters, shard, true, settings, 1, lane -> {
            Compiler compiler = lane.compiler();
            Map<FusedCall, Lowering.Backward> backward = new LinkedHashMap<>();
            compiler.forward(FusedCall.of(graph, true), backward);
            made[0] = compiler.plain(loss);
            Buffer dy = compiler.plan().buffer(made[0].layout);
            compiler.plan().run(() -> fill(dy.floats(), share), dy);
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
        return StepSums.guarded(shard, () -> {
            OptionalDouble loss = shard.size() == 0 ? withoutExamples(step) : withExamples(step, inputs);
            byReference = loss.isEmpty();
            return byReference ? reference.get().step(step, inputs) : loss.getAsDouble();
        });
    }

    private OptionalDouble withExamples(long step, INDArray... inputs) {
        ProgramRequirements.requireInputs(graph, shard.size(), inputs);
        Optional<Double> loss = run(step, inputs);
        return sums.add(loss.orElse(0.0), loss.isPresent(), measured());
    }

    /* What comes of examples of zeros counts nowhere, and there is nothing wrong if it is no number. */
    private OptionalDouble withoutExamples(long step) {
        run(step, nothing);
        parameters.gradients().assign(0);
        return sums.add(0, true, measured());
    }

    private Optional<Double> run(long step, INDArray... inputs) {
        return program.run(AFTER_CLOSE, ReferenceCall.seed(seed, step), this::lossSum, Examples.of(graph, inputs));
    }

    private double lossSum() {
        FloatBuffer floats = losses.floats();
        double sum = 0;
        for (int i = 0; i < floats.limit(); i++) {
            sum += floats.get(i);
        }
        return sum;
    }

    private List<BatchStatistics> measured() {
        return program.lane().compiler().statistics();
    }

    @Override
    public List<INDArray> outputs() {
        if (shard.size() == 0) {
            return List.of();
        }
        return byReference ? reference.get().outputs() : program.lane().outputs(1);
    }

    @Override
    public List<BatchStatistics> statistics() {
        return byReference ? reference.get().statistics() : sums.statistics();
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
