package io.github.bn4j.engine.onednn;

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
import io.github.bn4j.internal.HostMemory;
import io.github.bn4j.internal.Tensors;
import java.lang.ref.Reference;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Where a batch is computed, one at a time: inputs are copied in, steps run, outputs are copied out. */
final class CompiledBatch {

    private final Graph graph;
    private final int batch;
    private final Plan plan;
    private final Compiler compiler;
    private final List<Intake> inputs = new ArrayList<>();
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
        graph.inputs().values().forEach(value -> inputs.add(new Intake(compiler.input(value), settings.threads())));
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
     * Runs all steps on one of several batches.
     *
     * @param number of the batch, from 0
     * @return whether {@link ValueRanges all values were finite}; if not, the results are worth nothing
     */
    boolean run(long seed, int number, Examples examples) {
        compiler.seed(seed);
        fill(number, examples);
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

    private void fill(int number, Examples examples) {
        try {
            for (int i = 0; i < inputs.size(); i++) {
                if (!inputs.get(i).take(examples.inputs().get(i), number)) {
                    examples.refusal().run();
                }
            }
        } finally {
            Reference.reachabilityFence(examples);
        }
    }

    /** Copies the outputs to the place of one of several batches. */
    void copyOutputs(int number, List<FloatBuffer> results) {
        for (int i = 0; i < results.size(); i++) {
            FloatBuffer output = outputs.get(i).floats();
            results.get(i).put(number * output.limit(), output, 0, output.limit());
        }
    }

    /** Copies of the outputs from number {@code from} on. */
    List<INDArray> outputs(int from) {
        return outputs.stream().skip(from).map(CompiledBatch::copy).toList();
    }

    private static INDArray copy(Buffer output) {
        INDArray copy = Tensors.zeros(DataType.FLOAT, output.layout.dims());
        HostMemory.floats(copy).put(0, output.floats(), 0, output.floats().limit());
        return copy;
    }
}
