package io.github.bn4j.engine.onednn;

import io.github.bn4j.engine.Engine;
import io.github.bn4j.engine.Finiteness;
import io.github.bn4j.engine.InferenceProgram;
import io.github.bn4j.engine.ProgramRequirements;
import io.github.bn4j.engine.Shard;
import io.github.bn4j.engine.onednn.internal.choice.ProgramSettings;
import io.github.bn4j.engine.onednn.internal.lowering.FusedCall;
import io.github.bn4j.engine.onednn.internal.lowering.ValueRanges;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Parameters;
import io.github.bn4j.graph.Value;
import io.github.bn4j.internal.HostMemory;
import io.github.bn4j.internal.Tensors;
import io.github.bn4j.rewrite.FoldBatchNorm;
import io.github.bn4j.rewrite.Folding;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A prediction as a list of primitives, with batch normalisations folded into the layers beside them. */
final class OneDnnInference implements InferenceProgram {

    private static final String AFTER_CLOSE =
            "inference program expects to be open but got a run after close; compile a new one";

    private final Graph graph;
    private final Parameters parameters;
    private final int batch;
    private final Partition partition;
    private final Folding folding;
    private final Parameters folded;
    private final Program program;
    private final OnDemand<InferenceProgram> reference;

    OneDnnInference(Graph graph, Parameters parameters, int batch, ProgramSettings settings) {
        this(graph, parameters, batch, Partition.of(graph, batch, settings));
    }

    private OneDnnInference(Graph graph, Parameters parameters, int batch, Partition partition) {
        this.graph = graph;
        this.parameters = parameters;
        this.batch = batch;
        this.partition = partition;
        reference = new OnDemand<>(() -> Engine.nd4j().inference(graph, parameters, batch));
        folding = FoldBatchNorm.apply(graph);
        folded = new Parameters(folding.graph().parameters(), parameters.type());
        program = Program.compile(
                folding.graph(),
                folded,
                Shard.whole(partition.examples()),
                false,
                partition.settings(),
                partition.lanes(batch),
                lane -> {
                    lane.compiler().forward(FusedCall.of(folding.graph(), false), new LinkedHashMap<>());
                    lane.keepOutputs();
                });
        refresh();
    }

    Program program() {
        return program;
    }

    /** Whether a batch has been left to reference arithmetic, because {@link ValueRanges not all values were finite}. */
    boolean hasAskedReference() {
        return reference.isMade();
    }

    @Override
    public List<INDArray> run(INDArray... inputs) {
        ProgramRequirements.requireInputs(graph, batch, inputs);
        List<INDArray> outputs = new ArrayList<>();
        List<FloatBuffer> room = new ArrayList<>();
        for (Value value : graph.outputs().values()) {
            INDArray output = Tensors.zeros(DataType.FLOAT, value.shape().batched(batch));
            outputs.add(output);
            room.add(HostMemory.floats(output));
        }
        return predict(room, Examples.of(graph, inputs))
                ? outputs
                : reference.get().run(inputs);
    }

    @Override
    public List<float[]> run(float[] examples, long... shape) {
        ProgramRequirements.requireShapes(graph, batch, shape);
        List<float[]> outputs = new ArrayList<>();
        List<FloatBuffer> room = new ArrayList<>();
        for (Value value : graph.outputs().values()) {
            float[] output = new float[Math.toIntExact(batch * value.shape().size())];
            outputs.add(output);
            room.add(FloatBuffer.wrap(output));
        }
        return predict(room, Examples.of(graph, examples, shape))
                ? outputs
                : reference.get().run(examples, shape);
    }

    private boolean predict(List<FloatBuffer> room, Examples examples) {
        return program.predict(AFTER_CLOSE, batch / partition.examples(), room, examples);
    }

    /* A copy has one thread, as programs of several take turns. Forward, each number is summed up in one thread, in the order
     * that its kernel has; so the bits are the same if the kernels are. */
    @Override
    public Optional<InferenceProgram> copy() {
        OneDnnInference copy = new OneDnnInference(graph, parameters, batch, partition.ofOneThread());
        if (copy.program.implementations().equals(program.implementations())) {
            return Optional.of(copy);
        }
        copy.close();
        return Optional.empty();
    }

    @Override
    public void refresh() {
        Finiteness.require("network", graph, parameters);
        program.prepare(AFTER_CLOSE, () -> folding.refresh(parameters, folded));
    }

    @Override
    public void close() {
        program.close();
    }
}
