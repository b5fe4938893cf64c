package io.github.bn4j.engine.internal.reference;

import io.github.bn4j.engine.BatchStatistics;
import io.github.bn4j.engine.ProgramRequirements;
import io.github.bn4j.engine.Shard;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Parameters;
import io.github.bn4j.graph.Value;
import io.github.bn4j.internal.Arena;
import io.github.bn4j.internal.Floats;
import io.github.bn4j.internal.Tensors;
import java.util.Arrays;
import java.util.List;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The training step of the examples of a shard, by interpretation: what they add to loss and gradients of the batch. */
public final class ReferenceStep {

    private static final int WITH_GRADIENTS = 2;

    private final Parameters parameters;
    private final Interpreter interpreter;
    private final List<Value> outputs;
    private final BatchPart part;
    private final INDArray[] nothing;
    private final boolean isEmpty;
    private final int batch;

    /**
     * What a step leaves besides its gradients.
     *
     * @param loss the sum of the losses of the examples
     * @param outputs those after the loss
     * @param statistics what ops measured
     */
    public record Result(double loss, List<INDArray> outputs, List<BatchStatistics> statistics) {}

    /**
     * Steps of a shard.
     *
     * @param parameters with a gradient vector that nobody else writes to while a step runs
     */
    public ReferenceStep(Graph graph, Parameters parameters, Shard shard) {
        int rows = ShardPart.rows(shard);
        this.parameters = parameters;
        interpreter = new Interpreter(graph, parameters, rows);
        ProgramRequirements.requireTrainable(graph, shard);
        ProgramRequirements.requireMemory(graph, rows, parameters.type(), WITH_GRADIENTS);
        outputs = List.copyOf(graph.outputs().values());
        part = ShardPart.of(shard);
        isEmpty = shard.size() == 0;
        nothing = ShardPart.nothing(graph, parameters.type(), shard);
        batch = shard.batch();
    }

    /**
     * One step; leaves what these examples contribute to the gradient of the mean loss of the batch.
     *
     * @param inputs the examples; of no account if there are none. Not modified.
     */
    public Result run(long seed, INDArray... inputs) {
        try (MemoryWorkspace arena = Arena.open()) {
            Interpreter.Run run = interpreter.forward(true, seed, part, isEmpty ? nothing : inputs);
            INDArray losses = run.value(outputs.get(0));
            parameters.gradients().assign(0);
            interpreter.backward(
                    run, outputs.get(0), Nd4j.valueArrayOf(losses.shape(), 1.0 / batch, losses.dataType()));
            if (isEmpty) {
                parameters.gradients().assign(0);
                return new Result(0, List.of(), run.statistics());
            }
            List<INDArray> extra = outputs.stream()
                    .skip(1)
                    .map(value -> Tensors.copy(run.value(value)))
                    .toList();
            return new Result(Arrays.stream(Floats.values(losses)).sum(), extra, run.statistics());
        }
    }
}
