package io.github.bn4j.engine.onednn;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.github.bn4j.engine.Finiteness;
import io.github.bn4j.engine.ProgramRequirements;
import io.github.bn4j.engine.Shard;
import io.github.bn4j.engine.internal.reference.ShardPart;
import io.github.bn4j.engine.onednn.internal.binding.Resources;
import io.github.bn4j.engine.onednn.internal.choice.ProgramSettings;
import io.github.bn4j.engine.onednn.internal.lowering.Compiler;
import io.github.bn4j.engine.onednn.internal.lowering.ValueRanges;
import io.github.bn4j.engine.onednn.internal.plan.Buffer;
import io.github.bn4j.engine.onednn.internal.plan.Plan;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Node;
import io.github.bn4j.graph.Parameters;
import io.github.bn4j.graph.Value;
import io.github.bn4j.internal.Arena;
import io.github.bn4j.internal.Floats;
import io.github.bn4j.internal.HostMemory;
import io.github.bn4j.internal.Tensors;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Where a batch is computed, one at a time: inputs are copied in, steps run, outputs are copied out. */
final class CompiledBatch {

    private final Graph graph;
    private final int batch;
    private final Plan plan;
    private final Compiler compiler;
    private final List<Buffer> inputs = new ArrayList<>();
    private final List<Buffer> outputs = new ArrayList<>();

    CompiledBatch(
            Resources resources,
            Graph graph,
            Parameters parameters,
            Shard shard,
            boolean training,
            ProgramSettings settings) {
        this.graph = graph;
        batch = ShardPart.rows(shard);
        plan = new Plan(resources, settings.atOnce());
        compiler = new Compiler(plan, graph, parameters, shard, batch, training, settings);
        graph.inputs().values().forEach(value -> inputs.add(compiler.input(value)));
    }

    Compiler compiler() {
        return compiler;
    }

    Plan plan() {
        return plan;
    }

    /**
     * Gives all tensors their memory; all steps must be known.
     *
     * @throws IllegalArgumentException if that is more than there may be
     */
    void finish() {
        Value largest = Stream.concat(
                        graph.inputs().values().stream(), graph.nodes().stream().map(Node::output))
                .max(Comparator.comparingLong(value -> value.shape().size()))
                .orElseThrow();
        plan.finish(bytes -> ProgramRequirements.requireMemory(batch, bytes, largest));
    }

    /** Makes the outputs outlast all steps. */
    void keepOutputs() {
        graph.outputs().values().forEach(value -> {
            Buffer buffer = compiler.plain(value);
            plan.keep(buffer);
            outputs.add(buffer);
        });
    }

    /**
     * Runs all steps on one of several batches that the given arrays hold.
     *
     * @param number of the batch, from 0
     * @return whether {@link ValueRanges all values were finite}; if not, the results are worth nothing
     */
    boolean run(long seed, int number, INDArray... arrays) {
        compiler.seed(seed);
        for (int i = 0; i < arrays.length; i++) {
            fill(inputs.get(i), arrays[i], number);
            if (!Floats.areFinite(inputs.get(i).bits())) {
                Finiteness.requireInputs(graph, DataType.FLOAT, arrays);
            }
        }
        compiler.ranges().begin();
        if (compiler.usesReference()) {
            try (MemoryWorkspace arena = Arena.open()) {
                plan.run();
            }
        } else {
            plan.run();
        }
        return compiler.ranges().wereFinite();
    }

    private void fill(Buffer input, INDArray array, int number) {
        if (Floats.areDense(array)) {
            int length = input.floats().limit();
            input.floats().put(0, HostMemory.floats(array), number * length, length);
        } else {
            input.array().assign(array.size(0) == batch ? array : rows(array, number, input));
        }
    }

    private INDArray rows(INDArray array, int number, Buffer like) {
        long first = (long) number * batch;
        return array.get(NDArrayIndex.interval(first, first + batch)).reshape('c', like.layout.dims());
    }

    /** Copies the outputs to the place of one of several batches. */
    void copyOutputs(int number, List<INDArray> results) {
        for (int i = 0; i < results.size(); i++) {
            copy(outputs.get(i), number, results.get(i));
        }
    }

    /** Copies of the outputs from number {@code from} on. */
    List<INDArray> outputs(int from) {
        return outputs.stream()
                .skip(from)
                .map(output -> copy(output, 0, Tensors.zeros(DataType.FLOAT, output.layout.dims())))
                .toList();
    }

    @CanIgnoreReturnValue
    private static INDArray copy(Buffer output, int number, INDArray into) {
        FloatBuffer elements = output.floats();
        HostMemory.floats(into).put(number * elements.limit(), elements, 0, elements.limit());
        return into;
    }
}
